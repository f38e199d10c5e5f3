"""850 as canonical purchase orders: documents of the corpus, and each part of the mapping."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.translators.x12 import sets
from tests.translators.x12.orders import body_850, interchange, order_850
from tests.translators.x12.sets import corpus, judged, missing, segments, written
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document, DocumentTerms, Terms, Verdict
from translators.finding import Code, Severity

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
CHICAGO = Terms(default=DocumentTerms(timezone=ZoneInfo("America/Chicago")))
TOLERANT = Terms(
    severities={Code.HEADER_MALFORMED: Severity.WARNING, Code.INTERCHANGE_REFERENCE_MISMATCH: Severity.WARNING},
    default=DocumentTerms(
        severities={Code.ELEMENT_TOO_LONG: Severity.WARNING, Code.ELEMENT_CONDITION: Severity.WARNING},
    ),
)


def read(data: bytes, terms: Terms = CHICAGO) -> Document:
    return registry.translate(data, lambda _envelope: terms).interchanges[0].documents[0]


def order_of(data: bytes, terms: Terms = CHICAGO) -> PurchaseOrder:
    document = read(data, terms)
    assert isinstance(document.canonical, PurchaseOrder), document.findings
    return document.canonical


def order(
    *header: str, lines: tuple[str, ...] = ("PO1*1*2*EA*3.5**VN*A",), tail: tuple[str, ...] = (), version: str = "004010"
) -> PurchaseOrder:
    """An order of these segments: header after BEG, lines, and what stands before SE."""
    body = ["ST*850*0001", "BEG*00*SA*PO1**20260302", *header, *lines, *tail]
    return order_of(interchange([[*body, f"SE*{len(body) + 1}*0001"]], version=version))


def line(*segments: str, version: str = "004010") -> Any:
    return order(lines=("PO1*1*2*EA*3.5**VN*A", *segments), version=version).lines[0]


def test_an_order_of_a_retailer_is_read_in_full() -> None:
    data = (FIXTURES / "850__aaronhuggins-node-x12__850_2.edi").read_bytes()
    document = read(data)
    assert document.verdict is Verdict.ACCEPTED
    assert document.findings == ()
    assert document.version == "004010VICS"
    found = order_of(data)
    assert found.number == "08292233294"
    assert found.issued == date(2010, 11, 27)
    assert found.requested_delivery == date(2010, 12, 14)
    assert found.ship_to is not None
    assert found.ship_to.identifiers == {"duns": "0003947268292"}
    assert found.ship_to.address is not None
    assert found.ship_to.address.postal_code == "44139"
    assert [entry.quantity.value for entry in found.lines if entry.quantity] == [120, 220, 126, 76, 72, 696]
    assert found.lines[0].item.identifiers["seller"] == "AB3542"
    assert found.lines[0].price is not None
    assert found.lines[0].price.amount == Decimal("9.25")
    assert found.totals is not None
    assert found.totals.lines is not None
    assert found.totals.lines.amount == Decimal("13045.94")
    assert found.payment_terms[0].days == 46


def test_a_file_of_two_interchanges_gives_two_orders() -> None:
    translation = registry.translate((FIXTURES / "850__aaronhuggins-node-x12__850_fat.edi").read_bytes())
    assert [one.documents[0].canonical is not None for one in translation.interchanges] == [True, True]


def test_an_order_with_relaxed_terms_is_read_although_its_header_is_not_padded() -> None:
    data = (FIXTURES / "850__indice-co-edi.net__x12.850a.edi").read_bytes()
    assert registry.translate(data).interchanges[0].verdict is Verdict.REJECTED
    found = order_of(data, TOLERANT)
    assert registry.translate(data, lambda _e: TOLERANT).interchanges[0].verdict is Verdict.ACCEPTED
    assert found.number == "4600000406"
    assert found.currency == "USD"
    assert found.delivery_terms is not None
    assert found.delivery_terms.incoterm == "EXW"
    assert found.seller is not None
    assert found.seller.identifiers == {"buyer": "0000600396"}
    assert [entry.item.identifiers["harmonised_system"] for entry in found.lines] == ["5811.00.3000"] * 3
    assert found.lines[0].texts[0].lines == ["4.4OZ 100% POLYESTER QUILT", "First Quality"]
    assert found.delivery_terms.original_codes == {"text_kind": "KL"}


def test_an_order_with_sub_lines_is_read_with_relaxed_terms() -> None:
    found = order_of((FIXTURES / "850__hellooops-vscode-edi-support__850-loop.edi").read_bytes(), TOLERANT)
    sub = found.lines[0].sub_lines[0]
    assert sub.item.identifiers["upc"] == "105647894512"
    assert sub.price is not None
    assert sub.price.amount == Decimal("3.55")
    assert sub.item.name == "Component Description"
    assert found.lines[0].item.identifiers["gtin"] == "12345"
    assert found.allowances_charges[0].amount is None
    assert found.bill_to is not None
    assert found.bill_to.contacts[0].email == "test@ABC.COM"


def test_broken_conditions_of_the_corpus_are_found() -> None:
    document = read((FIXTURES / "850__olmelabs-ediengine__850.SyntaxNotes.ERR.edi").read_bytes())
    assert document.verdict is Verdict.REJECTED
    assert [(f.code, f.position.tag, f.position.element, f.expected) for f in document.findings] == [
        (Code.ELEMENT_CONDITION, "PO1", 7, "P0607"),
        (Code.ELEMENT_CONDITION, "PO4", 6, "C0506"),
        (Code.ELEMENT_CONDITION, "PO4", 6, "P0607"),
    ]


def test_groups_of_several_sets_are_judged_one_by_one() -> None:
    found = registry.translate((FIXTURES / "850-864__hellooops-vscode-edi-support__X12-interchanges.x12").read_bytes())
    documents = found.interchanges[0].documents
    assert [(d.type, d.group, d.ordinal) for d in documents] == [("850", 1, 1), ("864", 1, 2), ("850", 2, 3)]
    assert [d.findings[0].code for d in documents] == [
        Code.SEGMENT_MISSING,
        Code.DEFINITION_MISSING,
        Code.SEGMENT_MISSING,
    ]


@pytest.mark.parametrize("name", ["997__xlate-staedi__simple997-multiple-interchanges.edi", "999__xlate-staedi__simple999.edi"])
def test_inbound_acknowledgements_are_taken(name: str) -> None:
    for one in registry.translate((FIXTURES / name).read_bytes()).interchanges:
        assert one.verdict is Verdict.ACCEPTED
        assert [d.name for d in one.documents] == ["functional_acknowledgement"]


def test_a_faulty_acknowledgement_is_consumed_all_the_same() -> None:
    body = ["ST*997*0001", "AK1*PO*ABC", "AK9*Q*X*1*1", "SE*9*0001"]
    document = read(interchange([body], functional_id="FA"))
    assert document.verdict is Verdict.ACCEPTED
    assert document.findings
    assert all(f.severity is not Severity.ERROR for f in document.findings)


def test_the_built_order_is_whole() -> None:
    found = order_of(order_850(sender="01:1", receiver="ZZ:2", control_number=1, order_number="PO77", lines=5))
    assert len(found.lines) == 5
    assert found.buyer is not None
    assert found.buyer.identifiers == {"duns": "123456789"}
    assert found.contacts[0].telephone == "3125550100"
    assert found.other_dates == {"cancel_after": date(2026, 3, 30)}
    assert found.transport[0].mode == "road"
    assert found.business_keys[0] == ("order", "PO77")


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("BY", "buyer"),
        ("SU", "seller"),
        ("ST", "ship_to"),
        ("BT", "bill_to"),
        ("RI", "payee"),
        ("CA", "carrier"),
        ("WH", "warehouse"),
    ],
)
def test_roles_are_fields(code: str, field: str) -> None:
    party = getattr(order(f"N1*{code}*NAME*UL*4006381333931"), field)
    assert party.identifiers == {"gln": "4006381333931"}
    assert party.name == "NAME"


def test_a_role_without_a_field_stays_with_the_other_parties() -> None:
    found = order("N1*Z7*MARK*92*77", "N1*XX*ODD", "N1*ST*FIRST", "N1*ST*SECOND")
    assert [(p.role, p.name) for p in found.other_parties] == [("mark_for", "MARK"), ("XX", "ODD"), ("ship_to", "SECOND")]


def test_one_party_may_have_two_roles() -> None:
    found = order("N1*BS*BOTH*92*77")
    assert found.bill_to == found.ship_to


def test_dates_have_a_meaning_and_a_zone() -> None:
    found = order(
        "DTM*002*20260316*1030",
        "DTM*063*20260320",
        "DTM*064*20260310",
        "DTM*037*20260301",
        "DTM*038*20260305*1200*ES",
        "DTM*ABC*20260401",
    )
    assert found.requested_delivery == datetime(2026, 3, 16, 15, 30, tzinfo=UTC)
    assert found.latest_delivery == date(2026, 3, 20)
    assert found.other_dates == {"earliest_delivery": date(2026, 3, 10), "date_abc": date(2026, 4, 1)}
    assert found.ship_window is not None
    assert found.ship_window.start == date(2026, 3, 1)
    assert found.ship_window.end == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)


def test_a_second_date_of_a_kind_is_kept() -> None:
    found = order("DTM*010*20260316", "DTM*010*20260317")
    assert [(extra.path, extra.value) for extra in found.extras] == [("DTM", "010*20260317")]


@pytest.mark.parametrize(
    ("sent", "amount"), [("1050", "10.50"), ("-1050", "-10.50"), ("10.50", "10.50"), ("0", "0"), ("0.00", "0")]
)
def test_implied_decimals_are_read_with_and_without_a_point(sent: str, amount: str) -> None:
    found = order("CUR*BY*USD", f"SAC*C*D240***{sent}**********FREIGHT")
    charge = found.allowances_charges[0]
    assert charge.charge
    assert charge.amount is not None
    assert charge.amount.amount == Decimal(amount)
    assert charge.amount.currency == "USD"
    assert charge.reason == "FREIGHT"


def test_other_services_are_kept_as_they_are() -> None:
    assert [(extra.path, extra.value) for extra in order("SAC*N*D240").extras] == [("SAC/SAC", "N*D240")]


def test_terms_of_payment_delivery_and_transport() -> None:
    found = order(
        "FOB*PP*OR*DOCK*01*FOB",
        "ITD*08*3*2*20260320*10*20260401*30*500****NET 30",
        "TD1*CTN25*5****G*100*LB",
        "TD5*O*2*UPSN*U*GROUND",
    )
    terms = found.payment_terms[0]
    assert (terms.discount_percent, terms.discount_days, terms.days) == (Decimal(2), 10, 30)
    assert terms.discount_amount is not None
    assert terms.discount_amount.amount == Decimal(5)
    assert terms.due == date(2026, 4, 1)
    assert found.delivery_terms is not None
    assert found.delivery_terms.incoterm == "FOB"
    assert found.delivery_terms.place == "DOCK"
    assert found.packaging[0].measures["gross_weight"].unit == "LBR"
    assert found.transport[0].carrier is not None
    assert found.transport[0].carrier.identifiers == {"scac": "UPSN"}


def test_all_item_numbers_are_kept_and_two_of_a_kind_are_a_list() -> None:
    found = order(lines=("PO1*1*2*DZ*3.5**UP*036000291452*VN*A*BP*B*IN*C*MG*D*BO*RED*QQ*X",)).lines[0]
    assert found.item.identifiers == {"upc": "036000291452", "seller": "A", "buyer": ["B", "C"], "manufacturer": "D", "qq": "X"}
    assert [(a.name, a.value) for a in found.item.attributes] == [("colour", "RED")]
    assert found.quantity is not None
    assert (found.quantity.unit, found.quantity.original) == ("DZN", None)
    assert found.item.original_codes == {"buyer": "BP IN"}


def test_a_price_of_zero_is_a_price_and_a_basis_is_kept() -> None:
    assert order(lines=("PO1*1*2*EA*0*NC*VN*A",)).lines[0].price.model_dump(exclude_unset=True) == {  # type: ignore[union-attr]
        "amount": Decimal(0),
        "kind": "no_charge",
    }
    price = order(lines=("PO1*1*200*EA*12.5*HP*VN*A",)).lines[0].price
    assert price is not None
    assert price.basis is not None
    assert price.basis.value == 100


def test_quantities_by_store_become_a_schedule() -> None:
    found = line("SDQ*EA*92*0001*5*0002*7")
    assert [(s.quantity.value, s.ship_to.identifiers["buyer"]) for s in found.schedule] == [(5, "0001"), (7, "0002")]


def test_a_schedule_has_dates() -> None:
    found = line("SCH*5*EA***002*20260401", "SCH*7*EA***037*20260402**038*20260405")
    assert found.schedule[0].requested == date(2026, 4, 1)
    assert found.schedule[1].period.start == date(2026, 4, 2)
    assert found.schedule[1].period.end == date(2026, 4, 5)


def test_texts_keep_their_lines_and_their_purpose() -> None:
    found = order("N9*L1**HANDLE", "MSG*WITH CARE", "MSG*ALWAYS", "N9*CT*C77")
    assert [(t.purpose, t.lines) for t in found.texts] == [("general", ["HANDLE", "WITH CARE", "ALWAYS"])]
    assert [(r.kind, r.number) for r in found.references] == [("contract", "C77")]


def test_text_of_release_005010_is_read_from_mtx() -> None:
    found = line("MTX*GEN*FIRST", "MTX*GEN*SECOND", version="005010")
    assert [(t.purpose, t.lines) for t in found.texts] == [("general", ["FIRST", "SECOND"])]


def test_descriptions_characteristics_and_measures() -> None:
    found = line("PID*F*08***WIDGET", "PID*F****FINE", "PID*F*75***BLUE", "QTY*01*5*EA")
    assert (found.item.name, found.item.description) == ("WIDGET", "FINE")
    assert [(a.name, a.value) for a in found.item.attributes] == [("colour", "BLUE")]
    assert found.other_quantities["discrete"].value == 5


def test_measures_and_further_prices_of_a_line() -> None:
    found = line("CTP**RTL*9.99*12*EA", "MEA*PD*WD*61.5*IN")
    assert {name: (size.value, size.unit) for name, size in found.item.measures.items()} == {"width": (Decimal("61.5"), "INH")}
    assert (found.other_prices[0].kind, found.other_prices[0].basis.value) == ("retail", 12)


def test_packing_of_an_item() -> None:
    packing = line("PO4*4*6*EA*PLT94*G*3*LB*15*CF*1*2*3*FT").packaging[0]
    assert packing.per_package.value == 4
    assert {name: measure.unit for name, measure in packing.measures.items()} == {
        "size": "EA",
        "gross_weight": "LBR",
        "gross_volume": "FTQ",
        "length": "FOT",
        "width": "FOT",
        "height": "FOT",
    }


def test_what_has_no_place_is_kept_with_its_path() -> None:
    found = order("CUR*BY*USD*1.2500", lines=("PO1*1*2*EA*3.5**VN*A", "IT8*Y", "LDT*AF*3*DA"))
    assert [(e.path, e.qualifier, e.value) for e in found.extras] == [("CUR/03", "BY", "1.2500")]
    assert [(e.path, e.value) for e in found.lines[0].extras] == [
        ("PO1/IT8", "Y"),
        ("PO1/LDT/LDT", "AF*3*DA"),
    ]


def test_parties_of_a_line_stay_with_the_line() -> None:
    found = line("N1*ST*STORE 9*92*0009", "N3*MAIN ST", "N4*TROY*MI*48083", "N1*MF*MAKER")
    assert found.ship_to.identifiers == {"buyer": "0009"}
    assert found.ship_to.address.city == "TROY"
    assert [p.role for p in found.other_parties] == ["manufacturer"]


@pytest.mark.parametrize(("ctt", "element"), [("CTT*2", 1), ("CTT*1*99", 2)])
def test_totals_that_do_not_fit_are_noted(ctt: str, element: int) -> None:
    body = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**VN*A", ctt, "SE*5*0001"]
    document = read(interchange([body]))
    assert document.verdict is Verdict.ACCEPTED
    assert [(f.code, f.position.segment, f.position.element) for f in document.findings] == [(Code.CONTROL_TOTAL, 4, element)]


def test_a_wrong_check_digit_is_noted_and_may_refuse() -> None:
    data = order_850(sender="01:1", receiver="ZZ:2", control_number=1, order_number="PO1", lines=1).replace(
        b"012345678905", b"012345678906"
    )
    document = read(data)
    assert [f.code for f in document.findings] == [Code.IDENTIFIER_CHECK_DIGIT]
    strict = replace(CHICAGO, default=DocumentTerms(severities={Code.IDENTIFIER_CHECK_DIGIT: Severity.ERROR}))
    assert read(data, strict).canonical is None


@pytest.mark.parametrize(
    ("code", "purpose"), [("00", "original"), ("01", "cancel"), ("05", "replace"), ("07", "duplicate"), ("22", "other")]
)
def test_the_purpose_is_read(code: str, purpose: str) -> None:
    body = body_850(order_number="P", lines=1)
    body[1] = f"BEG*{code}*DS*P**20260302"
    found = order_of(interchange([body]))
    assert found.purpose == purpose
    assert found.kind == "drop_ship"
    assert found.original_codes == ({"purpose": code} if code == "22" else {})


WRITTEN: dict[str, Any] = {
    "number": "PO-4711",
    "purpose": "original",
    "kind": "stand_alone",
    "issued": date(2026, 3, 2),
    "currency": "USD",
    "requested_delivery": date(2026, 3, 16),
    "ship_window": {"start": date(2026, 3, 9), "end": date(2026, 3, 11)},
    "other_dates": {"cancel_after": date(2026, 3, 30)},
    "references": [{"kind": "contract", "number": "C-9"}, {"kind": "department", "number": "038"}],
    "contacts": [{"function": "purchasing", "name": "J SMITH", "telephone": "3125550100", "email": "orders@bigbox.example"}],
    "payment_terms": [{"kind": "basic", "basis": "invoice", "discount_percent": Decimal(2), "discount_days": 10, "days": 30}],
    "delivery_terms": {"payment": "prepaid", "incoterm": "FOB", "place": "ROTTERDAM", "text": "NAMED PORT"},
    "transport": [{"stage": "O", "carrier": {"identifiers": {"scac": "UPSN"}}, "mode": "road", "text": "UPS GROUND"}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "ship_to": {
        "name": "BIGBOX DC 12",
        "identifiers": {"buyer": "0012"},
        "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
    "allowances_charges": [
        {"charge": True, "code": "D240", "amount": {"amount": Decimal("12.50"), "currency": "EUR"}, "reason": "FREIGHT"}
    ],
    "texts": [{"purpose": "general", "lines": ["HANDLE", "WITH CARE"]}],
    "lines": [
        {
            "number": "1",
            "quantity": {"value": Decimal(120), "unit": "EA"},
            "price": {"amount": Decimal("9.25"), "currency": "EUR"},
            "other_prices": [{"amount": Decimal("19.99"), "currency": "EUR", "kind": "retail"}],
            "item": {
                "identifiers": {"upc": "036000291452", "seller": "W-1", "buyer": "700001"},
                "original_codes": {"buyer": "IN"},
                "name": "WIDGET",
                "attributes": [{"name": "colour", "value": "BLUE"}],
                "measures": {"width": {"value": Decimal("61.5"), "unit": "INH"}},
            },
            "packaging": [{"per_package": {"value": Decimal(12)}, "kind": "CTN"}],
            "schedule": [{"quantity": {"value": Decimal(60), "unit": "EA"}, "requested": date(2026, 3, 16)}],
        },
        {
            "number": "2",
            "quantity": {"value": Decimal(10), "unit": "CS"},
            "item": {"identifiers": {"seller": "W-9"}},
            "sub_lines": [
                {"number": "1", "quantity": {"value": Decimal(2), "unit": "EA"}, "item": {"identifiers": {"seller": "W-9A"}}}
            ],
        },
    ],
    "totals": {"line_count": 2, "quantity": Decimal(130), "payable": {"amount": Decimal("1110.00"), "currency": "USD"}},
}


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    found = judged(PurchaseOrder.model_validate(WRITTEN), "850", version)
    assert [one.code for one in found if one.code is not Code.VERSION_NEAREST] == []


def test_amounts_in_another_currency_are_written_with_it() -> None:
    rows = written(PurchaseOrder.model_validate(WRITTEN), "850")
    charge, first = (
        rows.index("SAC*C*D240***1250**********FREIGHT"),
        rows.index("PO1*1*120*EA*9.25**IN*700001*VN*W-1*UP*036000291452"),
    )
    assert [rows[charge + 1], rows[first + 1]] == ["CUR*BY*EUR", "CUR*BY*EUR"]


@pytest.mark.parametrize(
    ("terms", "segment"),
    [
        ({"payment": "prepaid"}, "FOB*PP"),
        ({"payment": "prepaid", "place": "DOCK"}, "FOB*PP*ZZ*DOCK"),
        ({"payment": "prepaid", "place": "DOCK", "original_codes": {"place_kind": "OR"}}, "FOB*PP*OR*DOCK"),
        ({"incoterm": "FCA"}, "FOB*DF***01*FCA"),
        ({"payment": "collect", "text": "PIER"}, "FOB*CC*****ZZ*PIER"),
    ],
)
def test_what_conditions_ask_for_is_written_beside_the_terms(terms: dict[str, Any], segment: str) -> None:
    assert segment in written(PurchaseOrder.model_validate({**WRITTEN, "delivery_terms": terms}), "850")


def test_codes_that_are_not_the_usual_ones_come_back() -> None:
    rows = [
        "BEG*00*NE*PO1**20260302",
        "CUR*SE*USD",
        "REF*PR*Q7",
        "FOB*PP*OR*DOCK",
        "N1*SU*MAKER*9*1234567890123",
        "PO1*1*2*EA*3.5**IN*700001*SK*4*VP*A",
        "PID*F*08***WIDGET",
        "CTT*1",
    ]
    body = ["ST*850*0001", *rows, f"SE*{len(rows) + 2}*0001"]
    assert written(order_of(interchange([body])), "850") == rows


def test_lines_of_text_below_a_reference_belong_to_it() -> None:
    found = order("N9*PD*P7", "MSG*FIRST", "MSG*SECOND")
    assert [(one.kind, one.number, one.text) for one in found.references] == [("promotion", "P7", "FIRST\nSECOND")]


def test_terms_and_contacts_of_a_line_stay_with_the_line() -> None:
    found = line("PER*OC*ANN*TE*1", "ITD*01*3*****30", "FOB*CC", "TD5*O*2*UPSN")
    assert found.contacts[0].telephone == "1"
    assert found.payment_terms[0].days == 30
    assert found.delivery_terms.payment == "collect"
    assert found.transport[0].carrier.identifiers == {"scac": "UPSN"}


def test_versions_that_are_not_agreed_are_refused() -> None:
    terms = Terms(documents={"850": DocumentTerms(versions=frozenset({"005010"}))})
    document = read(interchange([body_850(order_number="P")]), terms)
    assert [f.code for f in document.findings] == [Code.DOCUMENT_VERSION_UNSUPPORTED]
    assert document.canonical is None
    agreed = Terms(documents={"850": DocumentTerms(versions=frozenset({"004010"}))})
    assert read(interchange([body_850(order_number="P")], version="004010VICS"), agreed).verdict is Verdict.ACCEPTED


def test_a_measure_below_a_description_is_a_measure_of_the_item() -> None:
    found = line("PID*F*08***QUILT", "MEA*PD*WD*61.5*IN")
    assert found.item.measures["width"].value == Decimal("61.5")
    assert [(extra.path, extra.value) for extra in found.extras] == [("PO1/PID/MEA/01", "PD")]


CORPUS = {
    "850__aaronhuggins-node-x12__850_2.edi": (["08292233294"], ["PO1"] * 6),
    "850__bots-edi-bots-plugins__850-02.x12": (["12345678", "12345678", "12456777", "11223344"], []),
    "850__forworddash-edi-parser__sample_850_extended.edi": (None, ["N1", "N2"]),
    "850__inteligenz-x12parser__Example1_PGWGlass.txt": (None, ["MSG", "N9"]),
    "850__inteligenz-x12parser__Example2_Adobe_TLP.txt": (["TLP-X12"], ["BEG", "REF", *["N1", "N2"] * 4]),
    "850__inteligenz-x12parser__From_aojuk.txt": (None, []),
}
"""Order numbers, and the segments of the first order that are written otherwise: another order of item numbers, one name for N1
and N2, a contract in BEG06, a reference in REF instead of N9."""


@pytest.mark.parametrize(("name", "expected"), CORPUS.items())
def test_orders_of_the_corpus_are_written_as_they_were(name: str, expected: tuple[list[str] | None, list[str]]) -> None:
    data = corpus(name)
    found = [one.canonical for one in sets.read(data)]
    assert all(isinstance(one, PurchaseOrder) for one in found)
    assert expected[0] is None or [one.number for one in found] == expected[0]  # type: ignore[union-attr]
    assert found[0] is not None
    terminator = "~" if "forworddash" in name else data.decode("utf-8-sig")[105]
    lost = missing(segments(data, element=data.decode("utf-8-sig")[3], terminator=terminator), written(found[0], "850"))
    assert sorted(one.partition("*")[0] for one in lost) == sorted(expected[1])
