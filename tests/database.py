"""The databases of the tests: migrated once, copied for each process and each run, emptied quickly.

Applying every migration takes half a minute of a core, and three processes each did so. What they make
depends on the migrations, the applications and the libraries alone: it is kept in the cluster under a name
made of these, and PostgreSQL copies it in a second.
"""

import fcntl
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
# Written by Django itself from the models: they stand for as long as the migrations do.
STANDING = frozenset({"django_content_type", "auth_permission", "django_migrations"})
_PREFIX = "migrated_"


def template_name() -> str:
    """Name of the migrated database of this state of the tree: "migrated_" and 16 hexadecimal digits."""
    settled = [ROOT / "smartsenegal" / "settings.py", ROOT / "requirements.lock"]
    migrations = sorted((ROOT / "smartsenegal").glob("**/migrations/*.*"))
    digest = sha256()
    for path in [*settled, *(p for p in migrations if p.suffix != ".pyc")]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return _PREFIX + digest.hexdigest()[:16]


def copy_what_is_migrated(lock: Path) -> None:
    """Make Django take its test database from the one that is kept, or keep the first that it makes.

    `lock` is a file that the processes of one cluster share.
    """
    from django.conf import settings
    from django.db import models  # noqa: F401 - Django's own order of imports
    from django.db.backends.postgresql.creation import DatabaseCreation

    create = DatabaseCreation.create_test_db

    def create_test_db(
        self: Any, verbosity: int = 1, autoclobber: bool = False, serialize: bool = True, keepdb: bool = False
    ) -> str:
        if serialize or keepdb:
            return str(create(self, verbosity, autoclobber, serialize, keepdb))
        template = template_name()
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if not _exists(self, template):
                name = str(create(self, verbosity, autoclobber, serialize, keepdb))
                self.connection.close()
                _forget_others(self, template)
                _copy(self, name, template)
                return name
            name = str(self._get_test_db_name())
            _copy(self, template, name)
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name
        return name

    DatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]


def _exists(creation: Any, name: str) -> bool:
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchone())


def _copy(creation: Any, source: str, name: str) -> None:
    """The copy bears its name only when it is whole: CREATE DATABASE is all or nothing."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    with creation._nodb_cursor() as cursor:
        cursor.execute(drop)
        cursor.execute(make)


def _forget_others(creation: Any, kept: str) -> None:
    """Databases of earlier states of the tree."""
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
        for (name,) in cursor.fetchall():
            if name != kept:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_quickly() -> None:
    """After a test that commits, empty the tables that hold something, whatever triggers they have.

    TRUNCATE makes new files for each table and index, a hundred and fifty of them; few hold a row. The
    database refuses to empty the journal: as a replica it does not ask its triggers. Permissions and
    content types stand, so that they need not be written anew.
    """
    from django.core.management.commands import flush
    from django.db import models  # noqa: F401 - Django's own order of imports
    from django.db.backends.postgresql.operations import DatabaseOperations

    def sql_flush(
        self: Any,
        style: Any,
        tables: Sequence[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        quote: Callable[[str], str] = self.quote_name
        names = [t for t in tables if t not in STANDING]
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"(SELECT '{t}' FROM {quote(t)} LIMIT 1)" for t in names))
            held = [name for (name,) in cursor.fetchall()]
        if not held:
            return []
        emptied = [f"DELETE FROM {quote(t)};" for t in held]
        return [
            "SET session_replication_role = replica;",
            *emptied,
            "SET session_replication_role = DEFAULT;",
        ]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *given: None
