"""Decisions of `cable.optics`, pure."""
