"""Decisions of `cable.peering`, pure."""
