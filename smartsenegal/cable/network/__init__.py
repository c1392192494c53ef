"""Inventory of the transport: nodes, cable systems, links, shared risks, equipment, circuits and their
paths."""
