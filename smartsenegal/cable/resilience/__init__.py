"""What each failure of the network of transport would cut, and for how long."""
