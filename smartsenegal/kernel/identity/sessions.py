"""`SESSION_ENGINE`: Django's sessions of the database, read without building the query for each page."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from smartsenegal.kernel.database import planned_once

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Sessions in the same table, under the same keys."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and its key forgotten, once it has ended."""
        with planned_once() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
