"""The life of everything that has a state, each as one literal table: (state, event) -> state. What is not here is an error.

The database's check constraints name the same states, and its guarded updates move only along these lines.
"""

from collections.abc import Mapping
from typing import Final

from gateway.domain.activation import ACTIVATION
from gateway.domain.release.lifecycle import RELEASE_HOLD, RELEASE_PART, WAREHOUSE_RELEASE

Transitions = Mapping[tuple[str, str], str]

TRANSMISSION: Final[Transitions] = {
    ("received", "translated"): "translated",
    ("received", "nothing_readable"): "unreadable",
    ("received", "given_up"): "failed",
    ("received", "handed_on"): "forwarded",
    ("unreadable", "replayed"): "replaying",
    ("failed", "replayed"): "replaying",
    ("replaying", "translated"): "translated",
    ("replaying", "nothing_readable"): "unreadable",
    ("replaying", "given_up"): "failed",
    ("replaying", "handed_on"): "forwarded",
}
"""What was translated is not read again in its place: its replay is a transmission of its own, which begins as `replaying`."""

DELIVERY: Final[Transitions] = {
    ("blocked", "predecessor_delivered"): "waiting",
    ("blocked", "released"): "waiting",
    ("blocked", "diverted"): "diverted",
    ("waiting", "comes_after_another"): "blocked",
    ("waiting", "partner_held"): "blocked",
    ("waiting", "diverted"): "diverted",
    ("waiting", "claimed"): "sending",
    ("sending", "delivered"): "delivered",
    ("sending", "try_again"): "waiting",
    ("sending", "refused"): "failed",
    ("sending", "exhausted"): "dead",
    ("sending", "outcome_unknown"): "in_doubt",
    ("sending", "claim_expired_repeatable"): "waiting",
    ("sending", "claim_expired"): "in_doubt",
    ("sending", "claim_expired_too_often"): "dead",
    ("in_doubt", "try_again"): "waiting",
    ("in_doubt", "found_delivered"): "delivered",
    ("failed", "redelivered"): "waiting",
    ("dead", "redelivered"): "waiting",
    ("dead", "diverted"): "diverted",
    ("delivered", "redelivered"): "waiting",  # only on demand, after being told what that does at the target
    ("blocked", "voided"): "voided",
    ("waiting", "voided"): "voided",
    ("in_doubt", "voided"): "voided",
    ("failed", "voided"): "voided",
    ("dead", "voided"): "voided",
    ("withheld", "voided"): "voided",
}
"""`withheld` is a beginning of its own: a gateway in shadow decides and writes everything, and hands over nothing."""

FAILURE: Final[Transitions] = {
    ("open", "acknowledged"): "acknowledged",
    ("open", "assigned"): "open",
    ("open", "muted"): "muted",
    ("open", "resolved"): "resolved",
    ("acknowledged", "acknowledged"): "acknowledged",
    ("acknowledged", "assigned"): "open",
    ("acknowledged", "muted"): "muted",
    ("acknowledged", "resolved"): "resolved",
    ("muted", "acknowledged"): "acknowledged",
    ("muted", "assigned"): "muted",
    ("muted", "muted"): "muted",
    ("muted", "unmuted"): "open",
    ("muted", "resolved"): "resolved",
    ("resolved", "came_back"): "open",
    ("resolved", "came_back_muted"): "muted",
}
"""A failure that comes back after it was resolved is the same one, as a regression; silent while it is muted. Muting ends by
itself. Another owner has not seen it yet, so that it is open again."""

NOTIFICATION: Final[Transitions] = {
    ("waiting", "claimed"): "sending",
    ("sending", "sent"): "sent",
    ("sending", "try_again"): "waiting",
    ("sending", "claim_expired"): "sending",
    ("sending", "given_up"): "given_up",
}
"""A message to an owner by one of its addresses. What a process that died was sending is sent again, under the same id."""

RECEIPT: Final[Transitions] = {
    ("none", "asked"): "awaited",
    ("awaited", "verified"): "verified",
    ("awaited", "warned"): "warned",
    ("awaited", "negative"): "negative",
    ("awaited", "mismatch"): "mismatch",
    ("awaited", "unverified"): "unverified",
    ("awaited", "missing"): "missing",
    ("missing", "verified"): "verified",
    ("missing", "warned"): "warned",
    ("missing", "negative"): "negative",
    ("missing", "mismatch"): "mismatch",
    ("unverified", "verified"): "verified",
    ("unverified", "warned"): "warned",
    ("unverified", "negative"): "negative",
    ("mismatch", "verified"): "verified",
    ("mismatch", "warned"): "warned",
    ("mismatch", "negative"): "negative",
    ("verified", "negative"): "contradicted",
    ("warned", "negative"): "contradicted",
    ("negative", "verified"): "contradicted",
    ("negative", "warned"): "contradicted",
    ("negative", "asked"): "awaited",
    ("missing", "asked"): "awaited",
    ("unverified", "asked"): "awaited",
    ("mismatch", "asked"): "awaited",
}
"""The receipt of a message of ours. A second one that says the same moves nothing; one that contradicts is told to its owner."""

EXPECTATION: Final[Transitions] = {
    ("expected", "received"): "received",
    ("expected", "accepted"): "accepted",
    ("expected", "accepted_with_errors"): "accepted_with_errors",
    ("expected", "partially_accepted"): "partially_accepted",
    ("expected", "rejected"): "rejected",
    ("expected", "due"): "overdue",
    ("expected", "waived"): "waived",
    ("overdue", "received"): "received",
    ("overdue", "accepted"): "late",
    ("overdue", "accepted_with_errors"): "late",
    ("overdue", "partially_accepted"): "partially_accepted",
    ("overdue", "rejected"): "rejected",
    ("overdue", "waived"): "waived",
    ("received", "received"): "received",
    ("received", "accepted"): "accepted",
    ("received", "accepted_with_errors"): "accepted_with_errors",
    ("received", "partially_accepted"): "partially_accepted",
    ("received", "rejected"): "rejected",
    ("received", "waived"): "waived",
    ("accepted", "received"): "accepted",
    ("accepted", "accepted"): "accepted",
    ("accepted", "accepted_with_errors"): "accepted_with_errors",
    ("accepted", "partially_accepted"): "contradicted",
    ("accepted", "rejected"): "contradicted",
    ("accepted_with_errors", "received"): "accepted_with_errors",
    ("accepted_with_errors", "accepted"): "accepted_with_errors",
    ("accepted_with_errors", "accepted_with_errors"): "accepted_with_errors",
    ("accepted_with_errors", "partially_accepted"): "contradicted",
    ("accepted_with_errors", "rejected"): "contradicted",
    ("late", "received"): "late",
    ("late", "accepted"): "late",
    ("late", "accepted_with_errors"): "late",
    ("late", "partially_accepted"): "contradicted",
    ("late", "rejected"): "contradicted",
    ("partially_accepted", "received"): "partially_accepted",
    ("partially_accepted", "accepted"): "contradicted",
    ("partially_accepted", "accepted_with_errors"): "contradicted",
    ("partially_accepted", "partially_accepted"): "partially_accepted",
    ("partially_accepted", "rejected"): "contradicted",
    ("partially_accepted", "waived"): "waived",
    ("rejected", "received"): "rejected",
    ("rejected", "accepted"): "contradicted",
    ("rejected", "accepted_with_errors"): "contradicted",
    ("rejected", "partially_accepted"): "contradicted",
    ("rejected", "rejected"): "rejected",
    ("rejected", "waived"): "waived",
    ("contradicted", "received"): "contradicted",
    ("contradicted", "accepted"): "contradicted",
    ("contradicted", "accepted_with_errors"): "contradicted",
    ("contradicted", "partially_accepted"): "contradicted",
    ("contradicted", "rejected"): "contradicted",
    ("contradicted", "waived"): "waived",
    ("waived", "received"): "waived",
    ("waived", "accepted"): "waived",
    ("waived", "accepted_with_errors"): "waived",
    ("waived", "partially_accepted"): "partially_accepted",
    ("waived", "rejected"): "rejected",
}
"""A repeat of what was said changes nothing, what says less takes nothing back, two that exclude each other are contradicted."""


DOCUMENT: Final[Transitions] = {
    ("pending", "routed"): "routed",
    ("pending", "stopped"): "stopped",
    ("pending", "no_route"): "unrouted",
    ("pending", "repeated"): "duplicate",
    ("pending", "contradicts_an_earlier"): "conflict",
    ("pending", "answers_ours"): "consumed",
    ("pending", "cannot_be_mapped"): "unmapped",
    ("pending", "kept_only"): "kept",
    ("pending", "interchange_refused"): "refused",
    ("held", "released"): "released",
    ("held", "withdrawn"): "withdrawn",
}
"""A document of a large interchange waits for its trailer. Those of small ones are decided with their interchange, once."""

OUTBOUND_DOCUMENT: Final[Transitions] = {
    ("sealed", "rejected"): "rejected_by_partner",
    ("sealed", "voided"): "voided",
    ("rejected_by_partner", "voided"): "voided",
}

BREAKER: Final[Transitions] = {
    ("closed", "succeeded"): "closed",
    ("closed", "failed"): "closed",
    ("closed", "tripped"): "open",
    ("open", "succeeded"): "open",  # a late result of a call that was made before it opened
    ("open", "failed"): "open",
    ("open", "waited"): "half_open",
    ("half_open", "succeeded"): "half_open",
    ("half_open", "failed"): "half_open",
    ("half_open", "probe_lost"): "half_open",  # its process died: another one goes out
    ("half_open", "probe_failed"): "open",
    ("half_open", "probe_succeeded"): "closed",
}

LEASE: Final[Transitions] = {
    ("free", "taken"): "held",
    ("held", "renewed"): "held",
    ("held", "given_back"): "free",
    ("held", "lapsed"): "lapsed",
    ("lapsed", "taken"): "held",
}
"""What one process does for all. Each `taken` raises the token, under which alone its holder may write; `lapsed` is what the
database's clock says of a holder that did not renew. The state is not stored: it follows from `until`."""

BATCH: Final[Transitions] = {
    ("planned", "confirmed"): "running",
    ("planned", "cancelled"): "cancelled",
    ("running", "first_ones_ended"): "tried",
    ("running", "all_ended"): "done",
    ("running", "cancelled"): "cancelled",
    ("tried", "confirmed"): "running",
    ("tried", "cancelled"): "cancelled",
}
"""Many replays or redeliveries as one: planned, confirmed by a person, tried with a few of them if that was asked for."""

BATCH_ITEM: Final[Transitions] = {
    ("planned", "begun"): "running",
    ("planned", "not_possible"): "skipped",
    ("planned", "cancelled"): "cancelled",
    ("running", "succeeded"): "done",
    ("running", "failed"): "failed",
}
"""What has begun is not cancelled: it ends by itself."""

ORDER_EVENT: Final[Transitions] = {
    ("heard", "applied"): "applied",
    ("heard", "waits"): "waiting",
    ("heard", "refused"): "refused",
    ("heard", "repeats"): "repeated",
    ("waiting", "applied"): "applied",
    ("waiting", "waits"): "waiting",
    ("waiting", "refused"): "refused",
    ("waiting", "repeats"): "repeated",
    ("waiting", "waited_out"): "overdue",
    ("overdue", "applied"): "applied",
    ("overdue", "waits"): "overdue",
    ("overdue", "refused"): "refused",
    ("overdue", "repeats"): "repeated",
    ("applied", "applied"): "applied",
    ("applied", "waits"): "waiting",
    ("applied", "refused"): "refused",
    ("applied", "repeats"): "repeated",
    ("refused", "applied"): "applied",
    ("refused", "waits"): "waiting",
    ("refused", "refused"): "refused",
    ("refused", "repeats"): "repeated",
    ("repeated", "applied"): "applied",
    ("repeated", "waits"): "waiting",
    ("repeated", "refused"): "refused",
    ("repeated", "repeats"): "repeated",
}
"""What somebody said of an order. It is judged anew with each further statement about the same order: what comes late may be what
it waited for, or what excludes it."""

ORDER_DEADLINE: Final[Transitions] = {
    ("open", "runs"): "open",
    ("open", "met"): "met",
    ("open", "met_late"): "late",
    ("open", "missed"): "missed",
    ("open", "order_over"): "void",
    ("missed", "missed"): "missed",
    ("missed", "met"): "met",
    ("missed", "met_late"): "late",
    ("missed", "runs"): "open",
    ("missed", "order_over"): "void",
    ("met", "met"): "met",
    ("met", "met_late"): "late",
    ("met", "runs"): "open",
    ("met", "missed"): "missed",
    ("met", "order_over"): "void",
    ("late", "met_late"): "late",
    ("late", "met"): "met",
    ("late", "runs"): "open",
    ("late", "missed"): "missed",
    ("late", "order_over"): "void",
    ("void", "order_over"): "void",
    ("void", "runs"): "open",
    ("void", "met"): "met",
    ("void", "met_late"): "late",
    ("void", "missed"): "missed",
}
"""Something that must happen to an order in time. What is said later may have happened earlier, or take back what it met."""

FOLLOW_UP: Final[Transitions] = {
    ("waiting", "done"): "done",
    ("waiting", "not_wanted"): "void",
    ("waiting", "not_possible"): "failed",
    ("waiting", "later"): "waiting",
    ("waiting", "changed"): "waiting",
    ("waiting", "withdrawn"): "void",
    ("failed", "done"): "done",
    ("failed", "not_wanted"): "void",
    ("failed", "not_possible"): "failed",
    ("failed", "later"): "waiting",
    ("failed", "changed"): "waiting",
    ("failed", "withdrawn"): "void",
    ("done", "withdrawn"): "withdrawn",
    ("withdrawn", "holds"): "done",
    ("void", "holds"): "waiting",
}
"""What is to be done because a milestone of an order holds. `void` was never done; `withdrawn` was, and should not have been."""

SCHEDULE_RUN: Final[Transitions] = {
    ("asked", "begun"): "running",
    ("running", "ended"): "done",
    ("running", "failed"): "failed",
    ("running", "holder_died"): "running",
    ("running", "holders_died"): "failed",
}
"""One run of a schedule. Those that fall due begin as `running`; times that were left out are `skipped`, and remain so."""

LIFECYCLES: Final[Mapping[str, Transitions]] = {
    "transmission": TRANSMISSION,
    "document": DOCUMENT,
    "delivery": DELIVERY,
    "outbound_document": OUTBOUND_DOCUMENT,
    "expectation": EXPECTATION,
    "failure": FAILURE,
    "notification": NOTIFICATION,
    "breaker": BREAKER,
    "batch": BATCH,
    "batch_item": BATCH_ITEM,
    "order_event": ORDER_EVENT,
    "order_deadline": ORDER_DEADLINE,
    "follow_up": FOLLOW_UP,
    "schedule_run": SCHEDULE_RUN,
    "warehouse_release": WAREHOUSE_RELEASE,
    "release_hold": RELEASE_HOLD,
    "release_part": RELEASE_PART,
    "activation": ACTIVATION,
}
"""By the table of the database whose column `state` obeys them."""


class IllegalTransition(ValueError):
    """An event that the state does not allow: a bug in whoever asked for it."""


def move(transitions: Transitions, state: str, event: str) -> str:
    """The state after an event. Raises IllegalTransition, naming what would have been allowed."""
    try:
        return transitions[state, event]
    except KeyError:
        allowed = ", ".join(sorted(e for s, e in transitions if s == state)) or "nothing"
        raise IllegalTransition(f"{event} is not allowed in state {state}; allowed: {allowed}") from None


def diagram(transitions: Transitions) -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state} --> {after}: {event}" for (state, event), after in transitions.items()]
    sources = {state for state, _ in transitions}
    finals = sorted({after for after in transitions.values() if after not in sources})
    lines += [f"    {state} --> [*]" for state in finals]
    return "\n".join(lines) + "\n"
