"""What the pages of all cable modules share: who may read the network, and who may change it."""

from django.http import HttpRequest

from smartsenegal.cable.network.api import PERMISSION, may_read
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import principal
from smartsenegal.kernel.territory.api import COUNTRY


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read the network; raises PermissionRefused."""
    by = principal(request)
    if not may_read(by):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau de transport.")
    return by


def may_manage(by: Principal) -> bool:
    """Whether `by` may change what is the whole country's: the network, its failures, what is sold of it."""
    return by.may(PERMISSION, territory_path=COUNTRY)


def manager(request: HttpRequest) -> Principal:
    """Who asks, if they may read and change it; raises PermissionRefused."""
    by = reader(request)
    if not may_manage(by):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")
    return by
