"""What light can carry on the links of the network: the only face of `cable.optics`."""

from smartsenegal.cable.optics.examples import load_examples
from smartsenegal.cable.optics.queries import sellable_by_link

__all__ = ["load_examples", "sellable_by_link"]
