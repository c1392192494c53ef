"""What may be stopped and what may fail: the only face of `datacenter.tier`."""

from smartsenegal.datacenter.tier.rules import Verdict, exposure, harms, maintainable, tolerant

__all__ = ["Verdict", "exposure", "harms", "maintainable", "tolerant"]
