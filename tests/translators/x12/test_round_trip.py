"""What is written is read back as the same document: every set, every version, everything its mapping can say."""

import io
import json
import os
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from random import Random
from typing import Any

import pytest
from pyx12.x12file import X12Reader

from tests.translators.mapping import samples
from tests.translators.x12 import drawing as _drawing  # noqa: F401 - what transport sets can hold
from tests.translators.x12 import levels  # noqa: F401 - draws levels of ship notices
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import DocumentTerms, Family, Identity, OutboundGroup, OutboundInterchange, Terms, WrittenDocument
from translators.finding import Code, Severity
from translators.mapping import usual
from translators.mapping.clauses import ReadOnly
from translators.mapping.context import Reading
from translators.x12.definitions import segment_definition
from translators.x12.grammar import grammar
from translators.x12.sets import (
    MAPPINGS,
    descriptions,
    inventory_report,
    invoice,
    item_parts,
    moment_parts,
    parts,
    price_parts,
    schedule,
    shared,
)

LOWERED = Terms(
    default=DocumentTerms(severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING), max_findings=1000)
)
"""What is drawn may lack what a condition of the standard asks for: the mapping must say it all the same."""
SHARED = frozenset({"references", "texts", "schedule", "packaging", "attributes"})
LEVELLED = frozenset({"lines", "orders", "packages", "contents"})
"""Lists of ship notices that come back order by order, or package by package."""
SEEDS = int(os.environ.get("ROUND_TRIP_SEEDS", "60"))
WITHOUT_CURRENCY = frozenset({"180", "204", "214", "824", "852", "862", "875", "880", "990", "940", "943", "944", "945", "947"})
WITHOUT_NUMBER = frozenset({"820", "843", "852", "855", "865"})
NEEDED: dict[str, dict[str, Any]] = {
    "820": {"credit": True, "method": "cheque"},
    "824": {"documents": [{"status": "accepted", "document": {"kind": "order", "number": "N2"}}]},
    "990": {"status": "accepted", "order": {"number": "N2"}},
}
"""What documents of a set cannot be without, as the set says it."""
ORDERS = frozenset({"840", "843", "850", "855", "860", "865", "875"})
"""Sets whose lines have an item even when nothing is said of it."""
CASES = [(kind, version) for kind in MAPPINGS for version in ("004010", "005010")]


def _price(random: Random, part: Any) -> dict[str, Any]:
    price: dict[str, Any] = {"amount": samples.number(random), "currency": samples.CURRENCY}
    if random.random() < 0.5:
        price["kind"] = samples.listed(random, part.kinds)
    return price


samples.PARTS |= {
    moment_parts.Moment: lambda random, part: (
        samples.day(random) if part.time is None or random.random() < 0.5 else samples.instant(random)
    ),
    price_parts.UnitPrice: _price,
    item_parts.ItemNumbers: lambda random, part: {
        "identifiers": {
            name: samples.word(random) for name in random.sample(item_parts.ITEM_NUMBERS.listed, k=min(3, part.count))
        }
    },
    price_parts.PriceAmount: lambda random, _part: {"amount": samples.number(random), "currency": samples.CURRENCY},
    item_parts.Dimensions: lambda random, _part: {"measures": {"length": {"value": samples.number(random), "unit": "CMT"}}},
    parts.Region: lambda random, part: random.choice(
        ["CA", "ENG"] if samples.ELEMENTS and samples.ELEMENTS[-1]("N4") >= 7 else ["CA"]
    ),
    usual.Unless: lambda random, _part: samples.word(random),
    price_parts.Percent: lambda random, _part: {"percent": samples.number(random)},
    parts.CodedReference: lambda random, part: [{"kind": samples.listed(random, part.kinds), "number": samples.word(random)}],
    schedule.Window: lambda random, _part: {"requested": samples.day(random)},
    schedule.Shipped: lambda random, _part: {"kind": "received", "on": samples.day(random)},
    parts.CodedUnless: lambda random, part: random.choice(
        [w for w in part.words.listed if part.words.code(w) != part.usual] or ["1", "2"]
    ),
    moment_parts.NamedMoments: lambda random, part: {next(iter(part.fields.values())): samples.day(random)},
    parts.ReferencesOf: lambda random, part: [{"kind": random.choice(part.of).kind, "number": samples.word(random)}],
    parts.KeptCode: lambda _random, _part: None,
    parts.ShortText: lambda random, _part: samples.word(random),
    moment_parts.Promise: lambda random, _part: {random.choice(["delivery", "despatch"]): samples.day(random)},
    descriptions.Form: lambda random, _part: random.choice(["S", "X"]),
    parts.Standing: lambda _random, _part: {},
    moment_parts.ScheduleDates: lambda random, _part: {"requested": samples.day(random)},
}
samples.CLAUSES |= {
    price_parts.OwnCurrency: lambda _random, _clause: {},
    descriptions.CodedDescription: lambda random, _clause: random.choice(
        [
            {},
            {
                "item": {
                    "name": samples.words(random),
                    "description": f"{samples.words(random)}\n{samples.words(random)}",
                    "original_codes": random.choice([{"description_form": "X"}, {"description": "08"}]),
                }
            },
        ]
    ),
    ReadOnly: lambda _random, _clause: {},
    item_parts.StoreQuantities: lambda random, _clause: {
        "schedule": [
            {"quantity": {"value": Decimal(3), "unit": "EA"}, "ship_to": {"identifiers": {"buyer": samples.word(random)}}}
        ]
    },
}


samples.INSTEAD |= {
    id(inventory_report.UNIT): lambda _random, _clause: {},
    id(invoice.ANNOUNCED): lambda random, _clause: {"texts": [{"purpose": "agreed", "lines": [samples.words(random)]}]},
    id(shared.LINE_CURRENCY): lambda _random, _clause: {},
    id(shared.ITEM_DESCRIPTION): lambda random, _clause: {
        "item": {"name": samples.words(random), "description": samples.words(random)}
    },
}


def sealed(written: WrittenDocument) -> bytes:
    """A written set as a whole interchange."""
    version = "00401" if written.version < "005" else "00501"
    outbound = OutboundInterchange(
        Family.X12, Identity("ZZ", "SENDER"), Identity("ZZ", "RECEIVER"), version, False,
        registry.separators(Family.X12, version),
        (OutboundGroup(written.functional_id, "S", "R", written.version, (written.document,)),),
    )  # fmt: skip
    return registry.seal(outbound, control_number=1, group_numbers=[1], prepared=datetime(2026, 3, 2, tzinfo=UTC))


def complete(value: dict[str, Any], kind: str) -> dict[str, Any]:
    """What no document can be without; a set that cannot say a currency has amounts without one."""
    if kind in WITHOUT_CURRENCY:
        value = without(value, "currency")
    else:
        value["currency"] = samples.CURRENCY
    if kind in COMPLETED:
        COMPLETED[kind](value)
    else:
        completed_terms(value)
    if kind in ORDERS:
        for line in value.setdefault("lines", [{"number": "1"}]):
            for one in (line, *line.get("sub_lines", ())):
                one.setdefault("item", {})
        completed_order(value, kind)
    if kind not in WITHOUT_NUMBER:
        value.setdefault("number", "N1")
    return value


def completed_order(value: dict[str, Any], kind: str) -> None:
    """What orders, their changes and the answers to them are written with when it is not said."""
    if kind == "875":
        quantities = [line["quantity"] for line in value["lines"] if "quantity" in line]
        ordered = {**quantities[0], "value": sum(one["value"] for one in quantities)} if quantities else None
        if quantities and len(quantities) == len(value["lines"]):
            value.setdefault("totals", {}).setdefault("measures", {})["ordered"] = ordered
    elif "totals" in value:
        value["totals"].setdefault("line_count", len(value["lines"]))
    for line in value["lines"]:
        packed = [text for text in line.get("texts", ()) if text.get("purpose") == "packaging"]
        if len(packed) > 1:  # texts of one purpose that stand in segments one behind the other are one
            line["texts"] = [text for text in line["texts"] if text not in packed[1:]]
    if "issued" in value and kind == "860":
        value.setdefault("ordered", value["issued"])
    if "issued" in value and kind in ("855", "865") and "order" in value:
        value["order"].setdefault("issued", value["issued"])
    for line in value["lines"] if kind in ("860", "865") else ():
        line.setdefault("action", "change" if kind == "860" else "none")
        one_unit(line)


def completed_terms(value: dict[str, Any]) -> None:
    """What terms of delivery are written with when it is not said."""
    for owner in (value, *value.get("lines", ())):
        if "delivery_terms" in owner:
            owner["delivery_terms"].setdefault("payment", "agreed")


def completed_schedule(value: dict[str, Any]) -> None:
    """What schedules are written with when it is not said."""
    completed_terms(value)
    value.setdefault("basis", "delivery")
    for part in (one for line in value.get("lines", ()) for one in line.get("schedule", ())):
        part.setdefault("commitment", "planned")
        part.setdefault("interval", "discrete")


def completed_allowances(value: dict[str, Any]) -> None:
    """What allowances of the grocery trade are written with when it is not said."""
    for holder in (value, *value.get("lines", ())):
        for one in holder.get("allowances_charges", ()):
            one.setdefault("settlement", "02")


def completed_stock(value: dict[str, Any]) -> None:
    """Stock of a place has a date, which is that of the report when it is not said."""
    for one in (one for line in value.get("lines", ()) for one in line.get("stock", ()) if "location" in one):
        if not one.keys() & {"as_of", "expected", "other_dates", "original_codes"}:
            one["as_of"] = datetime(2026, 3, 2, tzinfo=UTC).date()


COMPLETED: dict[str, Callable[[dict[str, Any]], None]] = {
    "830": completed_schedule,
    "846": completed_stock,
    "862": completed_schedule,
    "875": completed_allowances,
    "880": completed_allowances,
}
"""What documents of some sets are written with when it is not said."""


def one_unit(line: dict[str, Any]) -> None:
    """What is left to receive is of the unit that was ordered (POC05), and not all of it."""
    quantity, left = line.get("quantity"), line.pop("left_to_receive", None)
    if quantity and left:
        line["left_to_receive"] = {**quantity, "value": quantity["value"] + 1}
    others = line.get("other_quantities", {})
    left = others.pop("left_to_receive", None)
    if quantity and left:
        others["left_to_receive"] = {**quantity, "value": quantity["value"] + 1}
    if not others:
        line.pop("other_quantities", None)


def without(value: Any, name: str) -> Any:
    """A document without a member, wherever it stands."""
    if isinstance(value, dict):
        return {key: without(inner, name) for key, inner in value.items() if key != name}
    return [without(inner, name) for inner in value] if isinstance(value, list) else value


def drawn(kind: str, version: str, seed: int) -> CanonicalDocument:
    """A document that the mapping of a set can say: what its clauses can say, in canonical shape."""
    mapping = import_module(MAPPINGS[kind][1]).MAPPING
    with samples.of_version(lambda tag: len(segment_definition(tag, version).elements)):
        value = {**deepcopy(NEEDED.get(kind, {})), **samples.document(Random(seed), mapping, grammar(kind, version).root)}
    value = complete(mapping.unfolded(value, Reading(UTC, lambda *_finding: None)), kind)
    return model_of(mapping.name_of(value)).model_validate(value)


@pytest.mark.parametrize(("kind", "version"), CASES)
def test_what_is_written_is_read_back_the_same(kind: str, version: str) -> None:
    for seed in range(SEEDS):
        document = drawn(kind, version, seed)
        written = registry.write(Family.X12, document, kind, version)
        data = sealed(written)
        assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == [], (seed, data)
        found = registry.translate(data, lambda _envelope: LOWERED).interchanges[0].documents[0]
        assert found.canonical is not None, (seed, found.findings, data)
        assert settled(found.canonical.to_json()) == settled(document.to_json()), (seed, data)


@pytest.mark.parametrize(("kind", "version"), CASES)
def test_pyx12_reads_the_same_segments(kind: str, version: str) -> None:
    for seed in range(5):
        data = sealed(registry.write(Family.X12, drawn(kind, version, seed), kind, version)).decode()
        assert [segment.format().rstrip("*~") for segment in X12Reader(io.StringIO(data))] == data.rstrip("~").split("~")


def settled(document: bytes) -> Any:
    """A document with the lists that several segments share in one order: they come back segment by segment."""

    whole = {name: value for name, value in json.loads(document).items() if name != "code_family"}
    loose = SHARED | LEVELLED if whole["schema"].startswith("despatch_advice/") else SHARED

    def order(value: Any) -> Any:
        if isinstance(value, list):
            return [order(one) for one in value]
        if isinstance(value, dict):
            return {k: settled_list(v) if k in loose and isinstance(v, list) else order(v) for k, v in value.items()}
        return value

    def settled_list(value: list[Any]) -> list[Any]:
        return sorted(map(order, value), key=lambda one: json.dumps(one, sort_keys=True))

    return order(whole)
