"""A hotspot that lives alone for an event: prepared from the centre, reconciled with it afterwards."""
