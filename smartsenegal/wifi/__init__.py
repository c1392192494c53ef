"""Smart Wifi: free public hotspots, their network, who may use them, and what they carry."""
