"""How devices are asked."""
