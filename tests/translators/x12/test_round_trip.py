"""What is written is read back as the same document: every set, every version, everything its mapping can say."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from random import Random
from typing import Any

import pytest

from tests.translators.mapping import samples
from translators import registry
from translators.canonical import model_of
from translators.contract import DocumentTerms, Family, Identity, OutboundGroup, OutboundInterchange, Terms, WrittenDocument
from translators.finding import Code, Severity
from translators.x12 import composing
from translators.x12.document import MAPPINGS
from translators.x12.grammar import grammar
from translators.x12.sets import parts, shared

LOWERED = Terms(
    default=DocumentTerms(severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING), max_findings=1000)
)
"""What is drawn may lack what a condition of the standard asks for: the mapping must say it all the same."""
SHARED = frozenset({"references", "texts", "schedule", "packaging"})
SEEDS = int(os.environ.get("ROUND_TRIP_SEEDS", "60"))
CASES = [(kind, version) for kind in MAPPINGS for version in ("004010", "005010")]


def _price(random: Random, part: Any) -> dict[str, Any]:
    price: dict[str, Any] = {"amount": samples.number(random), "currency": samples.CURRENCY}
    if random.random() < 0.5:
        price["kind"] = samples.listed(random, part.kinds)
    return price


samples.PARTS |= {
    parts.Moment: lambda random, part: (
        samples.day(random) if part.time is None or random.random() < 0.5 else samples.instant(random)
    ),
    parts.UnitPrice: _price,
    parts.ItemNumbers: lambda random, part: {
        "identifiers": {name: samples.word(random) for name in random.sample(parts.ITEM_NUMBERS.listed, k=min(3, part.count))}
    },
    parts.PriceAmount: lambda random, _part: {"amount": samples.number(random), "currency": samples.CURRENCY},
    parts.Dimensions: lambda random, _part: {"measures": {"length": {"value": samples.number(random), "unit": "CMT"}}},
    parts.ScheduleDates: lambda random, _part: {"requested": samples.day(random)},
}
samples.CLAUSES |= {
    parts.StoreQuantities: lambda random, _clause: {
        "schedule": [
            {"quantity": {"value": Decimal(3), "unit": "EA"}, "ship_to": {"identifiers": {"buyer": samples.word(random)}}}
        ]
    }
}


samples.INSTEAD |= {
    id(shared.LINE_CURRENCY): lambda _random, _clause: {},
    id(shared.ITEM_DESCRIPTION): lambda random, _clause: {
        "item": {"name": samples.words(random), "description": samples.words(random)}
    },
}


def sealed(written: WrittenDocument) -> bytes:
    """A written set as a whole interchange."""
    outbound = OutboundInterchange(
        Family.X12, Identity("ZZ", "SENDER"), Identity("ZZ", "RECEIVER"), "00401" if written.version < "005" else "00501", False,
        composing.USUAL, (OutboundGroup(written.functional_id, "S", "R", written.version, (written.document,)),),
    )  # fmt: skip
    return registry.seal(outbound, control_number=1, group_numbers=[1], prepared=datetime(2026, 3, 2, tzinfo=UTC))


def complete(value: dict[str, Any]) -> dict[str, Any]:
    """What no document can be without."""
    value["currency"] = samples.CURRENCY
    value.setdefault("number", "N1")
    value.setdefault("lines", [{"number": "1"}])
    for line in value["lines"]:
        for one in (line, *line.get("sub_lines", ())):
            one.setdefault("item", {})
    return value


@pytest.mark.parametrize(("kind", "version"), CASES)
def test_what_is_written_is_read_back_the_same(kind: str, version: str) -> None:
    name, module = MAPPINGS[kind]
    for seed in range(SEEDS):
        drawn = samples.document(Random(seed), import_module(module).MAPPING, grammar(kind, version).root)
        document = model_of(name).model_validate(complete(drawn))
        written = registry.write(Family.X12, document, kind, version)
        data = sealed(written)
        assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == [], (seed, data)
        found = registry.translate(data, lambda _envelope: LOWERED).interchanges[0].documents[0]
        assert found.canonical is not None, (seed, found.findings, data)
        assert settled(found.canonical.to_json()) == settled(document.to_json()), (seed, data)


def settled(document: bytes) -> Any:
    """A document with the lists that several segments share in one order: they come back segment by segment."""

    def order(value: Any) -> Any:
        if isinstance(value, list):
            return [order(one) for one in value]
        if isinstance(value, dict):
            return {k: sorted(map(order, v), key=json.dumps) if k in SHARED else order(v) for k, v in value.items()}
        return value

    return order(json.loads(document))
