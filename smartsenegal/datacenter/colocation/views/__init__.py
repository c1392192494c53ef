"""Pages of who lets places in a datacentre, and of their customers."""
