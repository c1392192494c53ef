"""What is hosted in a datacentre: the only face of `datacenter.hosting`."""

from smartsenegal.datacenter.hosting.actions.examples import load_examples
from smartsenegal.datacenter.hosting.models import Machine, Project

__all__ = ["Machine", "Project", "load_examples"]
