"""What customers of a datacentre owe: a month's invoice of their places, cables, works and hosting."""
