"""What can go wrong while talking to Odoo, and what it means for a delivery.

OdooError
├── OdooUnreachable     no whole answer came: repeat later; an order may have been made (the external id finds it again)
├── OdooLoginRefused    the database, user or key is wrong: configuration, so orders wait for it
├── OdooFault           Odoo answered with an exception of its own; its name says which
└── OdooDeclined        what Odoo holds does not allow it, or leaves it open: a person decides
"""

import re
from typing import Any

from gateway.errors import GatewayError
from gateway.ports import OutcomeKind

CONCURRENCY = re.compile(
    r"could not serialize access|deadlock detected|could not obtain lock|current transaction is aborted"
    r"|cannot follow twice the same object",
    re.IGNORECASE,
)
"""What a lost race between two transactions reads like. `load()` swallows it into an ordinary message."""

ACCESS = re.compile(
    r"not allowed to (?:access|modify|create|delete)|enough rights|top-secret records|security restrictions", re.IGNORECASE
)
"""How the texts of an AccessError begin, where `load()` swallowed its name."""

STALE = re.compile(
    r"No matching record found for (?:database id|external id)|Record does not exist or has been deleted", re.IGNORECASE
)
"""A record we had looked up is gone: the look-up is repeated, not the blame."""

READABLE_LIMIT = 600
LOGIN_RETRY = 60.0
"""Seconds to leave an Odoo alone that refused the login."""
RIGHTS = "Give the service user of the gateway the right to do this (Sales: own or all documents), or change the agreement."


class OdooError(GatewayError):
    """Base of the tree. `kind` says whether a repeat is worth it, `code` is the machine word of the outcome.

    `unavailable`: no order is to blame, none would get through now. `unsent`: the call did not reach Odoo, or was turned away.
    """

    kind = OutcomeKind.RETRY
    code = "odoo"
    unavailable = True
    unsent = False

    def __init__(self, message: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class OdooUnreachable(OdooError):
    """No answer, half an answer, or one that is not Odoo's. Whether the call was carried out is unknown."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "connection",
        remedy: str = "",
        retry_after: float | None = None,
        unsent: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy, retry_after=retry_after)
        self.code = code
        self.unsent = unsent


class OdooLoginRefused(OdooError):
    """The key or user is wrong. A repeat, not a failure: no order is to blame, and all of them work once it is put right."""

    code = "login"
    unsent = True


class OdooFault(OdooError):
    """An exception raised inside Odoo: `name` is its Python name (`odoo.exceptions.UserError`), `text` its readable message."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.kind, self.code, remedy = judged(name, text)
        self.unavailable = self.code == "odoo-database"
        super().__init__(text, remedy=remedy)


class OdooDeclined(OdooError):
    """The document asks for what cannot be, as Odoo stands now. Nothing was done."""

    kind = OutcomeKind.FAILED
    unavailable = False

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def judged(name: str, text: str) -> tuple[OutcomeKind, str, str]:
    """Kind, code and remedy of an exception by its name, or by its text where `load()` left only that (name "")."""
    short = name.rpartition(".")[2]
    if CONCURRENCY.search(text) or short in ("SerializationFailure", "DeadlockDetected", "LockNotAvailable"):
        return OutcomeKind.RETRY, "serialization", ""
    if short == "AccessError" or (not name and ACCESS.search(text)):
        return OutcomeKind.FAILED, "access-denied", RIGHTS
    if STALE.search(text):
        return OutcomeKind.RETRY, "stale-reference", ""
    if name.startswith("psycopg2.") or short in ("PoolError", "OperationalError", "InterfaceError"):
        return OutcomeKind.RETRY, "odoo-database", "Odoo cannot use its database; see Odoo's log."
    if not name or short in ("UserError", "ValidationError", "MissingError", "RedirectWarning", "LockError"):
        return OutcomeKind.FAILED, "odoo-refused", ""
    return OutcomeKind.FAILED, "odoo-fault", "An unexpected fault inside Odoo; see Odoo's log at this time."


def fault_of(error: dict[str, Any]) -> OdooError:
    """The exception for the `error` member of a JSON-RPC answer; its `code` (200 up to 18, 0 from 19) says nothing."""
    data = error.get("data") or {}
    name = str(data.get("name") or "")
    text = readable(str(data.get("message") or error.get("message") or "Odoo gave no reason"))
    if name.endswith(".AccessDenied"):
        return OdooLoginRefused("Odoo refused the login.", remedy="Check login, api_key and database of this application.")
    if error.get("code") == 404:
        return OdooUnreachable(
            f"Odoo does not offer JSON-RPC there: {text}", code="endpoint", remedy="Check the application's url."
        )
    return OdooFault(name or "unknown", text)


def readable(text: str) -> str:
    """A message for support staff: the last line of a traceback without its exception name, else the text, trimmed."""
    lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
    if any(line.startswith("Traceback (most recent call last)") for line in lines):
        last = lines[-1]
        head, colon, tail = last.partition(": ")
        lines = [tail if colon and re.fullmatch(r"[\w.]+", head) else last]
    joined = "\n".join(lines) or "Odoo gave no reason"
    return joined if len(joined) <= READABLE_LIMIT else joined[: READABLE_LIMIT - 1] + "…"
