"""Traffic of ports, and what customers owe for it by the 95th percentile."""
