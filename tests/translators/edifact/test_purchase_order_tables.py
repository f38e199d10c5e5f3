# ruff: noqa: E501 - segments are read as they stand on the wire
"""Each segment, qualifier and code that the ORDERS mapping knows, in both directories, against canonical values."""

from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact.reading import one
from translators.canonical.purchase_order import PurchaseOrder
from translators.edifact.messages import codes, shared
from translators.edifact.messages.items import PRICE_KINDS
from translators.edifact.messages.parts import UNITS
from translators.mapping.words import Words

BGM, ISSUED, LIN = "BGM+220+PO-1+9", "DTM+137:20261120:102", "LIN+1++5701234500018:EN"
BOTH = pytest.mark.parametrize("version", ["D:96A", "D:01B"])


def order(*header: str, lines: tuple[str, ...] = (LIN,), summary: tuple[str, ...] = (), version: str = "D:96A") -> dict[str, Any]:
    """The canonical order of these segments in its JSON form."""
    segments = [f"UNH+1+ORDERS:{version}:UN", BGM, ISSUED, *header, *lines, "UNS+S", *summary]
    text = "".join(f"{s}'" for s in [*segments, f"UNT+{len(segments) + 1}+1"])
    document = one(f"UNB+UNOC:3+A:14+B:14+261120:0930+1'{text}UNZ+1+1'".encode("latin-1")).documents[0]
    assert isinstance(document.canonical, PurchaseOrder), document.findings
    return document.canonical.model_dump(mode="json", exclude_none=True, exclude_unset=True, by_alias=True)


def line(*segments: str, version: str = "D:96A") -> dict[str, Any]:
    """The only line."""
    found: dict[str, Any] = order(lines=(LIN, *segments), version=version)["lines"][0]
    return found


def unusual(words: Words, code: str, **kept: Any) -> dict[str, Any]:
    """What is kept of a code that would not be written again for its word."""
    return {} if words.preferred(code) else kept


@BOTH
@pytest.mark.parametrize(("qualifier", "name"), sorted(codes.HEADER_DATES.items()))
def test_every_named_date_of_header_and_line(qualifier: str, name: str, version: str) -> None:
    segment = f"DTM+{qualifier}:20261127:102"
    assert order(segment, version=version)["other_dates"] == {name: "2026-11-27"}
    assert line(segment, version=version)["other_dates"] == {name: "2026-11-27"}


@pytest.mark.parametrize(
    ("qualifier", "field"),
    [("2", "requested_delivery"), ("63", "latest_delivery")],
)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20261127:102", "2026-11-27"), ("261127:101", "2026-11-27"), ("271126:2", "2026-11-27"), ("27112026:4", "2026-11-27"),
        ("112726:3", "2026-11-27"), ("2611271530:201", "2026-11-27T15:30:00Z"), ("261127153010:202", "2026-11-27T15:30:10Z"),
        ("202611271530:203", "2026-11-27T15:30:00Z"), ("20261127153010:204", "2026-11-27T15:30:10Z"),
        ("202611271530?+0100:205", "2026-11-27T14:30:00Z"), ("2611271530CET:301", "2026-11-27T14:30:00Z"),
        ("261127153010EST:302", "2026-11-27T20:30:10Z"), ("202611271530?+00:303", "2026-11-27T15:30:00Z"),
        ("20261127153010-0500:304", "2026-11-27T20:30:10Z"), ("20261127", "2026-11-27"), ("202611272400:203", "2026-11-28T00:00:00Z"),
    ],
)  # fmt: skip
def test_every_format_of_a_point_in_time(qualifier: str, field: str, value: str, expected: str) -> None:
    assert order(f"DTM+{qualifier}:{value}")[field] == expected
    assert line(f"DTM+{qualifier}:{value}")[field] == expected


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2026112720261129:718", "2026-11-27", "2026-11-29"), ("20261127-20261129:718", "2026-11-27", "2026-11-29"),
        ("261127261129:717", "2026-11-27", "2026-11-29"), ("2026112720261129:711", "2026-11-27", "2026-11-29"),
        ("202611270800202611291700:719", "2026-11-27T08:00:00Z", "2026-11-29T17:00:00Z"),
        ("26112708002611291700:713", "2026-11-27T08:00:00Z", "2026-11-29T17:00:00Z"),
    ],
)  # fmt: skip
def test_every_format_of_a_period(value: str, start: str, end: str) -> None:
    found = order(f"DTM+2:{value}", f"DTM+10:{value}")
    assert (found["requested_delivery"], found["latest_delivery"]) == (start, end)
    assert found["ship_window"] == {"start": start, "end": end}


@pytest.mark.parametrize("value", ["202648:616", "5:804", "20264:608", "14:801", "2026:602"])
def test_formats_that_name_no_day_are_kept_as_sent(value: str) -> None:
    assert order(f"DTM+2:{value}")["extras"] == [{"path": "DTM", "qualifier": "2", "value": f"2:{value}"}]


def test_a_second_date_of_the_same_meaning_is_kept_beside() -> None:
    found = order("DTM+2:20261127:102", "DTM+2:20261128:102", "DTM+64:20261101:102", "DTM+64:20261102:102")
    assert (found["requested_delivery"], found["other_dates"]) == (
        "2026-11-27",
        {"date_2": "2026-11-28", "earliest_delivery": "2026-11-01"},
    )
    assert [e["value"] for e in found["extras"]] == ["64:20261102:102"]


@BOTH
@pytest.mark.parametrize(("function", "role"), sorted(codes.PARTIES.items()))
def test_every_party_function_of_the_header(function: str, role: str, version: str) -> None:
    assert order(f"NAD+{function}+X1::92++NAME", version=version)[role] == {
        "identifiers": {"buyer": "X1"},
        "name": "NAME",
        **unusual(shared.ROLES, function, original_codes={"role": function}),
    }


@BOTH
@pytest.mark.parametrize(("function", "role"), sorted(codes.PARTIES.items()))
def test_every_party_function_of_a_line(function: str, role: str, version: str) -> None:
    found = line(f"NAD+{function}+X1::92", version=version)
    expected = {"identifiers": {"buyer": "X1"}, **unusual(shared.ROLES, function, original_codes={"role": function})}
    if role == "ship_to":
        assert found["ship_to"] == expected
    else:
        assert found["other_parties"] == [{"role": role, **expected}]


@pytest.mark.parametrize(("agency", "scheme"), sorted(codes.AGENCIES.items()))
def test_every_identifier_scheme_of_a_party(agency: str, scheme: str) -> None:
    assert order(f"NAD+BY+5790000000029::{agency}")["buyer"]["identifiers"] == {scheme: "5790000000029"}


@BOTH
@pytest.mark.parametrize(("kind", "scheme"), sorted(codes.ITEM_NUMBERS.items()))
def test_every_scheme_of_item_numbers(kind: str, scheme: str, version: str) -> None:
    found = order(lines=("LIN+1", f"PIA+5+5701234500018:{kind}"), version=version)["lines"][0]
    assert found["item"]["identifiers"] == {scheme: "5701234500018"}


@pytest.mark.parametrize(("qualifier", "kind"), sorted(codes.REFERENCES.items()))
def test_every_kind_of_reference(qualifier: str, kind: str) -> None:
    expected = [{"kind": kind, "number": "R-1", **unusual(shared.REFERENCES, qualifier, original=qualifier)}]
    assert order(f"RFF+{qualifier}:R-1")["references"] == expected
    assert line(f"RFF+{qualifier}:R-1")["references"] == expected


@pytest.mark.parametrize(("qualifier", "kind"), sorted(codes.PRICES.items()))
def test_every_kind_of_price_by_qualifier_and_by_type(qualifier: str, kind: str) -> None:
    assert line(f"PRI+{qualifier}:9.99")["price"] == {
        "amount": "9.99", "kind": kind, **unusual(PRICE_KINDS, qualifier, original=qualifier),
    }  # fmt: skip
    assert line(f"PRI+XYZ:9.99::{qualifier}")["price"]["kind"] == kind


@pytest.mark.parametrize(("qualifier", "name"), sorted(codes.QUANTITIES.items()))
def test_every_other_quantity(qualifier: str, name: str) -> None:
    found = line("QTY+21:10", f"QTY+{qualifier}:3:KGM")
    if qualifier in ("1", "113"):
        assert found["quantity"]["value"] == "10"
    assert found["other_quantities"] == {name: {"value": "3", "unit": "KGM"}}


@pytest.mark.parametrize("qualifier", ["21", "1", "113", "47"])
def test_every_qualifier_that_stands_for_the_ordered_quantity(qualifier: str) -> None:
    assert line(f"QTY+{qualifier}:10:PCE")["quantity"] == {"value": "10", "unit": "H87"}


@pytest.mark.parametrize(("sent", "unit"), sorted(codes.UNITS.items()))
def test_every_unit_that_recommendation_20_writes_otherwise(sent: str, unit: str) -> None:
    assert line(f"QTY+21:1:{sent}")["quantity"] == {
        "value": "1", "unit": unit, **unusual(UNITS, sent, original=sent),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("KGM", {"unit": "KGM"}), ("MTR", {"unit": "MTR"}), ("pce", {"unit": "pce", "original": "pce"}), ("", {})],
)
def test_other_units(sent: str, expected: dict[str, str]) -> None:
    assert line(f"QTY+21:1:{sent}".rstrip(":"))["quantity"] == {"value": "1", **expected}


@pytest.mark.parametrize(
    ("sent", "value"), [("12", "12"), ("12.50", "12.50"), ("12,5", "12.5"), ("-3", "-3"), ("0", "0"), ("007", "7")]
)
def test_numbers(sent: str, value: str) -> None:
    assert Decimal(line(f"QTY+21:{sent}")["quantity"]["value"]) == Decimal(value)


@pytest.mark.parametrize(("qualifier", "name"), sorted(codes.AMOUNTS.items()))
def test_every_amount_of_a_line(qualifier: str, name: str) -> None:
    assert line(f"MOA+{qualifier}:10.50:EUR")["amounts"] == {name: {"amount": "10.50", "currency": "EUR"}}


@pytest.mark.parametrize(("qualifier", "name"), sorted(codes.AMOUNTS.items()))
def test_every_total(qualifier: str, name: str) -> None:
    totals = order(summary=(f"MOA+{qualifier}:10.50",))["totals"]
    own = codes.TOTALS.get(qualifier)
    assert totals == ({own: {"amount": "10.50"}} if own else {"other": {name: {"amount": "10.50"}}})


@pytest.mark.parametrize(("dimension", "name"), sorted(codes.MEASURES.items()))
def test_every_measure_of_a_line_and_of_its_packages(dimension: str, name: str) -> None:
    kept = unusual(shared.MEASURES, dimension, original_codes={name: f"PD:{dimension}"})
    expected = {"measures": {name: {"value": "12.5", "unit": "KGM"}}, **kept}
    assert line(f"MEA+PD+{dimension}+KGM:12.5")["item"] == {"identifiers": {"gtin": "5701234500018"}, **expected}
    assert line("PAC+2++CT", f"MEA+PD+{dimension}+KGM:12.5")["packaging"] == [{"packages": "2", "kind": "CT", **expected}]


@pytest.mark.parametrize(("function", "name"), sorted(codes.CONTACTS.items()))
def test_every_function_of_a_contact(function: str, name: str) -> None:
    found = order("NAD+BY+1::92", f"CTA+{function}+7:J. SMITH", "COM+1:TE", "COM+2:FX", "COM+a@b.example:EM", "COM+5:XF")
    assert found["buyer"]["contacts"] == [
        {
            "function": name,
            "name": "J. SMITH",
            "telephone": "1",
            "fax": "2",
            "email": "a@b.example",
            "other": {"code": "7", "xf": "5"},
        }
    ]


@pytest.mark.parametrize(("purpose", "name"), sorted(codes.TEXTS.items()))
def test_every_purpose_of_a_text(purpose: str, name: str) -> None:
    expected = [{"lines": ["ONE", "TWO"], "purpose": name, "language": "en"}]
    assert order(f"FTX+{purpose}+++ONE:TWO+EN")["texts"] == expected
    assert line(f"FTX+{purpose}+++ONE:TWO+EN")["texts"] == expected


@pytest.mark.parametrize(("characteristic", "name"), sorted(codes.CHARACTERISTICS.items()))
def test_every_characteristic_of_an_item(characteristic: str, name: str) -> None:
    item = line(f"IMD+F+{characteristic}+C1:::WORDS")["item"]
    if name == "title":
        assert item["name"] == "WORDS"
    else:
        assert item["attributes"] == [
            {
                "name": name, "value": "WORDS", "code": "C1",
                **unusual(shared.CHARACTERISTICS, characteristic, original_codes={"name": characteristic}),
            }
        ]  # fmt: skip


@pytest.mark.parametrize(("code", "action"), sorted(codes.ACTIONS.items()))
def test_every_action_on_a_line(code: str, action: str) -> None:
    assert order(lines=(f"LIN+1+{code}+A:SA",))["lines"][0]["action"] == action


@pytest.mark.parametrize(("stage", "name"), sorted(codes.STAGES.items()))
@pytest.mark.parametrize(("mode", "means"), [("30", "road"), ("40", "air"), ("10", "sea"), ("20", "rail"), ("50", "mail")])
def test_transport_by_stage_and_mode(stage: str, name: str, mode: str, means: str) -> None:
    (leg,) = order(f"TDT+{stage}+T-1+{mode}+31+C1::92:CARRIER")["transport"]
    assert leg == {
        "stage": name, "tracking": "T-1", "mode": means, "equipment": "31",
        "carrier": {"identifiers": {"buyer": "C1"}, "name": "CARRIER"},
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), sorted(codes.PAYMENTS.items()))
def test_every_kind_of_payment_terms(kind: str, name: str) -> None:
    (terms,) = order(f"PAT+{kind}++5:3:D:30")["payment_terms"]
    days = "discount_days" if kind == "22" else "days"
    assert terms == {"kind": name, "basis": "invoice", days: 30}


@pytest.mark.parametrize(
    ("period", "expected"), [("D:30", {"days": 30}), ("W:2", {"days": 14}), ("CD:10", {"days": 10}), ("WD:2", {})]
)
def test_periods_of_payment(period: str, expected: dict[str, object]) -> None:
    assert order(f"PAT+1++5:3:{period}")["payment_terms"][0].items() >= {"kind": "basic", "basis": "invoice", **expected}.items()


def test_due_dates_and_discounts_of_payment_terms() -> None:
    first, second = order("PAT+3", "DTM+13:20261231:102", "PAT+22", "DTM+12:20261210:102", "PCD+12:2", "MOA+131:9:EUR")[
        "payment_terms"
    ]
    assert first == {"kind": "fixed_date", "due": "2026-12-31"}
    assert second["discount_due"] == "2026-12-10"
    assert (second["discount_percent"], second["discount_amount"]) == ("2", {"amount": "9", "currency": "EUR"})


@pytest.mark.parametrize("term", sorted(codes.INCOTERMS))
def test_every_incoterm(term: str) -> None:
    found = order(f"TOD+3+NC+{term}:::FREE TEXT", "LOC+1+:::HULL")["delivery_terms"]
    assert found == {"incoterm": term, "payment": "NC", "text": "FREE TEXT", "place": "HULL"}


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (("MOA+8:15.50:EUR",), {"amount": {"amount": "15.50", "currency": "EUR"}}),
        (("PCD+3:5",), {"percent": "5"}),
        (("QTY+1:10:PCE",), {"quantity": {"value": "10", "unit": "H87"}}),
        (("RTE+1:0.25",), {"rate": "0.25"}),
        (("PCD+3:5", "MOA+25:100", "MOA+8:5"), {"percent": "5", "basis": {"amount": "100"}, "amount": {"amount": "5"}}),
    ],
)
@pytest.mark.parametrize(("letter", "charge"), [("A", False), ("C", True)])
def test_values_of_allowances_and_charges(
    segments: tuple[str, ...], expected: dict[str, object], letter: str, charge: bool
) -> None:
    wanted = {"charge": charge, "code": "FC", "settlement": "2", "sequence": "1", "reason": "FREIGHT", **expected}
    assert order(f"ALC+{letter}++2+1+FC:::FREIGHT", *segments)["allowances_charges"] == [wanted]
    assert line(f"ALC+{letter}++2+1+FC:::FREIGHT", *segments)["allowances_charges"] == [wanted]


def test_taxes_with_amount_basis_and_place() -> None:
    (tax,) = line("TAX+7+VAT+++:::21.5+S+GB1", "MOA+124:21.5:EUR", "LOC+60+DE")["taxes"]
    assert tax == {
        "kind": "VAT", "rate": "21.5", "category": "S", "identification": "GB1",
        "amount": {"amount": "21.5", "currency": "EUR"}, "location": "DE",
    }  # fmt: skip
    assert order("TAX+7+VAT++++E")["taxes"] == [{"kind": "VAT", "category": "E", "exempt": True}]


@pytest.mark.parametrize(
    ("price", "basis"),
    [
        ("PRI+AAA:24.1:::100:PCE", {"value": "100", "unit": "H87"}),
        ("PRI+AAA:24.1:::100", {"value": "100"}),
        ("PRI+AAA:24.1::::KGM", {"value": "1", "unit": "KGM"}),
    ],
)
def test_price_bases(price: str, basis: dict[str, str]) -> None:
    assert line(price)["price"]["basis"] == basis


def test_schedules_with_periods_places_and_kinds() -> None:
    found = line(
        "QTY+21:30",
        "LOC+7+STORE1::92:STORE ONE",
        "QTY+11:10",
        "DTM+2:20261201:102",
        "SCC+1",
        "QTY+11:20",
        "DTM+2:2026120120261203:718",
    )
    assert found["schedule"] == [
        {
            "ship_to": {"identifiers": {"buyer": "STORE1"}, "name": "STORE ONE"},
            "quantity": {"value": "10"},
            "requested": "2026-12-01",
        },
        {"kind": "1", "quantity": {"value": "20"}, "period": {"start": "2026-12-01", "end": "2026-12-03"}},
    ]


@pytest.mark.parametrize("segment", ["PAI+::42", "ALI+DE", "FTX+ZZZ", "EQD+CN+1", "APR+WS+1.5", "RCS+7+1", "SCC+1"])
def test_header_segments_without_a_place_are_kept_whole(segment: str) -> None:
    extras = order(segment)["extras"]
    assert any(segment[4:].replace("+", "*").startswith(e["value"][:3]) for e in extras)


@pytest.mark.parametrize(
    "segment",
    [
        "PCD+3:5",
        "GIN+BN+123",
        "GIR+1+A:LI",
        "QVR+3",
        "DOC+1",
        "PAI+::42",
        "CCI+1",
        "EQD+CN",
        "RCS+7",
        "STG+1",
    ],
)
def test_line_segments_without_a_place_are_kept_whole(segment: str) -> None:
    assert [e["path"].rpartition("/")[2] for e in line(segment)["extras"]] == [segment[:3]]
