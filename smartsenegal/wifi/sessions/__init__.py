"""What was used: accounting events, sessions folded from them, usage of the day."""
