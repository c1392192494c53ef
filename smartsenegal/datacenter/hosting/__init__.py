"""Sovereign hosting: projects, quotas, virtual machines, object storage, use, where data lies."""
