"""Capacity sold on the routes: the only face of `cable.capacity`."""

from smartsenegal.cable.capacity.examples import load_examples

__all__ = ["load_examples"]
