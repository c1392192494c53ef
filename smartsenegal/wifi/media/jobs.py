"""The worker's side: uploads that nobody went on with are given up, and their bytes with them."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from smartsenegal.wifi.media import actions_files


@app.periodic(cron="50 2 * * *")
@app.task(name="wifi_media.forget_abandoned", queueing_lock="wifi_media.forget_abandoned")
def forget_abandoned(timestamp: int) -> None:
    actions_files.forget_abandoned(datetime.now(UTC))
