"""`smartsenegal check --url URL`."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

import httpx

from smartsenegal.run.check.browser import WalkFailed
from smartsenegal.run.check.journey import Journey
from smartsenegal.run.config import Config


def main(argv: Sequence[str]) -> int:
    """Walk the main job against a running instance, a line a step; 0, or 1 and what broke.

    On an instance that is not a demonstration the walk stops before the account: no code can be read.
    """
    parser = argparse.ArgumentParser(prog="smartsenegal check")
    parser.add_argument("--url", default=Config.from_environment(os.environ).public_url)
    parser.add_argument("--procedure", default="certificat-residence", help="code de la démarche")
    arguments = parser.parse_args(list(argv))
    journey = Journey(arguments.url.rstrip("/"), arguments.procedure)
    for name, step in journey.steps():
        began = time.perf_counter()
        try:
            seen = step()
        except (WalkFailed, httpx.HTTPError, StopIteration) as error:
            print(f"ÉCHEC  {name} : {error}", file=sys.stderr, flush=True)
            return 1
        print(f"ok     {name} : {seen} ({(time.perf_counter() - began) * 1000:.0f} ms)", flush=True)
    return 0
