"""The worker's side: codes are forgotten on time, and controllers asked who is on."""

from procrastinate.contrib.django import app

from smartsenegal.wifi.portal import actions, actions_controller


@app.periodic(cron="23 * * * *")
@app.task(name="wifi_portal.forget_codes", queue="privacy", queueing_lock="wifi_portal.forget_codes")
def forget_codes(timestamp: int) -> None:
    actions.forget_codes()


@app.periodic(cron="* * * * *")
@app.task(name="wifi_portal.follow", queueing_lock="wifi_portal.follow")
def follow(timestamp: int) -> None:
    actions_controller.follow()
