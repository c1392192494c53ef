"""The day of who operates the network: alarms as tickets, works, and those whom they touch."""
