"""Who may use the hotspots and how: realms, plans, credentials, vouchers."""
