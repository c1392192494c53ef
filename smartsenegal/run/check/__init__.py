"""`smartsenegal check --url URL`: the main job of each system, as a real client would do it."""

from smartsenegal.run.check.command import main

__all__ = ["main"]
