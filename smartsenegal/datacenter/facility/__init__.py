"""What stands in a datacentre: rooms, racks, devices, and the parts that bring power, cold and network."""
