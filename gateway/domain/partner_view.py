"""What a partner may see of its own messages: what it sent, what we said of it, what we sent and what it owes us. Pure.

What lies behind the gateway is no business of partners: which applications get what and how often it was tried, whose
failures they are, routes, agreements, who did what by hand, other partners' interchanges in the same file, and what was
never sent to them.
"""

from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]

_INNER: Final = frozenset({"unrouted", "stopped", "unmapped", "pending", "routed", "held", "released", "withdrawn"})
"""States of documents that partners see as `received`: what became of them is decided behind the gateway."""

_ROW_HIDDEN: Final = frozenset({"deliveries", "failures", "route", "channel"})
_TRANSMISSION: Final = frozenset({"id", "partner", "name", "state", "received_at", "size", "sha256", "purged", "findings"})
_EXPECTATION_HIDDEN: Final = frozenset({"owner", "agreement", "calendar", "reason", "person"})
_DOCUMENT_HIDDEN: Final = frozenset({"route", "agreement"})


def state_for_partner(state: str) -> str:
    """The state of a document in words that say nothing of what lies behind the gateway."""
    return "received" if state in _INNER else state


def row_for_partner(row: Json) -> dict[str, Any]:
    """A row of the list."""
    sent = row.get("direction") == "out"
    seen = {name: value for name, value in row.items() if name not in _ROW_HIDDEN}
    kept = [{"target": "", "state": one["state"]} for one in row.get("deliveries") or ()] if sent else []
    state = _sent_state(kept, str(row["state"])) if sent else state_for_partner(str(row["state"]))
    expectations = [{**one, "person": None, "reason": None} for one in row.get("expectations") or ()]
    return seen | {"state": state, "expectations": expectations}


def _sent_state(deliveries: list[dict[str, str]], state: str) -> str:
    """What was sent to the partner: whether it has gone."""
    if state in ("voided", "rejected_by_partner"):
        return state
    return "delivered" if any(one["state"] == "delivered" for one in deliveries) else "waiting"


def transmission_for_partner(view: Json, partner: str) -> dict[str, Any] | None:
    """The view of a transmission with what is this partner's in it; None where nothing is.

    Findings about bytes between interchanges are told only to whose all of it is.
    """
    own = [_interchange(one) for one in view.get("interchanges") or () if one.get("partner") == partner]
    whole = is_all_of(view, partner)
    if not own and not whole:
        return None
    seen = {name: value for name, value in view.items() if name in _TRANSMISSION}
    return seen | {
        "partner": partner,
        "findings": list(view.get("findings") or ()) if whole else [],
        "interchanges": own,
        "expectations": [
            {name: None if name in _EXPECTATION_HIDDEN else value for name, value in one.items()}
            for one in view.get("expectations") or ()
            if one.get("partner") == partner
        ],
    }


def is_all_of(view: Json, partner: str) -> bool:
    """Whether everything in a transmission is this partner's, so that it may have the bytes."""
    interchanges = view.get("interchanges") or ()
    if not interchanges:
        return bool(view.get("partner") == partner)
    return all(one.get("partner") == partner for one in interchanges)


def _interchange(view: Json) -> dict[str, Any]:
    return {**view, "documents": [_document(one) for one in view.get("documents") or ()]}


def _document(view: Json) -> dict[str, Any]:
    seen = {name: None if name in _DOCUMENT_HIDDEN else value for name, value in view.items()}
    return seen | {"state": state_for_partner(str(view["state"]))}
