"""What the environment says: one frozen object, read once by `settings` and by the supervisor."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

# A Unix socket path holds 107 bytes on Linux, and PostgreSQL adds "/.s.PGSQL.5432".
_SOCKET_DIR_LIMIT = 88


@dataclass(frozen=True)
class Config:
    """The choices of one installation.

    `port` serves the pages; the sandboxes take the ports after it.
    """

    host: str
    port: int
    data: Path
    demo: bool
    process: str
    public_url: str
    behind_proxy: bool
    environ: Mapping[str, str]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        host = environ.get("SMARTSENEGAL_HOST", "127.0.0.1")
        port = _port(environ.get("SMARTSENEGAL_PORT", "8000"))
        data = Path(environ.get("SMARTSENEGAL_DATA", "var")).absolute()
        return cls(
            host=host,
            port=port,
            data=data,
            demo=environ.get("SMARTSENEGAL_DEMO", "") == "1",
            process=environ.get("SMARTSENEGAL_PROCESS", ""),
            public_url=environ.get("SMARTSENEGAL_PUBLIC_URL", f"http://{reachable(host)}:{port}"),
            behind_proxy=environ.get("SMARTSENEGAL_BEHIND_PROXY", "") == "1",
            environ=environ,
        )

    @property
    def radius_ports(self) -> tuple[int, int] | None:
        """UDP ports of authentication and accounting; None when SMARTSENEGAL_RADIUS=0 says no RADIUS here."""
        if self.environ.get("SMARTSENEGAL_RADIUS", "") == "0":
            return None
        usual = self.port + RADIUS_SHIFT if self.demo else RADIUS_PORT
        port = int(self.environ.get("SMARTSENEGAL_RADIUS_PORT") or usual)
        return port, int(self.environ.get("SMARTSENEGAL_RADIUS_ACCT_PORT") or port + 1)

    @property
    def radsec_port(self) -> int | None:
        """TCP port of RadSec: 2083, or the one after those of UDP when they are not the usual ones."""
        if (ports := self.radius_ports) is None:
            return None
        usual = RADSEC_PORT if ports[0] == RADIUS_PORT else ports[0] + 2
        return int(self.environ.get("SMARTSENEGAL_RADIUS_RADSEC_PORT") or usual)

    @property
    def allowed_hosts(self) -> list[str]:
        named = [h for h in self.environ.get("SMARTSENEGAL_ALLOWED_HOSTS", "").split(",") if h]
        own = {urlsplit(self.public_url).hostname or "", self.host, "127.0.0.1", "localhost", "[::1]"}
        return sorted(named) if named else sorted(own - {"", "0.0.0.0", "::"})  # noqa: S104

    @property
    def static_backend(self) -> str:
        """Hashed, compressed files once collected; the plain ones while developing and testing."""
        collected = (self.data / "static" / "staticfiles.json").exists()
        if self.process == "prepare" or (collected and self.process in {"web", "check", "worker"}):
            return "whitenoise.storage.CompressedManifestStaticFilesStorage"
        return "django.contrib.staticfiles.storage.StaticFilesStorage"

    @property
    def socket_dir(self) -> Path:
        """Directory of the embedded server's Unix socket, kept short enough for the kernel's limit."""
        near = self.data / "run"
        if len(str(near).encode()) <= _SOCKET_DIR_LIMIT:
            return near
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"smartsenegal-{os.getuid()}-{digest}"

    def read_secret(self, name: str) -> str:
        """Content of `<data>/secrets/<name>`, or "" before the first start."""
        path = self.data / "secrets" / name
        return path.read_text().strip() if path.exists() else ""

    def sandbox_url(self, name: str) -> str:
        """Address of a demonstration operator (see `run.demo`)."""
        return f"http://127.0.0.1:{self.port + SANDBOX_PORTS[name]}"

    def sandbox_page(self, name: str) -> str:
        """The same, as a browser reaches it."""
        return f"http://{urlsplit(self.public_url).hostname}:{self.port + SANDBOX_PORTS[name]}"

    def database(self, variable: str) -> dict[str, Any]:
        """Django's settings of one alias: the URL in `variable`, else `DATABASE_URL`, else embedded."""
        url = self.environ.get(variable) or self.environ.get("DATABASE_URL", "")
        settings = from_url(url) if url else self._embedded()
        options = settings.setdefault("OPTIONS", {})
        if self.process == "web":
            size = int(self.environ.get("SMARTSENEGAL_DB_POOL", "12"))
            options["pool"] = {"min_size": 2, "max_size": size, "timeout": 10}
        # None when a pooler gives each transaction another connection; else from the second time on.
        options["prepare_threshold"] = None if self.environ.get("SMARTSENEGAL_PGBOUNCER") == "1" else 1
        return {
            **settings,
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": 0,
            # A connection of the pool that died with a server is found out before a page is given it.
            "CONN_HEALTH_CHECKS": True,
        }

    def _embedded(self) -> dict[str, Any]:
        return {
            "NAME": self.environ.get("SMARTSENEGAL_DATABASE", "smartsenegal"),
            "USER": "smartsenegal",
            "PASSWORD": self.read_secret("database-password"),
            "HOST": str(self.socket_dir),
            "PORT": "5432",
        }


SANDBOX_PORTS = {"wave": 1, "mobile": 2}
# Of a demonstration: authentication, then accounting (UDP), so that two live side by side.
RADIUS_SHIFT = 10
RADIUS_PORT = 1812
RADSEC_PORT = 2083


def reachable(host: str) -> str:
    """How an address names, on this machine, a server that listens on `host`."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise SystemExit(f"SMARTSENEGAL_PORT : « {text} » n’est pas un port (un nombre de 1 à 65535).")
    return int(text)


def from_url(url: str) -> dict[str, Any]:
    """Django database settings of a `postgresql://` URL; `?host=` names a socket directory.

    Raises ValueError when the scheme is not PostgreSQL's.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL : « {parts.scheme} » n’est pas PostgreSQL (postgresql://…)")
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "OPTIONS": query,
    }
