"""Keep a site's cache as the centre wants it: reports at any hour, files by night, resumed, verified."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock_time
from typing import Any

import httpx

from smartsenegal.lib.trust import Trust, TrustRefused
from smartsenegal.wifi.media.cache.store import Held, Store
from smartsenegal.wifi.media.manifest import Entry, Manifest, ManifestRefused, verify
from smartsenegal.wifi.media.rules import Wanted, in_window, kept

# What is left to the machine itself.
RESERVE = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_TRIES = 2


class CutOff(Exception):
    """The centre cannot be reached, or refuses: the French sentence says which."""


@dataclass
class Sync:
    """One machine's dealings with the centre. `now` and `sleep` are the clock; Senegal's time is UTC."""

    store: Store
    centre: str
    token: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    reserve: int = RESERVE
    transport: httpx.BaseTransport | None = None

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self.client = httpx.Client(
            base_url=f"{self.centre.rstrip('/')}/",
            headers={"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(20, read=60),
            transport=self.transport,
        )

    def round(self, *, at_once: bool = False) -> list[str]:
        """All there is to do now; `at_once` downloads at any hour. The faults met, in French."""
        self.faults = []
        try:
            self._refresh()
        except CutOff as cut:
            self.faults.append(str(cut))
        listed = self.store.get("wanted") or {}
        if listed:
            try:
                self._follow(listed, at_once)
            except (OSError, sqlite3.Error) as error:
                self.faults.append(f"Le disque refuse d’écrire ({getattr(error, 'strerror', '') or error}).")
        with suppress(CutOff):
            self._tell()
        return self.faults

    # --- the centre ---------------------------------------------------------------------------

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self.client.request(method, path, **more)
        except httpx.HTTPError as error:
            raise CutOff(f"Le centre ne répond pas ({type(error).__name__}).") from None
        if answer.status_code == 401:
            raise CutOff("Le centre ne reconnaît pas le secret de ce cache : renouvelez-le.")
        if answer.status_code != 200:
            raise CutOff(f"Le centre a répondu {answer.status_code}.")
        return answer

    def _refresh(self) -> None:
        """Ask what is wanted, and keep those whose signature holds."""
        listed = self._ask("GET", "wifi/contenus/cache/liste").json()
        if self.store.trust() is None:
            self._learn()
        if any(not self._verified(row["manifest"]) for row in listed["packages"]):
            self._learn()
        bad = [row for row in listed["packages"] if not self._verified(row["manifest"])]
        if bad:
            self.faults.append(f"{len(bad)} contenu(s) sans signature valable : rien n’en est montré.")
        listed["packages"] = [row for row in listed["packages"] if row not in bad]
        self.store.put("wanted", listed)

    def _learn(self) -> None:
        """The keys of the authority: any at first, afterwards those of the same authority only."""
        try:
            trust = Trust.from_json(self._ask("GET", "verifier/confiance.json").content)
        except TrustRefused as refused:
            raise CutOff(str(refused)) from None
        if not self.store.keep_trust(trust):
            self.faults.append("Le centre présente une autre autorité : ses contenus sont refusés.")

    def _verified(self, signed: str) -> Manifest | None:
        trust = self.store.trust()
        if trust is None:
            return None
        try:
            return verify(bytes.fromhex(signed), trust)
        except (ManifestRefused, ValueError):
            return None

    def _tell(self) -> None:
        """Send what was counted and the state of the machine; what is not answered is sent again."""
        if not self.store.reports():
            self.store.make_report(self._state())
        for report in self.store.reports():
            taken = self._ask("POST", "wifi/contenus/cache/rapport", json=report).json()["taken"]
            self.store.taken(int(taken))

    def _state(self) -> dict[str, Any]:
        return {
            "held": {m.code: m.revision for m in self.store.shown()},
            "held_bytes": sum(self.store.files().values()),
            "free_bytes": self.store.free(),
            "synced_at": self.store.get("synced_at"),
            "faults": self.faults,
        }

    # --- packages -----------------------------------------------------------------------------

    def _follow(self, listed: dict[str, Any], at_once: bool) -> None:
        """Hold what is wanted within the room there is, and download what is missing when one may."""
        rows = {m.code: (m, row) for row in listed["packages"] if (m := self._verified(row["manifest"]))}
        fresh = self.store.counted()
        wanted = [
            Wanted(
                code,
                {entry.sha256: entry.size for entry in m.files},
                row["pinned"],
                row["position"],
                row["watched"] + fresh.get(code, 0),
            )
            for code, (m, row) in rows.items()
        ]
        chosen = kept(wanted, listed["quota"])
        if left := len(wanted) - len(chosen):
            self.faults.append(f"{left} contenu(s) ne tiennent pas dans la place réservée.")
        self.store.want(
            [(w.code, bytes.fromhex(rows[w.code][1]["manifest"]), w.pinned, w.position) for w in chosen]
        )
        self.store.sweep()
        start, end = (clock_time.fromisoformat(each) for each in listed["window"])
        free_hour = at_once or in_window(self.now().time(), start, end)
        order = {w.code: n for n, w in enumerate(chosen)}
        whole = [
            self._complete(held, free_hour, listed["rate_kbps"])
            for held in sorted(self.store.packages(), key=lambda h: order.get(h.code, 0))
        ]
        self.store.sweep()
        if all(whole):
            self.store.put("synced_at", self.now().isoformat(timespec="seconds"))

    def _complete(self, held: Held, free_hour: bool, rate_kbps: int) -> bool:
        """Fetch what a package lacks; whether what is wanted is now shown.

        Outside the window only what was shown already is mended: its bytes went bad.
        """
        if held.wanted is None:
            return False
        known = self.store.files()
        missing = [e for e in held.wanted.files if e.sha256 not in known]
        mending = held.shown == held.wanted
        if missing and not (free_hour or mending):
            return False
        # All are tried: one that is damaged keeps no other waiting.
        fetched = [self._fetch(entry, rate_kbps) for entry in missing]
        if not all(fetched):
            return False
        if not mending:
            self.store.promote(held.code)
        return True

    # --- files --------------------------------------------------------------------------------

    def _fetch(self, entry: Entry, rate_kbps: int) -> bool:
        """Download a file from where it stopped; False, with a fault told, when it is not there whole yet."""
        partial = self.store.partial(entry.sha256)
        for _ in range(_TRIES):
            have = partial.stat().st_size if partial.exists() else 0
            if entry.size - have > self.store.free() - self.reserve:
                self.faults.append(f"Le disque est plein : « {entry.name} » attend.")
                return False
            try:
                self._download(entry, min(have, entry.size), rate_kbps)
            except CutOff as cut:
                self.faults.append(str(cut))
                return False
            if self.store.accept(entry.sha256, entry.size):
                return True
        self.faults.append(f"« {entry.name} » est arrivé abîmé : il n’est pas montré.")
        return False

    def _download(self, entry: Entry, have: int, rate_kbps: int) -> None:
        """Append what is missing. Raises CutOff; what came before stays for the next time."""
        if have == entry.size:
            self.store.partial(entry.sha256).touch()
            return
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{entry.sha256}"'} if have else {}
        try:
            with self.client.stream(
                "GET", f"wifi/contenus/cache/fichiers/{entry.sha256}", headers=headers
            ) as answer:
                if answer.status_code not in (200, 206):
                    raise CutOff(f"Le centre a répondu {answer.status_code} pour « {entry.name} ».")
                at = have if answer.status_code == 206 and _starts_at(answer, have) else 0
                self._write(entry, at, self._paced(answer, rate_kbps))
        except httpx.HTTPError as error:
            raise CutOff(f"La ligne s’est coupée ({type(error).__name__}).") from None

    def _write(self, entry: Entry, at: int, chunks: Iterator[bytes]) -> None:
        partial = self.store.partial(entry.sha256)
        with partial.open("r+b" if partial.exists() else "wb") as file:
            file.truncate(at)
            file.seek(at)
            for chunk in chunks:
                at += len(chunk)
                if at > entry.size:
                    raise CutOff(f"« {entry.name} » est plus long qu’annoncé.")
                file.write(chunk)
        if at < entry.size:
            raise CutOff("La ligne s’est coupée.")

    def _paced(self, answer: httpx.Response, rate_kbps: int) -> Iterator[bytes]:
        """The chunks, no faster on average than the rate; 0 is no limit."""
        begun, sent = time.monotonic(), 0
        for chunk in answer.iter_raw(_CHUNK):
            yield chunk
            sent += len(chunk)
            ahead = sent * 8 / (rate_kbps * 1000) - (time.monotonic() - begun) if rate_kbps else 0
            if ahead > 0:
                self.sleep(ahead)


def _starts_at(answer: httpx.Response, have: int) -> bool:
    return str(answer.headers.get("content-range", "")).startswith(f"bytes {have}-")
