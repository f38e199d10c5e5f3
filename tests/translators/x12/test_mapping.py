"""Each branch of the 850 mapping by table: what a segment says, and the canonical values it becomes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document, DocumentTerms, Terms
from translators.finding import Code, Severity
from translators.mapping.check_digits import check_digit_fits
from translators.mapping.numbers import implied, number
from translators.mapping.value import merge_identifier
from translators.mapping.words import Words
from translators.x12.sets import codes
from translators.x12.sets.moments import day, instant, zone

LINE = "PO1*1*2*EA*3.5**VN*A"
LOWERED = dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING)
TOLERANT = Terms(default=DocumentTerms(severities=LOWERED, timezone=ZoneInfo("America/Chicago")))


def read(body: list[str], version: str = "004010") -> Document:
    segments = ["ST*850*0001", *body, f"SE*{len(body) + 2}*0001"]
    return registry.translate(interchange([segments], version=version), lambda _e: TOLERANT).interchanges[0].documents[0]


def order(*header: str, lines: tuple[str, ...] = (LINE,), version: str = "004010") -> dict[str, Any]:
    """The JSON-ready members of the order of these segments."""
    document = read(["BEG*00*SA*PO1**20260302", *header, *lines], version)
    assert isinstance(document.canonical, PurchaseOrder), document.findings
    return document.canonical.model_dump(exclude_unset=True, exclude_none=True)


def line(*segments: str, version: str = "004010") -> dict[str, Any]:
    found: dict[str, Any] = order(lines=(LINE, *segments), version=version)["lines"][0]
    return found


def kept(table: dict[str, str], code: str) -> dict[str, str]:
    """What is kept beside a word: the code, where writing the word would give another one."""
    return {} if Words(table).preferred(code) else {"original": code}


def coded(table: dict[str, str], code: str, member: str) -> dict[str, dict[str, str]]:
    """The same in `original_codes`, for a part without an `original` of its own."""
    return {} if Words(table).preferred(code) else {"original_codes": {member: code}}


def extras(part: dict[str, Any]) -> list[tuple[str, str]]:
    return [(extra["path"], extra["value"]) for extra in part.get("extras", [])]


# ---- header


@pytest.mark.parametrize(("code", "purpose"), [*codes.PURPOSES.items(), ("22", "other"), ("ZZ", "other")])
def test_each_purpose(code: str, purpose: str) -> None:
    document = read([f"BEG*{code}*SA*PO1**20260302", LINE])
    assert isinstance(document.canonical, PurchaseOrder)
    assert document.canonical.purpose == purpose
    again = next((first for first, word in codes.PURPOSES.items() if word == purpose), None)
    assert document.canonical.original_codes.get("purpose") == (None if code == again else code)


@pytest.mark.parametrize(("code", "kind"), [*codes.ORDER_KINDS.items(), ("LS", "other")])
def test_each_kind_of_order(code: str, kind: str) -> None:
    document = read([f"BEG*00*{code}*PO1**20260302", LINE])
    assert isinstance(document.canonical, PurchaseOrder)
    assert document.canonical.kind == kind


def test_release_and_contract_of_the_order() -> None:
    document = read(["BEG*00*RL*PO1*R7*20260302*C9", LINE])
    assert isinstance(document.canonical, PurchaseOrder)
    assert document.canonical.release == "R7"
    assert [(r.kind, r.number) for r in document.canonical.references] == [("contract", "C9")]
    assert document.canonical.identity == "|PO1|R7"


@pytest.mark.parametrize("beg", ["BEG*00*SA***20260302", "REF*CT*1"])
def test_an_order_without_a_number_is_none_whatever_is_tolerated(beg: str) -> None:
    document = read([beg, LINE])
    assert document.canonical is None
    assert Code.CANONICAL_INVALID in {f.code for f in document.findings}


@pytest.mark.parametrize(("code", "field"), codes.PARTIES.items())
def test_each_role_with_a_field(code: str, field: str) -> None:
    assert order(f"N1*{code}*NAME")[field] == {"name": "NAME", **coded(codes.PARTIES | codes.OTHER_ROLES, code, "role")}


@pytest.mark.parametrize(("code", "role"), codes.OTHER_ROLES.items())
def test_each_role_without_a_field(code: str, role: str) -> None:
    assert order(f"N1*{code}*NAME")["other_parties"] == [
        {"role": role, "name": "NAME", **coded(codes.PARTIES | codes.OTHER_ROLES, code, "role")}
    ]


@pytest.mark.parametrize(("code", "scheme"), codes.AGENCIES.items())
def test_each_scheme_of_a_party(code: str, scheme: str) -> None:
    assert order(f"N1*BY*NAME*{code}*4006381333931")["buyer"]["identifiers"] == {scheme: "4006381333931"}


def test_a_qualifier_without_an_identifier_is_kept() -> None:
    assert extras(order("N1*BY*NAME*92")["buyer"]) == [("N1/N1/03", "92")]


def test_a_party_in_full() -> None:
    found = order("N1*BY*ONE", "N2*TWO*THREE", "N3*A*B", "N3*C", "N4*TROY*MI*48083*US", "PER*BD*ANN*TE*1*EM*2", "REF*DP*9")
    assert found["buyer"] == {
        "name": "ONE TWO THREE",
        "address": {"lines": ["A", "B", "C"], "city": "TROY", "region": "MI", "postal_code": "48083", "country": "US"},
        "contacts": [{"function": "purchasing", "name": "ANN", "telephone": "1", "email": "2"}],
        "references": [{"kind": "department", "number": "9"}],
    }


def test_an_address_without_its_party_is_kept_and_never_given_to_the_party_before() -> None:
    found = order("N1*BY*BUYER", lines=(LINE, "N3*LOST STREET"))
    assert found["buyer"] == {"name": "BUYER"}
    assert extras(found["lines"][0]) == [("PO1/N1/N3", "LOST STREET")]


def test_what_belongs_to_a_missing_line_stays_with_the_order() -> None:
    document = read(["BEG*00*SA*PO1**20260302", "SDQ*EA*92*0001*5"])
    assert isinstance(document.canonical, PurchaseOrder)
    assert [(e.path, e.value) for e in document.canonical.extras] == [("PO1/SDQ", "EA*92*0001*5")]


@pytest.mark.parametrize(("code", "name"), codes.CONTACTS.items())
def test_each_function_of_a_contact(code: str, name: str) -> None:
    assert order(f"PER*{code}*ANN")["contacts"] == [{"function": name, "name": "ANN", **coded(codes.CONTACTS, code, "function")}]


def test_numbers_of_a_contact_by_means() -> None:
    assert order("PER*XX*ANN*TE*1*TE*2*FX*3*REF")["contacts"] == [
        {"function": "XX", "name": "ANN", "telephone": "1", "fax": "3", "other": {"te": "2", "reference": "REF"}}
    ]


@pytest.mark.parametrize(("code", "kind"), codes.REFERENCES.items())
def test_each_kind_of_reference(code: str, kind: str) -> None:
    assert order(f"REF*{code}*77*TEXT")["references"] == [
        {"kind": kind, "number": "77", "text": "TEXT", **kept(codes.REFERENCES, code)}
    ]


# ---- dates


@pytest.mark.parametrize(
    ("code", "field"),
    [
        *[(code, "requested_delivery") for code in sorted(codes.REQUESTED_DELIVERY)],
        *[(code, "latest_delivery") for code in sorted(codes.LATEST_DELIVERY)],
    ],
)
def test_each_date_with_a_field(code: str, field: str) -> None:
    assert order(f"DTM*{code}*20260316")[field] == date(2026, 3, 16)
    assert line(f"DTM*{code}*20260316")[field] == date(2026, 3, 16)


@pytest.mark.parametrize(("code", "name"), codes.DATES.items())
def test_each_date_without_a_field(code: str, name: str) -> None:
    assert order(f"DTM*{code}*20260316")["other_dates"] == {name: date(2026, 3, 16)}


@pytest.mark.parametrize(("code", "end"), codes.SHIP_WINDOW.items())
def test_each_end_of_the_shipping_window(code: str, end: str) -> None:
    assert order(f"DTM*{code}*20260316")["ship_window"] == {end: date(2026, 3, 16)}


@pytest.mark.parametrize(
    ("code", "hour"),
    [
        ("", 17),
        ("UT", 12),
        ("GM", 12),
        ("ET", 16),
        ("CT", 17),
        ("MT", 18),
        ("PT", 19),
        ("AT", 20),
        ("TT", 15),
        ("ES", 17),
        ("ED", 16),
        ("CS", 18),
        ("PD", 19),
        ("HS", 22),
        ("AS", 21),
        ("TS", 16),
        ("01", 11),
        ("12", 0),
        ("13", 24),
        ("24", 13),
        ("LT", 17),
    ],
)
def test_each_zone(code: str, hour: int) -> None:
    at = instant("20260716", "1200", code, ZoneInfo("America/Chicago"))
    assert at == datetime(2026, 7, 16 + hour // 24, hour % 24, tzinfo=UTC)


def test_newfoundland_is_half_an_hour_off() -> None:
    assert instant("20260716", "1200", "NS", UTC) == datetime(2026, 7, 16, 15, 30, tzinfo=UTC)
    assert instant("20260716", "1200", "NT", UTC) == datetime(2026, 7, 16, 14, 30, tzinfo=UTC)


def test_a_time_that_cannot_be_read_is_kept_beside_its_date() -> None:
    found = order("DTM*002*20260316*9999")
    assert found["requested_delivery"] == date(2026, 3, 16)
    assert extras(found) == [("DTM/03", "9999")]


def test_a_date_that_cannot_be_read_is_kept_once() -> None:
    assert extras(order("DTM*002*20269999")) == [("DTM", "002*20269999")]


# ---- terms


@pytest.mark.parametrize(("code", "charge"), [("A", False), ("P", False), ("C", True)])
def test_allowances_and_charges(code: str, charge: bool) -> None:
    found = order("CUR*BY*USD", f"SAC*{code}*D240*VI*AB12*1050*3*2.5*.75*EA*4**02***FREIGHT")
    assert found["allowances_charges"] == [
        {
            "charge": charge,
            "code": "D240",
            "reason": "FREIGHT",
            "amount": {"amount": Decimal("10.50"), "currency": "USD"},
            "percent": Decimal("2.5"),
            "original_codes": {"percent": "3"},
            "rate": Decimal(".75"),
            "quantity": {"value": Decimal(4), "unit": "EA"},
            "settlement": "02",
            "extras": [
                {"path": "SAC/SAC/03", "qualifier": code, "value": "VI"},
                {"path": "SAC/SAC/04", "qualifier": code, "value": "AB12"},
            ],
        }
    ]


def test_an_allowance_may_have_a_currency_of_its_own() -> None:
    found = order("CUR*BY*USD", "SAC*C*D240***100", "CUR*BY*EUR")
    assert found["allowances_charges"][0]["amount"] == {"amount": Decimal(1), "currency": "EUR"}
    assert found["currency"] == "USD"


def test_a_line_may_have_a_currency_of_its_own_and_the_next_has_not() -> None:
    found = order("CUR*BY*USD", lines=(LINE, "CUR*BY*EUR", "CTP**RTL*9", "PO1*2*1*EA*4**VN*B"))
    assert [entry["price"]["currency"] for entry in found["lines"]] == ["EUR", "USD"]
    assert found["lines"][0]["other_prices"][0]["currency"] == "EUR"


@pytest.mark.parametrize(("code", "payment"), codes.TRANSPORT_PAYMENTS.items())
def test_each_payment_of_transport(code: str, payment: str) -> None:
    assert order(f"FOB*{code}")["delivery_terms"] == {"payment": payment, **kept(codes.TRANSPORT_PAYMENTS, code)}


@pytest.mark.parametrize("code", sorted(codes.INCOTERMS))
def test_each_incoterm(code: str) -> None:
    assert order(f"FOB*PP*OR*X*01*{code}")["delivery_terms"]["incoterm"] == code


@pytest.mark.parametrize(("code", "mode"), codes.MODES.items())
def test_each_mode_of_transport(code: str, mode: str) -> None:
    assert order(f"TD5*B***{code}")["transport"] == [{"stage": "B", "mode": mode, **kept(codes.MODES, code)}]


def test_taxes() -> None:
    found = order("CUR*BY*USD", "TXI*ST*10.5*7.25****Y*145")["taxes"]
    assert found[0]["amount"] == {"amount": Decimal("10.5"), "currency": "USD"}
    assert (found[0]["kind"], found[0]["rate"], found[0]["basis"]["amount"]) == ("ST", Decimal("7.25"), Decimal(145))


# ---- lines


@pytest.mark.parametrize(("code", "scheme"), codes.ITEM_NUMBERS.items())
def test_each_item_number(code: str, scheme: str) -> None:
    assert order(lines=(f"PO1*1*2*EA*3.5**{code}*4006381333931",))["lines"][0]["item"]["identifiers"] == {scheme: "4006381333931"}


@pytest.mark.parametrize(("code", "name"), codes.ITEM_ATTRIBUTES.items())
def test_each_item_number_that_is_an_attribute(code: str, name: str) -> None:
    found = order(lines=(f"PO1*1*2*EA*3.5**{code}*RED",))["lines"][0]["item"]
    assert found["attributes"] == [{"name": name, "value": "RED", "code": code}]


def test_item_numbers_behind_an_empty_pair_are_read() -> None:
    found = order(lines=("PO1*1*2*EA*3.5****VN*A***UP*036000291452",))["lines"][0]
    assert found["item"]["identifiers"] == {"seller": "A", "upc": "036000291452"}


def test_half_a_pair_is_kept() -> None:
    found = order(lines=("PO1*1*2*EA*3.5**VN**BP*B**C",))["lines"][0]
    assert found["item"]["identifiers"] == {"buyer": "B"}
    assert extras(found) == [("PO1/PO1/06", "VN"), ("PO1/PO1/11", "C")]


@pytest.mark.parametrize(("code", "unit"), codes.UNITS.items())
def test_each_unit(code: str, unit: str) -> None:
    expected = {"value": Decimal(2), "unit": unit} | (kept(codes.UNITS, code))
    assert order(lines=(f"PO1*1*2*{code}*3.5**VN*A",))["lines"][0]["quantity"] == expected


@pytest.mark.parametrize(("code", "basis"), codes.PRICE_BASES.items())
def test_each_basis_of_a_price(code: str, basis: str) -> None:
    assert order(lines=(f"PO1*1*2*EA*3.5*{code}*VN*A",))["lines"][0]["price"]["basis"] == {"value": Decimal(basis), "unit": "EA"}


@pytest.mark.parametrize(("code", "kind"), codes.PRICE_KINDS_BY_BASIS.items())
def test_each_kind_of_unit_price(code: str, kind: str) -> None:
    assert order(lines=(f"PO1*1*2*EA*3.5*{code}*VN*A",))["lines"][0]["price"]["kind"] == kind


@pytest.mark.parametrize(("code", "kind"), codes.PRICE_KINDS.items())
def test_each_kind_of_further_price(code: str, kind: str) -> None:
    assert line(f"CTP**{code}*9.5")["other_prices"] == [{"amount": Decimal("9.5"), "kind": kind, **kept(codes.PRICE_KINDS, code)}]


@pytest.mark.parametrize(("code", "name"), codes.QUANTITIES.items())
def test_each_further_quantity(code: str, name: str) -> None:
    assert line(f"QTY*{code}*5*DZ")["other_quantities"] == {name: {"value": Decimal(5), "unit": "DZN"}}


@pytest.mark.parametrize(("code", "name"), codes.CHARACTERISTICS.items())
def test_each_characteristic(code: str, name: str) -> None:
    assert line(f"PID*F*{code}***RED")["item"]["attributes"] == [
        {"name": name, "value": "RED", **coded(codes.CHARACTERISTICS, code, "name")}
    ]


@pytest.mark.parametrize(("code", "name"), codes.AMOUNTS.items())
def test_each_amount_of_a_line(code: str, name: str) -> None:
    assert line(f"AMT*{code}*12.5")["amounts"] == {name: {"amount": Decimal("12.5")}}


@pytest.mark.parametrize(("code", "own"), codes.TOTALS.items())
def test_each_total(code: str, own: str) -> None:
    assert order(lines=(LINE, "CTT*1", f"AMT*{code}*12.5"))["totals"][own] == {"amount": Decimal("12.5")}


@pytest.mark.parametrize(
    ("segment", "expected", "kept"),
    [
        ("SCH*5*EA***002*20260401", {"requested": date(2026, 4, 1)}, []),
        ("SCH*5*EA***010*20260401", {"requested": date(2026, 4, 1), "kind": "requested_shipment"}, []),
        ("SCH*5*EA***063*20260401", {"period": {"end": date(2026, 4, 1)}}, []),
        ("SCH*5*EA***064*20260401**063*20260403", {"period": {"start": date(2026, 4, 1), "end": date(2026, 4, 3)}}, []),
        ("SCH*5*EA***037*20260401", {"kind": "ship_window", "period": {"start": date(2026, 4, 1)}}, []),
        (
            "SCH*5*EA***010*20260401**067*20260403",
            {"requested": date(2026, 4, 1), "kind": "requested_shipment"},
            [("PO1/SCH/SCH/08", "067"), ("PO1/SCH/SCH/09", "20260403")],
        ),
        (
            "SCH*5*EA*ST*DOCK*002*20260401",
            {"ship_to": {"name": "DOCK"}, "requested": date(2026, 4, 1)},
            [("PO1/SCH/SCH/03", "ST")],
        ),
    ],
)
def test_a_schedule_keeps_both_of_its_dates(segment: str, expected: dict[str, Any], kept: list[tuple[str, str]]) -> None:
    found = line(segment)
    assert found["schedule"] == [{"quantity": {"value": Decimal(5), "unit": "EA"}, **expected}]
    assert extras(found) == kept


def test_ten_stores_in_one_sdq_and_half_a_pair() -> None:
    stores = "".join(f"*{store:04}*{store}" for store in range(1, 11))
    found = line(f"SDQ*EA*92{stores}", "SDQ*EA*92*0011")
    assert [part["ship_to"]["identifiers"]["buyer"] for part in found["schedule"]] == [f"{store:04}" for store in range(1, 11)]
    assert [part["quantity"]["value"] for part in found["schedule"]] == list(range(1, 11))
    assert ("PO1/SDQ/03", "0011") in extras(found)


def test_sub_lines_belong_to_their_line() -> None:
    found = order(
        lines=(
            LINE,
            "SLN*1**I*2*EA*1.5*TP**VN*SUB1",
            "PID*F****PART",
            "SLN*2**I*3*EA****VN*SUB2",
            "PO1*2*1*EA*4**VN*B",
            "SLN*1**I*9*EA****VN*SUB3",
        )
    )
    subs = [[sub["item"]["identifiers"]["seller"] for sub in entry["sub_lines"]] for entry in found["lines"]]
    assert subs == [["SUB1", "SUB2"], ["SUB3"]]
    first = found["lines"][0]["sub_lines"][0]
    assert first["item"]["name"] == "PART"
    assert first["price"] == {"amount": Decimal("1.5"), "basis": {"value": Decimal(1000), "unit": "EA"}}
    assert extras(found["lines"][0]["sub_lines"][0]) == []


def test_a_line_may_have_neither_quantity_nor_price() -> None:
    found = order(lines=("PO1*1*****VN*A",))["lines"][0]
    assert found == {"number": "1", "item": {"identifiers": {"seller": "A"}}}


@pytest.mark.parametrize(("code", "purpose"), codes.TEXTS.items())
def test_each_purpose_of_a_text_in_005010(code: str, purpose: str) -> None:
    assert line(f"MTX*{code}*WORDS", version="005010")["texts"] == [{"purpose": purpose, "lines": ["WORDS"]}]


def test_a_text_of_a_line_has_not_the_purpose_of_a_note_in_the_header() -> None:
    found = order("N9*L1**NOTE", lines=(LINE, "MTX**WORDS"), version="005010")
    assert found["lines"][0]["texts"] == [{"lines": ["WORDS"]}]


def test_the_date_beside_a_note_is_kept() -> None:
    found = order("N9*L1**NOTE*20260302")
    assert found["texts"][0]["lines"] == ["NOTE"]
    assert extras(found["texts"][0]) == [("N9/N9/04", "20260302")]


# ---- conversions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", "5"),
        ("+5", "5"),
        ("-5", "-5"),
        ("5-", "-5"),
        (" 5 ", "5"),
        ("005", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1E3", "1000"),
        ("", None),
        ("FIVE", None),
        ("1_000", None),
        ("\u0665", None),
        ("NaN", None),
        ("Infinity", None),
        ("1E99", None),
        ("1,5", None),
        ("9" * 25, "9" * 25),
    ],
)
def test_numbers(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(("text", "value"), [("100", "1"), ("1.00", "1.00"), ("-5", "-0.05"), ("X", None), ("1.5", "1.5")])
def test_implied_decimals(text: str, value: str | None) -> None:
    assert implied(text, 2) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("20260302", date(2026, 3, 2)), ("260302", date(2026, 3, 2)), ("20260230", None), ("2026030", None), ("", None)],
)
def test_days(text: str, value: date | None) -> None:
    assert day(text) == value


@pytest.mark.parametrize("text", ["", "XX", "00", "25", "LT", "\u0661"])
def test_zones_that_are_none(text: str) -> None:
    assert zone(text) is None


def test_quantities_and_identifiers() -> None:
    assert order(lines=("PO1*1*1",))["lines"][0]["quantity"] == {"value": Decimal(1)}
    assert order(lines=("PO1*1*1*??",))["lines"][0]["quantity"] == {"value": Decimal(1), "unit": "??"}
    found: dict[str, Any] = {}
    for value in ("A", "A", "B", "B", "C"):
        merge_identifier(found, "buyer", value)
    assert found == {"buyer": ["A", "B", "C"]}


@pytest.mark.parametrize(
    ("text", "fits"), [("036000291452", True), ("036000291453", False), ("96385074", True), ("00012345600012", True)]
)
def test_check_digits(text: str, fits: bool) -> None:
    assert check_digit_fits(text) is fits
