"""Requests for access to one's data and for its erasure: the only face of `privacy`.

Other modules say what they hold with `audit.api.register_holder`; they need nothing from here.
"""

from smartsenegal.kernel.privacy.models import PrivacyRequest

__all__ = ["PrivacyRequest"]
