"""Proposes what is to be written for a new partner: from its samples, what a person asks for, and what is there.

Nothing is decided here that a person should decide: it is proposed with a question beside it. Pure.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.agreement import Direction
from gateway.domain.onboarding.partner_file import Block, PartnerFile, Question, Setting, Value
from gateway.domain.onboarding.recognised import Items, Recognised, SeenDocument
from gateway.domain.onboarding.wish import KnownApplication, Surroundings, Transport, Wish
from gateway.operations.propose_agreements import Agreed, agreed_in, agreed_out, agreement_blocks
from gateway.operations.propose_channel import channel_block
from translators.contract import Family, Identity

ACTIONS: Mapping[str, str] = {
    "purchase_order": "sale_order",
    "purchase_order_change": "sale_order_change",
    "order_response": "purchase_confirmation",
    "despatch_advice": "expected_receipt",
    "invoice": "vendor_bill",
    "credit_note": "vendor_bill",
    "remittance_advice": "remittance",
    "transport_status": "transport_status",
    "inventory_adjustment": "inventory_adjustment",
    "return_request": "return",
}
"""What Odoo usually makes of a document."""

_OUR_ITEM, _STANDARD_ITEMS = "seller", ("gtin", "upc")
_THEIR_ITEMS = ("buyer", "buyer_catalogue", "manufacturer", "model", "style")
"""Schemes by which partners name items, the most usual one first."""
_LISTED = 20


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What is proposed from, in one hand."""

    wish: Wish
    found: Recognised
    around: Surroundings

    @property
    def agreed(self) -> Sequence[Agreed]:
        """What is exchanged, in both directions."""
        coming = agreed_in(self.wish, self.found)
        return [*coming, *agreed_out(self.wish, self.found, coming)]


def propose(wish: Wish, found: Recognised, around: Surroundings) -> PartnerFile:
    """The file of a new partner, with its tables of codes and with all that a person has yet to decide."""
    one = _Proposal(wish, found, around)
    itemised = _itemised(one)
    return PartnerFile(
        path=f"partners/{wish.partner}.toml",
        remarks=list(_remarks(one)),
        blocks=[
            _partner_block(one),
            channel_block(wish, around, sends=any(each.direction is Direction.OUT for each in one.agreed)),
            *agreement_blocks(wish, found, one.agreed),
            *([] if itemised is None else [_table_block(_table_name(one), *itemised)]),
            *_route_blocks(one),
        ],
        questions=list(_questions(one)),
        tables={} if itemised is None else {_table_path(_table_name(one)): _csv(itemised[1].known.get(itemised[0], {}))},
    )


def _remarks(one: _Proposal) -> Iterator[str]:
    samples = ", ".join(one.found.samples)
    yield f"{one.wish.name or one.wish.partner}: proposed from {samples or 'the formats named'}."
    yield "What is marked DECIDE is for a person to decide. Afterwards: gateway check, and gateway validate with a sample."
    for document in one.found.documents:
        way = "sends" if document.direction is Direction.IN else "gets"
        written = f" (written {', '.join(sorted(document.written))})" if document.written else ""
        yield f"In the samples it {way} {document.type} {document.version}{written}, {document.count} of them."
        if document.outside:
            codes = ", ".join(f"{code.place} {code.value}" for code in document.outside[:_LISTED])
            yield f"Codes of {document.type} that are in no list of ours: {codes}."
        if document.units:
            yield f"Units of {document.type}: {', '.join(document.units[:_LISTED])}."
    for syntax in one.found.syntaxes:
        marks = {
            "element": syntax.separators.element,
            "component": syntax.separators.component,
            "segment": syntax.separators.segment,
        }
        shown = ", ".join(f"{name} {mark!r}" for name, mark in marks.items() if mark)
        if shown:
            yield f"Envelopes are written in {syntax.family.value} {syntax.version}; separators: {shown}."
    if one.found.characters:
        yield f"Characters of the samples: {', '.join(sorted(one.found.characters))}."


def _questions(one: _Proposal) -> Iterator[Question]:
    """What is to be decided elsewhere than in this file."""
    for family, receivers in one.found.foreign.items():
        for identity in receivers:
            yield Question(
                "receiver-unknown",
                f"The samples are addressed to {written(family, identity)}, which is not our {family.value} identity: add it to "
                "[gateway] identities if it is ours, or ask the partner to write to one of ours. Until then they are refused.",
            )
    for family, senders in one.found.theirs.items():
        for identity in senders:
            other = one.around.claimed.get((family, identity))
            if other is not None and other != one.wish.partner:
                text = f'{written(family, identity)} is the identity of partner "{other}" already: one of them must have another.'
                yield Question("identity-shared", text)
    going = {each.document for each in one.agreed if each.direction is Direction.OUT}
    for document in [each for each in one.wish.sends or () if each not in going]:
        text = f"In which format do we send {document}? What comes tells none: name it as in x12/004010/856, or agree it by hand."
        yield Question("sends-format", text)
    for name, why in one.found.unread.items():
        yield Question("unreadable", f"{name} could not be read: {why} Ask the partner for a whole file.")
    for name in one.found.flat:
        if not any(each.family is Family.FLAT for each in one.agreed):
            yield Question(
                "layout",
                f"{name} is a flat file: write its layout into layouts/NAME.toml (docs/how-to/flat-files.md), try it by "
                f"`gateway validate --layout layouts/NAME.toml {name}`, and agree it as flat/NAME/DOCUMENT.",
            )


# ---- the partner -------------------------------------------------------------------------------------------------------------


def written(family: Family, identity: Identity) -> str:
    """An identity as routes.toml writes it: the qualifier first in X12 and XML, last in EDIFACT."""
    if not identity.qualifier:
        return identity.id
    pair = (identity.id, identity.qualifier) if family is Family.EDIFACT else (identity.qualifier, identity.id)
    return ":".join(pair)


def _partner_block(one: _Proposal) -> Block:
    wish, around = one.wish, one.around
    parts: list[Setting | Question] = [Setting("id", wish.partner)]
    parts.append(Setting("name", wish.name or wish.partner, "for people"))
    owner = wish.owner or around.owner
    if not wish.owner and len(around.owners) > 1:
        parts.append(Question("owner", f"Whose are its failures? There are the owners {', '.join(around.owners)}."))
    parts += [Setting("owner", owner, "whose failures these are"), *_identities(one)]
    if not wish.timezone:
        parts.append(
            Question("timezone", 'In which zone are its dates and times that come without one? As in "America/Chicago".')
        )
    parts += [Setting("timezone", wish.timezone or "UTC"), *_usage(one)]
    return Block("[[partner]]", parts)


def _identities(one: _Proposal) -> Iterator[Setting | Question]:
    named: dict[str, Value] = {}
    families = {each.family for each in one.agreed} - {Family.FLAT}
    for family in [each for each in Family if each in families]:
        known = [written(family, each) for each in (one.wish.identities.get(family) or one.found.theirs.get(family) or ())]
        if not known and family is Family.JSON:  # known by the way it comes
            continue
        if not known:
            text = f"Which {family.value} identity does it write into its envelopes? This one stands in for it."
            yield Question("identity", text)
            known = [_STAND_INS[family]]
        elif len(known) > 1:
            yield Question("identities", f"Are all of these its own: {', '.join(known)}? The first one is written to.")
        named[family.value] = known[0] if len(known) == 1 else known
    if one.wish.transport is Transport.AS2:
        if not one.wish.as2_name:
            yield Question("as2-name", "What is its AS2 name? It counts letter for letter.")
        named["as2"] = one.wish.as2_name or one.wish.partner.upper()
    yield Setting("identities", named, "the sender in its envelopes")
    addressed = {
        family.value: written(family, used[0])
        for family, used in one.found.ours.items()
        if len(one.around.ours.get(family, ())) > 1 and len(used) == 1
    }
    if addressed:
        yield Setting("addressed_as", addressed, "which of our identities it writes to")


_STAND_INS: Mapping[Family, str] = {Family.X12: "ZZ:UNKNOWN", Family.EDIFACT: "UNKNOWN", Family.XML: "UNKNOWN"}


def _usage(one: _Proposal) -> Iterator[Setting | Question]:
    application = _application(one)
    if application is not None and application.production:
        yield Question(
            "usage",
            f'"{application.id}" is productive: for a trial, name a test application in the route and set usage = "test".',
        )
        yield Setting("usage", "production", 'live; "test": on trial, all its documents are test documents')
    else:
        yield Setting("usage", "test", 'on trial: all its documents are tests; "production" at the go-live')


# ---- tables and routes ---------------------------------------------------------------------------------------------------------


def _taken(one: _Proposal, document: str) -> str | None:
    """The route that takes a document of everybody before one of this partner's is looked at."""
    return one.around.taken.get(document) or one.around.taken.get("")


def _itemised(one: _Proposal) -> tuple[str, Items] | None:
    """The scheme and the items of the first document that is routed whose lines name none by our code nor by a standard's."""
    for each in one.agreed:
        scheme = _foreign_scheme(each.seen) if each.direction is Direction.IN else None
        if scheme is not None and each.seen is not None and _is_routed(one, each.document):
            return scheme, each.seen.items
    return None


def _foreign_scheme(seen: SeenDocument | None) -> str | None:
    """The scheme by which lines name items, where it is neither ours nor a standard's."""
    items = seen.items if seen is not None else None
    if items is None or not items.schemes or not items.lines:
        return None
    if any(items.schemes.get(name, 0) == items.lines for name in (_OUR_ITEM, *_STANDARD_ITEMS)):
        return None
    others = [name for name in _THEIR_ITEMS if items.schemes.get(name)]
    return max(others, key=lambda name: items.schemes[name]) if others else None


def _csv(known: Mapping[str, str]) -> str:
    text = io.StringIO()
    breaks = any("\r" in code for pair in known.items() for code in pair)  # what holds one is not quoted by itself
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if breaks else csv.QUOTE_MINIMAL)
    writer.writerow(("their code", "our code"))
    writer.writerows(known.items())
    return text.getvalue()


def _table_name(one: _Proposal) -> str:
    return f"{one.wish.partner}-items"


def _table_path(name: str) -> str:
    return f"tables/{name.replace('-', '_')}.csv"


def _table_block(name: str, scheme: str, items: Items) -> Block:
    codes = items.codes.get(scheme, ())
    listed = ", ".join(codes[:_LISTED]) + (f" and {len(codes) - _LISTED} more" if len(codes) > _LISTED else "")
    text = f"Which of our items are these? Add a line for each to {_table_path(name)}, their code and ours: {listed}."
    questions = [Question("items", text)] if codes else []
    remark = f'Lines name items by "{scheme}" codes: ours are looked up here.'
    return Block("[[table]]", [Setting("id", name), *questions, Setting("file", _table_path(name))], [remark])


def _application(one: _Proposal) -> KnownApplication | None:
    """Where what comes in goes: the one that was named, else the only Odoo."""
    known = {each.id: each for each in one.around.applications}
    if one.wish.application:
        return known.get(one.wish.application)
    odoo = [each for each in one.around.applications if each.type == "odoo"]
    return odoo[0] if len(odoo) == 1 else None


def _route_blocks(one: _Proposal) -> Iterator[Block]:
    application = _application(one)
    for document in dict.fromkeys(each.document for each in one.agreed if each.direction is Direction.IN):
        yield _route_block(one, document, application)


def _route_block(one: _Proposal, document: str, application: KnownApplication | None) -> Block:
    seen = [each.seen for each in one.agreed if each.direction is Direction.IN and each.document == document and each.seen]
    action = ACTIONS.get(document) if application is not None and application.type == "odoo" else None
    parts: list[Setting | Question] = [Setting("id", f"{one.wish.partner}-{document.replace('_', '-')}")]
    parts += [Setting("document", document), Setting("partner", one.wish.partner), *_rules(one, document, seen)]
    target = application.id if application is not None else "APPLICATION"
    other = _taken(one, document)
    if other is not None:
        text = f'Route "{other}" takes it from every partner. To treat it otherwise, move that route behind this one.'
        parts.append(Question("route", text))
    elif action is None:
        known = ", ".join(each.id for each in one.around.applications) or "none"
        text = f"Where does it go, and what is made of it there? Applications: {known}. Without a route it waits as a failure."
        parts.append(Question("route", text))
    delivery: dict[str, Value] = {"to": target, "as": action or "ACTION"}
    if action in ("sale_order", "sale_order_change"):
        delivery["sequence"] = "number"
    parts.append(Setting("deliver", [delivery]))
    return Block("[[route]]", parts, chosen=_is_routed(one, document))


def _is_routed(one: _Proposal, document: str) -> bool:
    """Whether a route can be proposed: it is known where the document goes, and no other route takes it anyway."""
    application = _application(one)
    known = application is not None and application.type == "odoo" and document in ACTIONS
    return known and _taken(one, document) is None


def _rules(one: _Proposal, document: str, seen: Sequence[SeenDocument]) -> Iterator[Setting | Question]:
    rules: list[Value] = []
    itemised = _itemised(one)
    scheme = itemised[0] if itemised is not None else ""
    if any(_foreign_scheme(each) == scheme for each in seen):
        rules.append(
            {
                "map": "lines[].item.identifiers.seller",
                "from": f"lines[].item.identifiers.{scheme}",
                "table": _table_name(one),
                "otherwise": "keep",
            }
        )
    if document == "purchase_order":
        rules.append({"require": "lines[].quantity"})
    if any(each.without_currency for each in seen):
        text = 'In which currency are its prices? The samples do not say: add a rule { default = "currency", value = "EUR" }.'
        yield Question("currency", text)
    if rules:
        yield Setting("rules", rules)
