"""The national datacentre: rooms, power, cooling and network as one model, and what that model can bear."""
