"""Documents drawn from the declarations of EDIFACT mappings, written, and read back."""

import json
import os
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from tests.translators.edifact.reading import read
from tests.translators.mapping import samples
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Terms
from translators.edifact import directories, writing
from translators.edifact.grammar import grammar
from translators.edifact.messages import (
    MAPPINGS,
    billing,
    clauses,
    descriptions,
    freight,
    goods,
    invoice,
    items,
    lines,
    meaning,
    order_response,
    other_item,
    parts,
    receiving_advice,
    schedules,
    terms,
    transport,
)
from translators.edifact.service_characters import ServiceCharacters
from translators.finding import Code, Severity
from translators.mapping import parts as part_types
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping

LOWERED = Terms(
    default=DocumentTerms(severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING), max_findings=1000)
)
"""What is drawn may lack what the standard asks for: the mapping must say it all the same."""
SEEDS = int(os.environ.get("ROUND_TRIP_SEEDS", "40"))
DIRECTORIES = ("D.96A", "D.01B")
_OWN_MEMBERS = frozenset(
    (
        "bill_of_lading",
        "master_bill_of_lading",
        "shipment",
        "order",
        "despatch",
        "delivery_note",
        "contract",
        "invoice",
        "seller_order",
        "customer",
        "vat",
        "receipt",
        "line",
        "delivery_schedule",
    )
)
"""Kinds of references that are members in some document."""


def _price(random: Random, _part: Any) -> dict[str, Any]:
    price: dict[str, Any] = {"amount": samples.number(random), "currency": samples.CURRENCY}
    kind = random.choice(["net", "gross", "list"])
    basis = {"basis": {"value": Decimal(10), "unit": "KGM"}} if random.random() < 0.5 else {}
    return {**price, "kind": kind, **basis}


def _item(random: Random, _part: Any) -> dict[str, Any]:
    scheme = random.choice(["upc", "isbn"])
    return {"identifiers": {scheme: samples.word(random)}}


def _moment(random: Random, _part: Any) -> Any:
    return samples.day(random) if random.random() < 0.5 else samples.instant(random)


def _span(random: Random) -> dict[str, Any]:
    return {"start": samples.day(random), "end": samples.day(random)}


samples.PARTS |= {
    parts.Moment: _moment,
    parts.Day: lambda random, _part: samples.day(random),
    parts.Unless: lambda _random, _part: None,
    goods.Numbers: lambda random, part: [samples.word(random) for _ in part.of],
    goods.Count: lambda random, _part: Decimal(random.randint(2, 999)),
    parts.CodedUnless: lambda random, part: samples.listed(random, part.words),
    parts.Either: lambda random, _part: samples.word(random),
    parts.Capitals: lambda _random, _part: "DE",
    parts.When: lambda _random, _part: None,
    parts.With: lambda _random, _part: None,
    parts.Joined: lambda random, _part: samples.words(random),
    parts.AddressLines: lambda random, _part: [samples.words(random) for _ in range(random.randint(1, 3))],
    order_response._Status: lambda random, _part: {
        "status": random.choice(["accepted", "with_changes", "rejected", "acknowledged"])
    },
    receiving_advice.Variance: lambda random, _part: {
        "status": "short",
        "quantity": {"value": samples.number(random)},
        "original_codes": {"variance": "-:12:"},
    },
    items.ItemNumber: _item,
    items.PriceRange: lambda random, _part: {
        name: {"value": samples.number(random), "unit": "KGM"} for name in ("minimum", "maximum")
    },
    items.ParentLine: lambda _random, _part: None,
    items.PriceDetails: _price,
    items.Described: lambda random, _part: {"value": samples.words(random)},
    terms.ContactName: lambda random, _part: {"name": samples.words(random)},
    terms.TaxCategory: lambda random, _part: {"category": random.choice("SZ")},
    terms.CodeBeside: lambda _random, _part: None,
    terms.CodeOrWords: lambda random, _part: samples.words(random),
    terms.PaymentPeriod: lambda random, _part: {"days": random.randint(1, 99)},
    terms.Incoterm: lambda random, _part: {"incoterm": random.choice(["CPT", "DDP"])},
    terms.AllowanceCode: lambda random, _part: {"code": random.choice(["FC", "DI"])},
    transport.Listed: lambda random, _part: {"identifiers": {random.choice(["unlocode", "gln", "scac"]): samples.word(random)}},
    schedules.PastQuantity: lambda _random, _part: {"kind": "received"},
    transport.StatusText: lambda random, _part: [{"purpose": "status", "lines": [samples.words(random)]}],
    freight.PackageLevels: lambda random, _part: [{"packages": Decimal(random.randint(1, 99)), "kind": "CT"}],
    billing.Exchange: lambda random, _part: {
        "exchange_rates": [{"source": samples.CURRENCY, "target": "USD", "rate": samples.number(random), "purpose": "11"}]
    },
}
samples.CLAUSES |= {
    freight.Dimensions: lambda random, _clause: {
        "measures": {name: {"value": samples.number(random), "unit": "CMT"} for name in ("length", "height")}
    },
    transport.Calls: lambda random, _clause: {
        "origin": {"kind": "port_of_loading", "name": samples.words(random)},
        "destination": {"kind": "place_of_destination", "identifiers": {"unlocode": samples.word(random)}},
        "planned": _span(random),
    },
    schedules.Planned: lambda random, _clause: {
        "schedule": [{"commitment": "firm", "quantity": {"value": samples.number(random)}, "requested": samples.day(random)}]
    },
    clauses.Spans: lambda _random, _clause: {},
    clauses.Periods: lambda random, clause: {clause._member: _span(random)},
    clauses.ReferenceMember: lambda random, clause: samples.nested((*clause._steps, clause._member), samples.word(random)),
    clauses.Communications: lambda random, _clause: {"telephone": samples.word(random), "other": {"xf": samples.word(random)}},
    clauses.Measures: lambda random, clause: samples.nested(
        (*clause._steps, clause._key), {"gross_weight": {"value": samples.number(random), "unit": "KGM"}}
    ),
    clauses.ControlTotals: lambda _random, _clause: {},
    clauses.Schedules: lambda random, _clause: {
        "schedule": [{"kind": "1", "quantity": {"value": samples.number(random)}, "requested": samples.day(random)}]
    },
    items.MoreNumbers: lambda random, _clause: {"item": {"identifiers": {"buyer": samples.word(random)}}},
    other_item.OtherItem: lambda random, clause: (
        {clause._member: {"identifiers": {"buyer": samples.word(random)}}} if clause._member == "substitute" else {}
    ),
    descriptions.Descriptions: lambda random, _clause: {
        "item": {random.choice(["called", "description"]): [samples.words(random)], "description": [samples.words(random)]}
    },
    billing.InvoicingPeriod: lambda _random, _clause: {},
    billing.StatedTotals: samples._qualified,
}
samples.INSTEAD |= {
    id(clause): lambda _random, _clause: {} for clause in invoice.SUMMARY if isinstance(clause, billing.SummaryCharges)
}
samples.INSTEAD[id(transport.TEMPERATURE)] = lambda random, _clause: {
    "temperature": {"value": Decimal(random.randint(1, 99)), "unit": "CEL"}
}
samples.INSTEAD[id(freight.HAZARD)] = lambda random, _clause: {
    "item": {
        "hazard": {"regulation": "ADR", "un_number": str(random.randint(1000, 3500)), "hazard_class": "3", "packing_group": "2"}
    }
}
samples.INSTEAD[id(lines.DESCRIPTION[0])] = lambda random, _clause: {
    "item": {"name": samples.words(random), "original_codes": {"name": "BTI"}}
}
for _clause in lines.DESCRIPTION:
    if getattr(_clause, "list_keys", None) == ("item.attributes",):
        samples.INSTEAD[id(_clause)] = lambda random, _clause: {
            "item": {"attributes": [{"name": random.choice(["colour", "size"]), "value": samples.words(random)}]}
        }


def mapping_of(kind: str) -> DocumentMapping:
    """The mapping of a message."""
    found: DocumentMapping = import_module(MAPPINGS[kind][1]).MAPPING
    return found


_SHORT: dict[type, samples.Draw] = {
    part_types.Text: lambda random, _part: str(random.randint(10, 999)),
    part_types.Lines: lambda random, part: [samples.word(random) for _ in range(random.randint(1, len(part.of)))],
}
"""What has room in every place."""


def drawn(kind: str, directory: str, seed: int, complete: Callable[[dict[str, Any]], None]) -> CanonicalDocument:
    """A document that the mapping of a message can say; `complete` adds what such a document cannot be without."""
    mapping = mapping_of(kind)
    with patch.dict(samples.PARTS, _SHORT):
        value = samples.document(Random(seed), mapping, grammar(kind, directory).root)
    value["currency"] = samples.CURRENCY
    value.setdefault("number", "N1")
    complete(value)
    _as_written(value)
    value = mapping.unfolded(value, Reading(UTC, lambda *_finding: None))
    return model_of(mapping.name_of(value)).model_validate(value)


def _reference(reference: dict[str, Any]) -> None:
    if reference.get("kind") in _OWN_MEMBERS:
        reference["kind"] = "quote"


def _terms(one: dict[str, Any]) -> None:
    if one.get("kind") == "discount" and "days" in one:
        one["discount_days"] = one.pop("days")
    if {"days", "discount_days"} & one.keys():
        one.setdefault("basis", "invoice")


def _text(text: dict[str, Any]) -> None:
    if "language" in text:
        text["language"] = text["language"].lower()


_SAID: dict[str, Callable[[dict[str, Any]], object]] = {
    "references": _reference,
    "transport": lambda leg: leg.setdefault("stage", "main_carriage"),
    "payment_terms": _terms,
    "texts": _text,
}


def _as_written(value: Any) -> None:
    """What segments always say; references of kinds that are members come back as these: they are others here."""
    if isinstance(value, list):
        for one in value:
            _as_written(one)
    elif isinstance(value, dict):
        for key, said in _SAID.items():
            for one in value.get(key, ()):
                said(one)
        for name, one in list(value.items()):
            _as_written(one)
            if name == "identifiers" and not one:
                del value[name]


def written(document: CanonicalDocument, kind: str, directory: str) -> tuple[writing.Body, list[str]]:
    """The body of a message, and what of the document it does not say."""
    context = Writing()
    rows = meaning.rows(mapping_of(kind), document, grammar(kind, directory), context)
    return writing.body(rows, directory, "UNOY", ServiceCharacters()), context.unwritten


def reread(body: str, count: int, kind: str, directory: str, terms: Terms = LOWERED) -> Document:
    """The message of a body of so many segments, read."""
    header = f"UNH+1+{kind}:{directory.replace('.', ':')}:UN'"
    text = f"UNB+UNOY:3+A:14+B:14+261120:0930+1'{header}{body}UNT+{count + 2}+1'UNZ+1+1'"
    (found,) = read(text.encode(), lambda _envelope: terms).documents
    return found


def round_trip(kind: str, directory: str, complete: Callable[[dict[str, Any]], None], seeds: int = SEEDS) -> None:
    """Draw, write and read back: the document must be the same, and nothing of it left out."""
    for seed in range(seeds):
        document = drawn(kind, directory, seed, complete)
        body, unwritten = written(document, kind, directory)
        assert unwritten == [], (seed, body.text)
        found = reread(body.text, body.segments, kind, directory)
        assert found.canonical is not None, (seed, found.findings, body.text)
        assert said(found.canonical) == said(document), (seed, body.text)


def said(document: CanonicalDocument) -> Any:
    """What a document says. Whose codes it keeps only one that was read knows."""
    return {name: value for name, value in json.loads(document.to_json()).items() if name != "code_family"}


def again(*segments: str, kind: str, directory: str) -> tuple[CanonicalDocument, list[str]]:
    """Segments read, written and read once more: the document must be the same; answered is it and what was written."""
    first = reread("".join(f"{one}'" for one in segments), len(segments), kind, directory)
    assert first.canonical is not None, first.findings
    body, unwritten = written(first.canonical, kind, directory)
    assert unwritten == []
    second = reread(body.text, body.segments, kind, directory)
    assert second.canonical is not None, second.findings
    assert json.loads(second.canonical.to_json()) == json.loads(first.canonical.to_json())
    return first.canonical, body.text.removesuffix("'").split("'")


def corpus(name: str) -> bytes:
    """A file of the corpus: one of our fixtures, else one of the folder that EDI_CORPUS names."""
    fixture = Path(__file__).parents[2] / "fixtures" / "edifact" / name
    if fixture.exists():
        return fixture.read_bytes()
    folder = os.environ.get("EDI_CORPUS")
    if not folder:
        pytest.skip("EDI_CORPUS does not name the folder of the corpus")
    return (Path(folder) / "edifact" / name).read_bytes()


def first_of(name: str, kind: str = "") -> CanonicalDocument:
    """What the first message (of a kind) of a corpus file says, whatever is wrong with it; all of it can be written again."""
    found = next(
        one
        for one in read(corpus(name), lambda _envelope: LOWERED).documents
        if one.type == (kind or one.type) and one.type in MAPPINGS
    )
    assert found.canonical is not None, found.findings
    choice = directories.choose(found.type, found.version)
    assert choice is not None
    context = Writing()
    meaning.rows(mapping_of(found.type), found.canonical, grammar(found.type, choice.directory), context)
    assert [one for one in context.unwritten if not one.startswith("segment PYT") and "extras" not in one] == []
    return found.canonical
