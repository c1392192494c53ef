"""The same people and places as in the tests of the network."""

from tests.wifi.network.conftest import country, engineer, hotspot, network

__all__ = ["country", "engineer", "hotspot", "network"]
