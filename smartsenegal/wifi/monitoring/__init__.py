"""What each hotspot sees, minute by minute, how it fares, and the engineer's acts."""
