"""The worker's side: large files that kits brought back are read here, a pack a transaction."""

from procrastinate.contrib.django import app

from smartsenegal.wifi.kit import actions_return


@app.task(name="wifi_kit.read_return")
def read_return(number: int) -> None:
    actions_return.read(number)
