"""The RADIUS server of the hotspots: authorisation from memory, accounting written before it is answered."""
