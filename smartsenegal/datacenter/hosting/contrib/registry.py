"""The hypervisor and the store of this installation, when it has them."""

from django.conf import settings

from smartsenegal.datacenter.hosting.contrib.base import Hypervisor, Store
from smartsenegal.datacenter.hosting.contrib.libvirt import Libvirt
from smartsenegal.datacenter.hosting.contrib.s3 import S3


def hypervisor() -> Hypervisor | None:
    """The one of `SMARTSENEGAL_LIBVIRT_URI`; None: machines are recorded, and wait."""
    uri = settings.HOSTING_LIBVIRT_URI
    return Libvirt(uri, settings.HOSTING_LIBVIRT_NETWORK) if uri else None


def store() -> Store | None:
    """The one of `SMARTSENEGAL_S3_URL`; None: buckets and keys are recorded, and wait."""
    url = settings.HOSTING_S3_URL
    return (
        S3(url, settings.HOSTING_S3_KEY, settings.HOSTING_S3_SECRET, settings.HOSTING_S3_REGION)
        if url
        else None
    )
