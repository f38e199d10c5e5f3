# ruff: noqa: E501 - segments are read as they stand on the wire
"""ORDERS to the canonical purchase order, segment by segment."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.translators.edifact.reading import read
from translators.canonical.parts import Extra
from translators.canonical.purchase_order import OrderLine, PurchaseOrder
from translators.contract import Document, DocumentTerms, Terms
from translators.finding import Code

BGM, ISSUED, LIN = "BGM+220+PO-1+9", "DTM+137:20261120:102", "LIN+1++5701234500018:EN"


def document(*segments: str, version: str = "D:96A", terms: Terms | None = None, syntax: str = "UNOC:3") -> Document:
    """The message of these segments, read."""
    body = ["UNH+1+ORDERS:" + version + ":UN", *segments]
    text = "".join(f"{s}'" for s in [*body, f"UNT+{len(body) + 1}+1"])
    data = f"UNB+{syntax}+A:14+B:14+{'20' if syntax.endswith('4') else ''}261120:0930+1'{text}UNZ+1+1'".encode("latin-1")
    (found,) = read(data, lambda _e: terms or Terms()).documents
    return found


def order(*header: str, lines: tuple[str, ...] = (LIN,), summary: tuple[str, ...] = (), **options: Any) -> PurchaseOrder:
    """The canonical order with these header segments beside the mandatory ones."""
    first = () if any(s.startswith("BGM") for s in header) else (BGM,)
    issued = () if any(s.startswith("DTM+137") for s in header) else (ISSUED,)
    bgm = tuple(s for s in header if s.startswith("BGM"))
    rest = tuple(s for s in header if not s.startswith("BGM"))
    result = document(*first, *bgm, *issued, *rest, *lines, "UNS+S", *summary, **options)
    assert isinstance(result.canonical, PurchaseOrder), result.findings
    return result.canonical


def line(*segments: str, **options: Any) -> OrderLine:
    """The only line of an order."""
    return order(lines=(LIN, *segments), **options).lines[0]


@pytest.mark.parametrize(
    ("bgm", "kind", "purpose"),
    [
        ("BGM+220+1+9", "stand_alone", "original"), ("BGM+221+1+5", "blanket", "replace"), ("BGM+226+1+1", "release", "cancel"),
        ("BGM+227+1+7", "consignment", "duplicate"), ("BGM+224+1+4", "rush", "change"), ("BGM+231+1+6", "other", "confirmation"),
        ("BGM+220+1+46", "stand_alone", "other"), ("BGM++1", "stand_alone", "original"),
    ],
)  # fmt: skip
def test_document_kind_and_purpose(bgm: str, kind: str, purpose: str) -> None:
    found = order(bgm)
    assert (found.kind, found.purpose) == (kind, purpose)


def test_number_and_original_codes() -> None:
    found = order("BGM+50E::9+4711+46+AB")
    assert found.number == "4711"
    assert found.original_codes == {"kind": "50E", "purpose": "46", "4343": "AB"}


def test_dates_by_meaning() -> None:
    found = order(
        "DTM+2:20261127:102",
        "DTM+63:20261130:102",
        "DTM+64:20261125:102",
        "DTM+61:20261205:102",
        "DTM+37:20261120:102",
        "DTM+38:20261122:102",
    )
    assert found.issued == date(2026, 11, 20)
    assert (found.requested_delivery, found.latest_delivery) == (date(2026, 11, 27), date(2026, 11, 30))
    assert found.other_dates == {"earliest_delivery": date(2026, 11, 25), "cancel_after": date(2026, 12, 5)}
    assert found.ship_window is not None
    assert (found.ship_window.start, found.ship_window.end) == (date(2026, 11, 20), date(2026, 11, 22))


def test_a_time_is_taken_in_the_partner_s_zone() -> None:
    terms = Terms(default=DocumentTerms(timezone=ZoneInfo("America/Chicago")))
    found = order("DTM+2:202611271500:203", terms=terms)
    assert found.requested_delivery == datetime(2026, 11, 27, 21, 0, tzinfo=UTC)


def test_an_order_date_stands_in_for_the_document_date() -> None:
    result = document(BGM, "DTM+4:20060620:102", LIN, "UNS+S").canonical
    assert isinstance(result, PurchaseOrder)
    assert result.issued == date(2006, 6, 20)


def test_a_period_is_a_window() -> None:
    found = order("DTM+2:2026112720261129:718", "DTM+10:2026112020261122:718")
    assert (found.requested_delivery, found.latest_delivery) == (date(2026, 11, 27), date(2026, 11, 29))
    assert found.ship_window is not None
    assert found.ship_window.end == date(2026, 11, 22)


def test_dates_that_name_no_day_are_kept() -> None:
    assert order("DTM+2:202648:616").extras == [Extra(path="DTM", qualifier="2", value="2:202648:616")]


@pytest.mark.parametrize(
    ("agency", "scheme"),
    [("9", "gln"), ("16", "duns"), ("91", "seller"), ("92", "buyer"), ("31B", "san"), ("", "unspecified"), ("87", "agency_87")],
)
def test_identifiers_of_parties_by_agency(agency: str, scheme: str) -> None:
    found = order(f"NAD+BY+5790000000029::{agency}")
    assert found.buyer is not None
    assert found.buyer.identifiers == {scheme: "5790000000029"}


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("BY", "buyer"), ("SU", "seller"), ("SE", "seller"), ("DP", "ship_to"), ("ST", "ship_to"), ("UC", "final_consignee"),
        ("IV", "bill_to"), ("PR", "payer"), ("PE", "payee"), ("OB", "ordering_party"), ("CA", "carrier"), ("FW", "freight_forwarder"),
        ("MF", "manufacturer"), ("SF", "ship_from"), ("WH", "warehouse"),
    ],
)  # fmt: skip
def test_roles_of_parties(function: str, role: str) -> None:
    assert getattr(order(f"NAD+{function}+X1::92"), role).identifiers == {"buyer": "X1"}


def test_a_role_without_a_field_and_a_second_buyer_stand_beside() -> None:
    found = order("NAD+BY+1::92", "NAD+BY+2::92", "NAD+AB+3::92")
    assert [(p.role, p.identifiers) for p in found.other_parties] == [("buyer", {"buyer": "2"}), ("ab", {"buyer": "3"})]


def test_address_contacts_and_references_of_a_party() -> None:
    found = order(
        "NAD+BY+5790000000029::9++BIGBOX RETAIL LIMITED, A COMPANY OF:BIGBOX+1 MARKET STREET:FLOOR 2+LEEDS+WY+LS1 4AP+gb",
        "LOC+7+DOCK 3::92", "RFF+VA:GB123", "RFF+IA:77", "CTA+OC+:J. SMITH", "COM+0044 1:TE", "COM+a@b.example:EM", "COM+0044 2:TE",
    )  # fmt: skip
    buyer = found.buyer
    assert buyer is not None
    assert buyer.address is not None
    assert buyer.name == "BIGBOX RETAIL LIMITED, A COMPANY OFBIGBOX"
    assert (buyer.address.lines, buyer.address.city) == (["1 MARKET STREET", "FLOOR 2"], "LEEDS")
    assert (buyer.address.region, buyer.address.postal_code, buyer.address.country) == ("WY", "LS1 4AP", "GB")
    assert buyer.tax_registration == "GB123"
    assert [(r.kind, r.number) for r in buyer.references] == [("seller_number", "77")]
    assert buyer.identifiers["location_7"] == "DOCK 3"
    (contact,) = buyer.contacts
    assert (contact.function, contact.name, contact.telephone, contact.email) == ("order", "J. SMITH", "0044 1", "a@b.example")
    assert contact.other == {"te": "0044 2"}


def test_references_with_date_and_line() -> None:
    found = order("RFF+CT:C-17:3", "DTM+171:20260101:102", "RFF+QQQ:9")
    assert [(r.kind, r.number, r.line, r.issued, r.original) for r in found.references] == [
        ("contract", "C-17", "3", date(2026, 1, 1), None),
        ("other", "9", None, None, "QQQ"),
    ]
    assert ("contract", "C-17") in found.business_keys


def test_currency_payment_delivery_and_transport() -> None:
    found = order(
        "TAX+7+VAT+++:::19+S",
        "CUX+2:EUR:9",
        "PAT+22++5:3:D:85",
        "PCD+12:3",
        "PAT+1++5::M:2",
        "TDT+20++30+31+CAR1::92:FAST CARRIERS",
        "TOD+3+NC+CPT:::5000",
        "LOC+1+:::HULL",
    )
    assert found.currency == "EUR"
    assert [(t.kind, t.rate, t.category) for t in found.taxes] == [("VAT", Decimal(19), "S")]
    discount, basic = found.payment_terms
    assert (discount.kind, discount.basis, discount.discount_days, discount.discount_percent) == (
        "discount",
        "invoice",
        85,
        Decimal(3),
    )
    assert (basic.kind, basic.days) == ("basic", None)
    assert [(e.path, e.value) for e in basic.extras] == [("SG8/PAT/03/3", "M"), ("SG8/PAT/03/4", "2")]
    (leg,) = found.transport
    assert leg.carrier is not None
    assert (leg.stage, leg.mode, leg.carrier.name, leg.carrier.identifiers) == (
        "main_carriage",
        "road",
        "FAST CARRIERS",
        {"buyer": "CAR1"},
    )
    assert found.delivery_terms is not None
    assert (found.delivery_terms.incoterm, found.delivery_terms.payment, found.delivery_terms.text) == ("CPT", "NC", "5000")
    assert found.delivery_terms.place == "HULL"


def test_all_item_numbers_are_kept_by_scheme() -> None:
    found = line("PIA+1+A1:SA+B1:BP+M1:MF+0345487621:IB+390787706322:UP", "PIA+5+B2:IN+Z9:ZZZ")
    assert found.item.identifiers == {
        "gtin": "5701234500018", "seller": "A1", "buyer": ["B1", "B2"], "manufacturer": "M1", "isbn": "0345487621",
        "upc": "390787706322", "zzz": "Z9",
    }  # fmt: skip


def test_substitutes_are_not_identifiers_of_the_item() -> None:
    found = line("PIA+3+OTHER:SA")
    assert "seller" not in found.item.identifiers
    assert [e.path for e in found.extras] == ["SG25/PIA"]


def test_descriptions_and_attributes() -> None:
    found = line("IMD+F++:::BLUE WIDGET OF THE SMALLEST KIND TH:AT FITS", "IMD+F+35+:::NAVY", "IMD+F+98+XL")
    assert found.item.name == "BLUE WIDGET OF THE SMALLEST KIND THAT FITS"
    assert [(a.name, a.value) for a in found.item.attributes] == [("colour", "NAVY"), ("size", "XL")]


def test_quantities_and_units() -> None:
    found = line("QTY+21:12,5:PCE", "QTY+59:6", "QTY+192:1:KGM")
    assert found.quantity is not None
    assert (found.quantity.value, found.quantity.unit, found.quantity.original) == (Decimal("12.5"), "H87", None)
    assert found.other_quantities["per_trade_unit"].value == Decimal(6)
    assert found.other_quantities["free_goods"].unit == "KGM"


def test_prices_with_basis_and_kind() -> None:
    found = line("PRI+AAB:30", "PRI+AAA:24.1:::100:PCE", "CUX+2:USD:9", "PRI+INF:50::SRP")
    assert found.price is not None
    assert found.price.basis is not None
    assert (found.price.amount, found.price.kind, found.price.currency) == (Decimal("24.1"), "net", "USD")
    assert (found.price.basis.value, found.price.basis.unit) == (Decimal(100), "H87")
    assert [(p.amount, p.kind) for p in found.other_prices] == [(Decimal(30), "gross"), (Decimal(50), "suggested_retail")]


def test_schedule_from_scc_and_from_places() -> None:
    found = line(
        "QTY+21:30",
        "LOC+7+STORE1::92",
        "QTY+11:10",
        "SCC+1",
        "QTY+11:10",
        "DTM+2:20261201:102",
        "QTY+11:20",
        "DTM+2:20261208:102",
    )
    place, first, second = found.schedule
    assert place.ship_to is not None
    assert place.ship_to.identifiers == {"buyer": "STORE1"}
    assert [s.quantity.value for s in found.schedule if s.quantity] == [Decimal(10), Decimal(10), Decimal(20)]
    assert (first.requested, second.requested) == (date(2026, 12, 1), date(2026, 12, 8))


def test_dates_amounts_references_and_texts_of_a_line() -> None:
    found = line("DTM+2:20261130:102", "DTM+69:20261202:102", "MOA+203:100.50:EUR", "FTX+PUR+1++ONE:TWO+EN", "RFF+CT:7:2")
    assert found.requested_delivery == date(2026, 11, 30)
    assert found.other_dates == {"promised_delivery": date(2026, 12, 2)}
    assert (found.amounts["line"].amount, found.amounts["line"].currency) == (Decimal("100.50"), "EUR")
    assert [(t.purpose, t.lines, t.language) for t in found.texts] == [("purchasing", ["ONE", "TWO"], "en")]
    assert [(r.kind, r.number, r.line) for r in found.references] == [("contract", "7", "2")]


def test_allowances_taxes_packages_and_places_of_a_line() -> None:
    found = line(
        "PAC+3++CT",
        "MEA+PD+AAB+KGM:12.5",
        "PCI+33E+MARK 1:MARK 2",
        "TAX+7+VAT+++:::21+S",
        "NAD+DP+9::92",
        "ALC+C++++FC::9:FREIGHT",
        "PCD+3:5",
        "MOA+8:155",
    )
    (packing,) = found.packaging
    assert (packing.packages, packing.kind, packing.marks) == (Decimal(3), "CT", ["MARK 1", "MARK 2"])
    assert packing.measures["gross_weight"].value == Decimal("12.5")
    assert found.taxes[0].rate == Decimal(21)
    assert found.ship_to is not None
    (charge,) = found.allowances_charges
    assert charge.amount is not None
    assert (charge.charge, charge.code, charge.reason, charge.percent, charge.amount.amount) == (
        True,
        "FC",
        "FREIGHT",
        Decimal(5),
        Decimal(155),
    )


def test_sub_lines_hang_on_their_line() -> None:
    found = order(lines=("LIN+1++A:SA", "QTY+21:1", "LIN+2++B:SA+1:1", "QTY+21:2", "LIN+3++C:SA"), summary=("CNT+2:3",))
    assert [item.number for item in found.lines] == ["1", "3"]
    assert [item.number for item in found.lines[0].sub_lines] == ["2"]


def test_totals_are_those_that_were_sent() -> None:
    found = order(summary=("MOA+86:37535.34:EUR", "MOA+79:100", "MOA+77:1", "CNT+2:1"))
    assert found.totals is not None
    assert found.totals.payable is not None
    assert found.totals.lines is not None
    assert (found.totals.payable.amount, found.totals.lines.amount, found.totals.line_count) == (
        Decimal("37535.34"),
        Decimal(100),
        1,
    )
    assert found.totals.other["invoice"].amount == Decimal(1)


@pytest.mark.parametrize(("cnt", "expected"), [("CNT+2:3", "1"), ("CNT+1:99", "12")])
def test_a_control_total_that_does_not_fit_is_noted_at_its_place(cnt: str, expected: str) -> None:
    result = document(BGM, ISSUED, LIN, "QTY+21:12", "UNS+S", cnt)
    (finding,) = result.findings
    assert (finding.code, finding.expected) == (Code.CONTROL_TOTAL, expected)
    assert (finding.position.segment, finding.position.tag, finding.position.component) == (7, "CNT", 2)
    assert result.canonical is not None


def test_what_has_no_place_is_kept_with_its_path() -> None:
    found = order("BGM+220+1+9", "PAI+::42", "ALI+DE", lines=("LIN+1++A:SA+++X", "GIN+BN+123", "PRI+AAA:1", "APR+WS+1.5"))
    assert [e.path for e in found.extras] == ["PAI", "ALI"]
    assert [(e.path, e.value) for e in found.lines[0].extras] == [("SG25/GIN", "BN*123")]
    assert found.lines[0].price is not None
    assert [(e.path, e.value) for e in found.lines[0].price.extras] == [("SG25/SG28/APR", "WS*1.5")]
    assert found.lines[0].item.configuration == "X"


def test_elements_that_are_not_mapped_are_kept_with_their_number() -> None:
    found = order(lines=("LIN+1++A:SA++2",), summary=("MOA+86:1",))
    (extra,) = found.lines[0].extras
    assert (extra.path, extra.qualifier, extra.value) == ("SG25/LIN/05", "1", "2")


def test_an_order_without_number_is_invalid_and_says_so_at_bgm() -> None:
    result = document("BGM+220", ISSUED, LIN, "UNS+S")
    assert result.canonical is None
    (finding,) = [f for f in result.findings if f.code is Code.CANONICAL_INVALID]
    assert (finding.position.tag, finding.position.segment, finding.expected) == ("BGM", 2, "number")


@pytest.mark.parametrize("number", ["NAD+BY+5790000000028::9", "LIN+1++5701234500019:EN", "PIA+1+57012345000:EN"])
def test_a_wrong_check_digit_is_a_warning(number: str) -> None:
    lines = (number,) if number.startswith("LIN") else (LIN, number) if number.startswith("PIA") else (LIN,)
    header = (number,) if number.startswith("NAD") else ()
    result = document(BGM, ISSUED, *header, *lines, "UNS+S")
    assert [f.code for f in result.findings] == [Code.IDENTIFIER_CHECK_DIGIT]
    assert result.canonical is not None


def test_d01b_is_mapped_by_the_same_code() -> None:
    found = order(
        "NAD+BY+1::92++NAME+STREET+CITY+R:::REGION+PC+DE", "LOC+7+X", "CTA+PD+C1:NAME", "COM+1:TE", "TOD+3+1+DAP",
        lines=(LIN, "PIA+5+VDKF9T:IN", "IMD+F++:::PRODUCT 1", "QTY+21:45:KGM", "PRI+AAA:190.45"), version="D:01B",
    )  # fmt: skip
    assert found.buyer is not None
    assert found.buyer.address is not None
    assert (found.buyer.address.region, found.buyer.contacts[0].name) == ("R", "NAME")
    assert found.lines[0].price is not None


def test_repetitions_of_syntax_version_4_are_all_read() -> None:
    found = order("NAD+BY+1::92", "CTA+PD+C1:NAME", "COM+1:TE*a@b:EM*2:FX", version="D:01B", syntax="UNOC:4")
    assert found.buyer is not None
    (contact,) = found.buyer.contacts
    assert (contact.telephone, contact.email, contact.fax) == ("1", "a@b", "2")


def test_repetitions_before_version_4_take_further_positions() -> None:
    found = order("NAD+BY+1::92", "CTA+PD+C1:NAME", "COM+1:TE+2:FX", version="D:01B")
    assert found.buyer is not None
    assert (found.buyer.contacts[0].telephone, found.buyer.contacts[0].fax) == ("1", "2")
