"""Plans of capacity: the only face of `wifi.planner`."""

from smartsenegal.wifi.planner.models import Plan
from smartsenegal.wifi.planner.queries import plan, plans
from smartsenegal.wifi.planner.rules import Crowd, Held, Kit, Need, Range, Service, held, need

__all__ = ["Crowd", "Held", "Kit", "Need", "Plan", "Range", "Service", "held", "need", "plan", "plans"]
