"""Capacity sold to other operators: what may be sold, at what price, and to whom it was."""
