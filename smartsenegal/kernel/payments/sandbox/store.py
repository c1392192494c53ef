"""The sessions of the demonstration's Wave (see `outbox` for what is kept and how)."""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from smartsenegal.kernel.payments.sandbox.outbox import Conflict, Outbox, now, stamp

SESSION_LIFE = timedelta(minutes=30)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, amount INTEGER NOT NULL, client_reference TEXT, success_url TEXT NOT NULL,
    error_url TEXT NOT NULL, checkout_status TEXT NOT NULL DEFAULT 'open',
    payment_status TEXT NOT NULL DEFAULT 'processing', error_code TEXT, error_message TEXT,
    transaction_id TEXT, refunded INTEGER NOT NULL DEFAULT 0, when_created TEXT NOT NULL,
    when_expires TEXT NOT NULL, when_completed TEXT
);
CREATE INDEX IF NOT EXISTS session_reference ON session (client_reference);
CREATE TABLE IF NOT EXISTS refund (
    session TEXT PRIMARY KEY, transaction_id TEXT NOT NULL, at TEXT NOT NULL
);
"""


class Store(Outbox):
    schema = _SCHEMA

    # --- sessions ---------------------------------------------------------------------

    def create(self, amount: int, reference: str | None, success_url: str, error_url: str) -> dict[str, Any]:
        """Open a session; one reference may have several, as at the real operator."""
        session_id = f"cos-{secrets.token_hex(8)}"
        created = now()
        with self._transaction() as db:
            db.execute(
                "INSERT INTO session (id, amount, client_reference, success_url, error_url, when_created,"
                " when_expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    session_id,
                    amount,
                    reference,
                    success_url,
                    error_url,
                    stamp(created),
                    stamp(created + SESSION_LIFE),
                ),
            )
        found = self.session(session_id)
        assert found is not None
        return found

    def session(self, session_id: str) -> dict[str, Any] | None:
        """A session as it stands now; one whose time is over expires when it is looked at."""
        with self._transaction() as db:
            db.execute(
                "UPDATE session SET checkout_status = 'expired', payment_status = 'cancelled',"
                " when_completed = ? WHERE id = ? AND checkout_status = 'open' AND when_expires <= ?",
                (stamp(now()), session_id, stamp(now())),
            )
            row = db.execute("SELECT * FROM session WHERE id = ?", (session_id,)).fetchone()
        return dict(row) if row else None

    def search(self, reference: str) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._db.execute(
                "SELECT id FROM session WHERE client_reference = ? ORDER BY rowid", (reference,)
            ).fetchall()
        return [s for row in rows if (s := self.session(row["id"]))]

    def of_transaction(self, transaction_id: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._db.execute(
                "SELECT * FROM session WHERE transaction_id = ?", (transaction_id,)
            ).fetchone()
        return dict(row) if row else None

    def recent(self, limit: int = 50) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._db.execute("SELECT * FROM session ORDER BY rowid DESC LIMIT ?", (limit,)).fetchall()
        return [dict(row) for row in rows]

    def pay(self, session_id: str) -> dict[str, Any]:
        """Take the payer's money once; paying again changes nothing. Raises Conflict when it is closed."""
        session = self._known(session_id)
        if session["payment_status"] == "succeeded":
            return session
        if session["checkout_status"] != "open":
            raise Conflict("session closed")
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE session SET checkout_status = 'complete', payment_status = 'succeeded',"
                " error_code = NULL, error_message = NULL, transaction_id = ?, when_completed = ?,"
                " amount = amount + ? WHERE id = ? AND checkout_status = 'open'",
                (
                    f"T_{secrets.token_hex(5).upper()}",
                    stamp(now()),
                    int(self.faults()["amount_delta"]),
                    session_id,
                ),
            ).rowcount
            if changed:
                self._tell(db, "checkout.session.completed", session_id)
        return self._known(session_id)

    def refuse(self, session_id: str, code: str, message: str) -> dict[str, Any]:
        """A payment that fails leaves the session open: the payer may try again."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE session SET error_code = ?, error_message = ?"
                " WHERE id = ? AND checkout_status = 'open'",
                (code, message, session_id),
            ).rowcount
            if changed:
                self._tell(db, "checkout.session.payment_failed", session_id)
        return self._known(session_id)

    def expire(self, session_id: str) -> dict[str, Any]:
        """Close an open session. Raises Conflict when it is complete."""
        session = self._known(session_id)
        if session["checkout_status"] == "complete":
            raise Conflict("session complete")
        with self._transaction() as db:
            db.execute(
                "UPDATE session SET checkout_status = 'expired', payment_status = 'cancelled',"
                " when_completed = ? WHERE id = ? AND checkout_status = 'open'",
                (stamp(now()), session_id),
            )
        return self._known(session_id)

    def refund(self, session_id: str) -> None:
        """Give the money back, once. Raises Conflict when nothing was paid."""
        session = self._known(session_id)
        if session["payment_status"] != "succeeded":
            raise Conflict("nothing was paid")
        with self._transaction() as db:
            db.execute("UPDATE session SET refunded = 1 WHERE id = ?", (session_id,))
            db.execute(
                "INSERT OR IGNORE INTO refund (session, transaction_id, at) VALUES (?, ?, ?)",
                (session_id, f"R_{secrets.token_hex(5).upper()}", stamp(now())),
            )

    def statement(self, day: str) -> list[dict[str, Any]]:
        """Movements of a day (YYYY-MM-DD), in their order: payments, and refunds as negative amounts."""
        return self._rows(
            "SELECT * FROM (SELECT when_completed AS at, transaction_id, 'merchant_payment' AS kind, amount,"
            " client_reference FROM session"
            " WHERE transaction_id IS NOT NULL AND substr(when_completed, 1, 10) = ?"
            " UNION ALL SELECT r.at, r.transaction_id, 'merchant_payment_refund', -s.amount,"
            " s.client_reference FROM refund r JOIN session s ON s.id = r.session"
            " WHERE substr(r.at, 1, 10) = ?) ORDER BY at, amount < 0, transaction_id",
            day,
            day,
        )

    def _known(self, session_id: str) -> dict[str, Any]:
        session = self.session(session_id)
        if session is None:
            raise KeyError(session_id)
        return session

    def _tell(self, db: sqlite3.Connection, kind: str, session_id: str) -> None:
        row = db.execute("SELECT * FROM session WHERE id = ?", (session_id,)).fetchone()
        self._queue(db, {"id": f"EV_{secrets.token_hex(8)}", "type": kind, "data": public(dict(row), "")})


def public(session: Mapping[str, Any], launch_base: str) -> dict[str, Any]:
    """A session as the API shows it."""
    failed = session["error_code"] and {"code": session["error_code"], "message": session["error_message"]}
    return {
        "id": session["id"],
        "amount": str(session["amount"]),
        "currency": "XOF",
        "business_name": "Smart Sénégal",
        "client_reference": session["client_reference"],
        "checkout_status": session["checkout_status"],
        "payment_status": session["payment_status"],
        "last_payment_error": failed or None,
        "transaction_id": session["transaction_id"],
        "success_url": session["success_url"],
        "error_url": session["error_url"],
        "wave_launch_url": f"{launch_base}/payer/{session['id']}",
        "when_created": session["when_created"],
        "when_expires": session["when_expires"],
        "when_completed": session["when_completed"],
    }
