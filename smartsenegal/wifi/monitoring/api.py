"""What each hotspot sees and how it fares: the only face of `wifi.monitoring`."""

from smartsenegal.wifi.monitoring.models import Day, Hour, Minute, State
from smartsenegal.wifi.monitoring.queries import message_for
from smartsenegal.wifi.monitoring.rules import HEALTH, REJECT, STAGES
from smartsenegal.wifi.monitoring.tally import Tally

__all__ = ["HEALTH", "REJECT", "STAGES", "Day", "Hour", "Minute", "State", "Tally", "message_for"]
