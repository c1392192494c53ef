"""The worker’s side: codes, passwords, tokens, known devices and places in line are forgotten on time."""

from procrastinate.contrib.django import app

from smartsenegal.wifi.access import actions, actions_entry, actions_line
from smartsenegal.wifi.access.actions import devices


@app.periodic(cron="7 * * * *")
@app.task(name="wifi_access.forget_codes", queue="privacy", queueing_lock="wifi_access.forget_codes")
def forget_codes(timestamp: int) -> None:
    actions.forget_codes()
    actions.forget_rosters()


@app.periodic(cron="40 2 * * *")
@app.task(name="wifi_access.close_strangers", queue="privacy", queueing_lock="wifi_access.close_strangers")
def close_strangers(timestamp: int) -> None:
    devices.close_strangers()


@app.periodic(cron="*/5 * * * *")
@app.task(name="wifi_access.forget_entries", queue="privacy", queueing_lock="wifi_access.forget_entries")
def forget_entries(timestamp: int) -> None:
    while actions_entry.forget_entries() == actions_entry.AT_ONCE:
        pass
    actions_line.forget_tickets()
