"""Every write of `datacenter.hosting`."""

from smartsenegal.datacenter.hosting.actions import (
    bills,
    buckets,
    keys,
    machines,
    platform,
    projects,
    reconcile,
    register,
)

__all__ = ["bills", "buckets", "keys", "machines", "platform", "projects", "reconcile", "register"]
