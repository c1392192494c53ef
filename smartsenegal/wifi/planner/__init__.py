"""What a crowd asks of a network, and what a network holds of a crowd."""
