"""A new partner's checklist: what has been proved of it, by what, and what to do next. Each item is judged from facts. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

MOST_REFUSED: Final = 0.05
"""So large a share of documents may be refused, and samples still pass."""


class Item(StrEnum):
    """What is proved of a new partner, in the order in which it usually is."""

    CONNECTION = "connection"
    CERTIFICATES = "certificates"
    IDENTITIES = "identities"
    SAMPLES = "samples"
    ACKNOWLEDGEMENTS = "acknowledgements"
    NUMBERS = "numbers"
    TEST_DOCUMENT = "test_document"
    PRODUCTION_DOCUMENT = "production_document"
    GO_LIVE = "go_live"


class Standing(StrEnum):
    """How it stands with an item. `waived`: a person said that it may go without, and why."""

    DONE = "done"
    OPEN = "open"
    FAILING = "failing"
    NOT_NEEDED = "not_needed"
    WAIVED = "waived"


class Whose(StrEnum):
    """Whose turn it is."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobodys"


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be told, by its code with its values: the words are those of whoever tells it."""

    code: str
    values: Mapping[str, str | int | datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What a person said of an item."""

    waived: bool
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """An item: how it stands, what proves that, what to do next, whose turn it is."""

    item: Item
    standing: Standing
    proof: Said
    next: Said | None = None
    whose: Whose = Whose.NOBODYS
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What configuration and database say of a partner.

    `test`: it is on trial. `broken` are channels whose breaker is not closed, `unconfirmed` those whose server's key nobody has
    confirmed. `certificates` are those in use, where it `needs_certificates`; `ends_in_days` is when the first of them ends that
    nothing takes over from. `counters` are the numbers reached by what we send, by family, 0 for none. `owes` and `expects` say
    whether we acknowledge, and whether the partner does. `documents`, `known` and `refused` are of the last interchanges.
    """

    partner: str
    test: bool = True
    receives: bool = True
    sends: bool = True
    broken: Sequence[str] = ()
    unconfirmed: Sequence[str] = ()
    needs_certificates: bool = False
    certificates: int = 0
    ends_in_days: int | None = None
    by_way: bool = False
    identities: Sequence[str] = ()
    owes: bool = True
    expects: bool = False
    counters: Mapping[str, int] = field(default_factory=dict)
    received_at: datetime | None = None
    received_by: str | None = None
    known: int = 0
    refused: int = 0
    documents: int = 0
    taken: int = 0
    first_test: datetime | None = None
    first_production: datetime | None = None
    first_delivered: datetime | None = None
    answered_at: datetime | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    unanswered: int = 0
    failures: int = 0
    trials: int = 0
    trials_valid: int = 0


def checklist(facts: Facts, notes: Mapping[str, Note]) -> list[Checked]:
    """All items, judged. What a person waived is waived, unless it is done anyway; go-live is judged by all the others."""
    judged = [_with_note(_JUDGES[item](facts), notes.get(item)) for item in Item if item is not Item.GO_LIVE]
    return [*judged, _with_note(_go_live(facts, judged), notes.get(Item.GO_LIVE))]


def _with_note(judged: Checked, note: Note | None) -> Checked:
    if note is None:
        return judged
    settled = judged.standing in (Standing.DONE, Standing.NOT_NEEDED)
    if settled or not note.waived:
        return replace(judged, note=note)
    return replace(judged, standing=Standing.WAIVED, next=None, whose=Whose.NOBODYS, note=note)


def _done(item: Item, code: str, **values: str | int | datetime) -> Checked:
    return Checked(item, Standing.DONE, Said(code, values))


def _not_needed(item: Item, code: str) -> Checked:
    return Checked(item, Standing.NOT_NEEDED, Said(code))


def _connection(facts: Facts) -> Checked:
    item = Item.CONNECTION
    to_test = Said("test_connection", {"partner": facts.partner})
    if facts.unconfirmed:
        channel = facts.unconfirmed[0]
        return Checked(item, Standing.OPEN, Said("key_unconfirmed", {"channel": channel}), to_test, Whose.OURS)
    if facts.broken:
        return Checked(item, Standing.FAILING, Said("out_of_reach", {"channel": facts.broken[0]}), to_test, Whose.OURS)
    if facts.received_at is not None:
        return _done(item, "received", at=facts.received_at, channel=facts.received_by or "")
    if facts.sent_at is not None:
        return _done(item, "sent", at=facts.sent_at)
    if facts.receives:
        return Checked(item, Standing.OPEN, Said("nothing_came"), Said("send_something"), Whose.THEIRS)
    return Checked(item, Standing.OPEN, Said("nothing_went"), to_test, Whose.OURS)


def _certificates(facts: Facts) -> Checked:
    item = Item.CERTIFICATES
    if not facts.needs_certificates:
        return _not_needed(item, "no_certificates")
    if not facts.certificates:
        return Checked(item, Standing.OPEN, Said("certificate_missing"), Said("exchange_certificates"), Whose.THEIRS)
    if facts.ends_in_days is not None and facts.ends_in_days <= 0:
        return Checked(item, Standing.FAILING, Said("certificate_ended"), Said("exchange_certificates"), Whose.THEIRS)
    if facts.ends_in_days is not None:
        return _done(item, "certificates_until", count=facts.certificates, days=facts.ends_in_days)
    return _done(item, "certificates", count=facts.certificates)


def _identities(facts: Facts) -> Checked:
    item = Item.IDENTITIES
    if facts.by_way:
        return _not_needed(item, "known_by_way")
    shown = ", ".join(facts.identities)
    if facts.known:
        return _done(item, "recognised", identities=shown, count=facts.known)
    if facts.refused:
        told = Said("refused", {"count": facts.refused})
        return Checked(item, Standing.FAILING, told, Said("compare_identities", {"identities": shown}), Whose.THEIRS)
    whose = Whose.THEIRS if facts.receives else Whose.OURS
    return Checked(item, Standing.OPEN, Said("not_seen", {"identities": shown}), Said("send_test"), whose)


def _samples(facts: Facts) -> Checked:
    item = Item.SAMPLES
    total, good = facts.documents + facts.trials, facts.taken + facts.trials_valid
    if not total:
        return Checked(item, Standing.OPEN, Said("no_samples"), Said("try_files"), Whose.THEIRS)
    share = round(100 * good / total)
    told = Said("pass_rate", {"share": share, "count": total})
    if good >= total * (1 - MOST_REFUSED):
        return Checked(item, Standing.DONE, told)
    return Checked(item, Standing.FAILING, told, Said("correct_samples"), Whose.THEIRS)


def _acknowledgements(facts: Facts) -> Checked:
    item = Item.ACKNOWLEDGEMENTS
    if not facts.owes and not facts.expects:
        return _not_needed(item, "no_acknowledgements")
    if facts.unanswered:
        told = Said("unanswered", {"count": facts.unanswered})
        return Checked(item, Standing.FAILING, told, Said("look_at_acknowledgements"), Whose.THEIRS)
    if facts.owes and facts.answered_at is None:
        return Checked(item, Standing.OPEN, Said("none_sent"), Said("send_test"), Whose.THEIRS)
    if facts.expects and facts.accepted_at is None:
        whose, to_do = (Whose.OURS, "send_document") if facts.sent_at is None else (Whose.THEIRS, "acknowledge")
        return Checked(item, Standing.OPEN, Said("none_received"), Said(to_do), whose)
    if facts.accepted_at is not None and facts.answered_at is not None:
        return _done(item, "both_ways", sent=facts.answered_at, received=facts.accepted_at)
    at = facts.answered_at or facts.accepted_at
    assert at is not None  # one of the two is owed or expected, and neither of those is missing
    return _done(item, "acknowledged" if facts.accepted_at is not None else "answered", at=at)


def _numbers(facts: Facts) -> Checked:
    item = Item.NUMBERS
    if not facts.counters:
        return _not_needed(item, "no_numbers")
    missing = [name for name, value in facts.counters.items() if not value]
    if missing:
        to_seed = Said("seed_numbers", {"partner": facts.partner, "family": missing[0]})
        return Checked(item, Standing.OPEN, Said("number_missing", {"family": missing[0]}), to_seed, Whose.OURS)
    family, value = max(facts.counters.items(), key=lambda pair: pair[1])
    return _done(item, "number", family=family, number=value)


def _test_document(facts: Facts) -> Checked:
    item = Item.TEST_DOCUMENT
    if not facts.receives:
        return _not_needed(item, "sends_nothing")
    if facts.first_test is not None:
        return _done(item, "first_test", at=facts.first_test)
    if facts.first_production is not None:
        return _not_needed(item, "in_production_already")
    return Checked(item, Standing.OPEN, Said("no_test"), Said("send_test"), Whose.THEIRS)


def _production_document(facts: Facts) -> Checked:
    item = Item.PRODUCTION_DOCUMENT
    if not facts.receives:
        return _not_needed(item, "sends_nothing")
    if facts.first_production is not None:
        return _done(item, "first_production", at=facts.first_production)
    if facts.test:
        return Checked(item, Standing.OPEN, Said("on_trial"), Said("end_trial", {"partner": facts.partner}), Whose.OURS)
    return Checked(item, Standing.OPEN, Said("no_production"), Said("send_production"), Whose.THEIRS)


def _go_live(facts: Facts, others: Sequence[Checked]) -> Checked:
    item = Item.GO_LIVE
    left = [one.item for one in others if one.standing in (Standing.OPEN, Standing.FAILING)]
    if left:
        return Checked(item, Standing.OPEN, Said("left", {"count": len(left)}), Said("finish_items"), Whose.NOBODYS)
    if facts.test:
        return Checked(item, Standing.OPEN, Said("on_trial"), Said("end_trial", {"partner": facts.partner}), Whose.OURS)
    if facts.failures:
        told = Said("open_failures", {"count": facts.failures})
        return Checked(item, Standing.FAILING, told, Said("end_failures", {"partner": facts.partner}), Whose.OURS)
    if facts.first_delivered is not None:
        return _done(item, "live", at=facts.first_delivered)
    if facts.receives:
        return Checked(item, Standing.OPEN, Said("none_delivered"), Said("look_at_deliveries"), Whose.OURS)
    return _done(item, "live", at=facts.sent_at) if facts.sent_at else Checked(item, Standing.OPEN, Said("nothing_went"))


_JUDGES: Final[Mapping[Item, Callable[[Facts], Checked]]] = {
    Item.CONNECTION: _connection,
    Item.CERTIFICATES: _certificates,
    Item.IDENTITIES: _identities,
    Item.SAMPLES: _samples,
    Item.ACKNOWLEDGEMENTS: _acknowledgements,
    Item.NUMBERS: _numbers,
    Item.TEST_DOCUMENT: _test_document,
    Item.PRODUCTION_DOCUMENT: _production_document,
}


def for_partner(items: Sequence[Checked]) -> Iterator[Checked]:
    """The same as the partner may see it: what is ours to do is not told in detail, nor what our people said about it."""
    for one in items:
        own = one.whose is Whose.OURS
        proof = Said("ours") if own and one.item in _OURS_ALONE else one.proof
        yield replace(one, proof=proof, next=Said("ours") if own else one.next, note=None)


_OURS_ALONE: Final = frozenset({Item.GO_LIVE, Item.NUMBERS})
"""Items whose details tell of what lies behind the gateway."""
