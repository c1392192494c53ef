"""Words, the graph of parts, how feeds are written, and the ledger of what is left. Pure."""
