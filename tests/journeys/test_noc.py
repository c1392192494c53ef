"""An operator of the network opens the day's page, looks at a session and means another."""

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in

ENGINEER = "reseau@demo.sn"
NAMES = ("BGP", "ROA", "RPKI", "SNMP", "BIRD", "GTSM", "MD5", "birdc", "Socket", "route", "host", "Active")


def test_an_operator_goes_through_the_day(visits: Visits) -> None:
    operator = sign_in(visits(), ENGINEER)
    operator.open("/cable/exploitation/").sees("Alarmes", "Sessions BGP").check(names=NAMES)
    operator.follow("Fournisseur d’accès (exemple)").sees("la limite de 10 approche").check(names=NAMES)
    operator.open("/cable/sessions/nouvelle/").press("Enregistrer").sees("Choisissez le routeur.")
    operator.check(names=NAMES)
