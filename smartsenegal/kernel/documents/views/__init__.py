"""Pages of `documents`."""

from smartsenegal.kernel.documents.views import management, pieces, verification

__all__ = ["management", "pieces", "verification"]
