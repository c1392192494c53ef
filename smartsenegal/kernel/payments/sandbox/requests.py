"""What the demonstration's mobile-money operator knows (see `outbox` for what is kept and how).

A row is a request of the site: a payment waiting for a phone to confirm it, or a reversal, carried out at
once. `correlation` is the client's X-CorrelationID, honoured: the same again is refused.
"""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from smartsenegal.kernel.payments.sandbox.outbox import Conflict, Outbox, now, stamp

LIFE = timedelta(minutes=10)
PENDING, COMPLETED, FAILED = "pending", "completed", "failed"


class Duplicate(Exception):
    """The correlation identifier was used before."""


class Requests(Outbox):
    schema = """
CREATE TABLE IF NOT EXISTS request (
    id TEXT PRIMARY KEY, correlation TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, amount INTEGER NOT NULL,
    msisdn TEXT NOT NULL, merchant TEXT NOT NULL, reference TEXT, title TEXT NOT NULL, callback TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending', transaction_ref TEXT UNIQUE, original TEXT, error_code TEXT,
    created TEXT NOT NULL, expires TEXT NOT NULL, completed TEXT
);
CREATE INDEX IF NOT EXISTS request_original ON request (original);
"""

    def create(self, **asked: Any) -> dict[str, Any]:
        """Note a request to pay: correlation, amount, msisdn, merchant, reference, title, callback.

        Raises Duplicate when the correlation is known.
        """
        created = now()
        row = {
            "id": str(uuid4()),
            "kind": "merchantpay",
            "created": stamp(created),
            "expires": stamp(created + LIFE),
            **asked,
        }
        with self._transaction() as db:
            self._insert(db, row)
        return self.known(row["id"])

    def _insert(self, db: sqlite3.Connection, row: Mapping[str, Any]) -> None:
        names = list(row)
        places = ", ".join("?" * len(names))
        try:
            db.execute(
                f"INSERT INTO request ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - our own names
                list(row.values()),
            )
        except sqlite3.IntegrityError as error:
            raise Duplicate from error

    def request(self, **by: str) -> dict[str, Any] | None:
        """A request by its `id`, `correlation` or `transaction_ref`; one whose time is over has failed."""
        ((name, value),) = by.items()
        with self._transaction() as db:
            row = db.execute(f"SELECT * FROM request WHERE {name} = ?", (value,)).fetchone()  # noqa: S608
            if row and row["status"] == PENDING and row["expires"] <= stamp(now()):
                self._end(db, row["id"], "requestDeclined")
                row = db.execute("SELECT * FROM request WHERE id = ?", (row["id"],)).fetchone()
        return dict(row) if row else None

    def known(self, request_id: str) -> dict[str, Any]:
        found = self.request(id=request_id)
        if found is None:
            raise KeyError(request_id)
        return found

    def recent(self, limit: int = 50) -> list[dict[str, Any]]:
        return self._rows("SELECT * FROM request ORDER BY rowid DESC LIMIT ?", limit)

    def pay(self, request_id: str) -> None:
        """Take the payer's money once; paying again changes nothing. Raises Conflict when it is over."""
        found = self.known(request_id)
        if found["status"] == COMPLETED:
            return
        if found["status"] == FAILED:
            raise Conflict("request over")
        delta = int(self.faults()["amount_delta"])
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE request SET status = 'completed', transaction_ref = ?, completed = ?,"
                " amount = amount + ? WHERE id = ? AND status = 'pending'",
                (f"MP{secrets.token_hex(6).upper()}", stamp(now()), delta, request_id),
            ).rowcount
            if changed:
                self._tell(db, request_id)

    def refuse(self, request_id: str, code: str) -> None:
        """The payer refuses, or lacks the money: the request has failed for good."""
        with self._transaction() as db:
            if self._end(db, request_id, code):
                self._tell(db, request_id)

    def _end(self, db: sqlite3.Connection, request_id: str, code: str) -> int:
        return db.execute(
            "UPDATE request SET status = 'failed', error_code = ?, completed = ?"
            " WHERE id = ? AND status = 'pending'",
            (code, stamp(now()), request_id),
        ).rowcount

    def reverse(self, transaction_ref: str, amount: int, **asked: Any) -> dict[str, Any]:
        """Give francs of a payment back. Raises KeyError, Conflict beyond what is left, Duplicate."""
        original = self.request(transaction_ref=transaction_ref)
        if original is None:
            raise KeyError(transaction_ref)
        moment = stamp(now())
        with self._transaction() as db:
            given = db.execute(
                "SELECT coalesce(sum(amount), 0) FROM request WHERE original = ?", (transaction_ref,)
            ).fetchone()[0]
            known = db.execute(
                "SELECT 1 FROM request WHERE correlation = ?", (asked["correlation"],)
            ).fetchone()
            if known:
                raise Duplicate
            if original["status"] != COMPLETED or given + amount > original["amount"]:
                raise Conflict("more than what was paid")
            row = {
                "id": str(uuid4()),
                "amount": amount,
                "msisdn": original["msisdn"],
                "merchant": original["merchant"],
                "title": original["title"],
                "status": COMPLETED,
                "transaction_ref": f"RV{secrets.token_hex(6).upper()}",
                "original": transaction_ref,
                "created": moment,
                "expires": moment,
                "completed": moment,
                **asked,
            }
            self._insert(db, row)
        return self.known(str(row["id"]))

    def statement(self, since: str, until: str, limit: int, offset: int) -> list[dict[str, Any]]:
        """Movements completed between two moments, in their order."""
        return self._rows(
            "SELECT * FROM request WHERE status = 'completed' AND completed >= ? AND completed <= ?"
            " ORDER BY completed, rowid LIMIT ? OFFSET ?",
            since,
            until,
            limit,
            offset,
        )

    def _tell(self, db: sqlite3.Connection, request_id: str) -> None:
        row = dict(db.execute("SELECT * FROM request WHERE id = ?", (request_id,)).fetchone())
        body = transaction(row) if row["status"] == COMPLETED else error(row["error_code"])
        self._queue(
            db,
            {
                "id": f"EV_{secrets.token_hex(8)}",
                "type": f"merchantpay.{row['status']}",
                "url": row["callback"],
                "correlation": row["correlation"],
                "content": body,
            },
        )


def transaction(row: Mapping[str, Any]) -> dict[str, Any]:
    """A transaction as the API shows it."""
    payer = [{"key": "msisdn", "value": row["msisdn"]}]
    key, _, value = row["merchant"].partition("=")
    merchant = [{"key": key, "value": value}]
    given_back = row["original"] is not None
    shown = {
        "transactionReference": row["transaction_ref"],
        "transactionStatus": row["status"],
        "type": row["kind"],
        "amount": str(row["amount"]),
        "currency": "XOF",
        "debitParty": merchant if given_back else payer,
        "creditParty": payer if given_back else merchant,
        "descriptionText": row["title"],
        "creationDate": row["completed"],
    }
    if row["reference"]:
        shown["requestingOrganisationTransactionReference"] = row["reference"]
    if given_back:
        shown["originalTransactionReference"] = row["original"]
    return shown


def entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """A statement entry: a transaction without our reference, as in the specification."""
    shown = transaction(row)
    names = ("transactionReference", "transactionStatus", "amount", "currency", "debitParty", "creditParty",
             "descriptionText", "creationDate")  # fmt: skip
    return {**{name: shown[name] for name in names}, "displayType": row["kind"]}


def state(row: Mapping[str, Any]) -> dict[str, Any]:
    """A request state."""
    shown = {
        "serverCorrelationId": row["id"],
        "status": row["status"],
        "notificationMethod": "callback",
        "expiryTime": row["expires"],
        "pollLimit": 1000,
    }
    if row["status"] == COMPLETED:
        shown["objectReference"] = row["transaction_ref"]
    if row["status"] == FAILED:
        shown["error"] = error(row["error_code"])
    return shown


def error(code: str, category: str = "businessRule", text: str = "") -> dict[str, Any]:
    """An error object."""
    return {
        "errorCategory": category,
        "errorCode": code,
        "errorDescription": text or code,
        "errorDateTime": stamp(now()),
    }
