"""Bring the database to this version of the code. May be run again at any time."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.management import call_command

# In the order of the layers: each stands on the ones before.
REFERENCE = (
    "smartsenegal.kernel.territory.actions",
    "smartsenegal.kernel.sites.actions",
    "smartsenegal.kernel.payments.actions",
    "smartsenegal.onestop.procedures.actions",
)


def prepare(*, demo: bool = False) -> None:
    """Migrate, collect the static files, load the reference data, and the sample country when `demo`.

    Sums opened by an older version are given the place and the commune that it did not write.
    """
    for alias in dict.fromkeys(["default", settings.FLOWS]):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_reference()
    load("smartsenegal.kernel.payments.actions", "name_places")
    if demo:
        load("smartsenegal.run.demo.sample", "load_sample")


def load_reference() -> None:
    """Load what every installation needs: territory, sites, public accountants, procedures."""
    for module in REFERENCE:
        load(module, "load_reference")


def load(module: str, function: str) -> None:
    if find_spec(module):
        loader: Callable[[], object] | None = getattr(import_module(module), function, None)
        if loader:
            loader()
