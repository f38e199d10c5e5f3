"""Each canonical document by a literal example: it reads back as it was written, and knows its key and what it is found by."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from translators.canonical import NAMES, model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.header import Header
from translators.canonical.parts import Part

EXAMPLES = Path(__file__).parent / "examples"
BUSINESS = tuple(name for name in NAMES if issubclass(model_of(name), Header))
BUYER, SELLER = "gln:4031749000019", "gln:4038431000005"
Keys = list[tuple[str, str]]

ORDER = ("order", "4500017623")
INVOICE = ("invoice", "RE-2026-00418")
WITHOUT_ROOM_FOR_EXTRAS = {"Period", "Amount", "Quantity", "Address", "Extra"}

EXPECTED: dict[str, tuple[str, Keys]] = {
    "purchase_order": (f"{BUYER}|4500017623|", [ORDER, ("contract", "RV-2026-11")]),
    "purchase_order_change": (
        "duns:081466849|4500017623||C-88121|2||change",
        [ORDER, ("order_change", "C-88121"), ("contract", "RV-2026-11")],
    ),
    "order_response": (
        f"{SELLER}|60169126|4500017623|||",
        [ORDER, ("order_response", "60169126"), ("seller_order", "SO-99017")],
    ),
    "despatch_advice": (
        "gln:4038431000012|DN-700811",
        [
            ("despatch", "DN-700811"),
            ORDER,
            ("shipment", "SH-31007"),
            ("bill_of_lading", "06141411234567890"),
            ("container", "HHSP2211"),
            ("tracking", "DE5512098871"),
            ("sscc", "340384310000000017"),
            ("sscc", "340384310000000024"),
            ("sscc", "340384310000000031"),
            ("tracking", "1Z12345E0205271688"),
        ],
    ),
    "receiving_advice": (
        f"{BUYER}|WE-20991",
        [("receipt", "WE-20991"), ORDER, ("despatch", "DN-700811"), ("sscc", "340384310000000017")],
    ),
    "invoice": (f"{SELLER}|RE-2026-00418", [INVOICE, ORDER, ("despatch", "DN-700811"), ("contract", "RV-2026-11")]),
    "credit_note": (
        f"{SELLER}|GS-2026-00031",
        [("credit_note", "GS-2026-00031"), INVOICE, ORDER, ("receipt", "WE-20991")],
    ),
    "inventory_report": ("gln:4031749000996|36602", [("inventory_report", "36602")]),
    "sales_report": ("gln:8712345000000|20060801005|2026-03-02|2026-03-08|", [("sales_report", "20060801005")]),
    "price_catalogue": (f"{SELLER}|CAT-2026|3|2026-03-01", [("price_catalogue", "CAT-2026")]),
    "delivery_schedule": (
        "buyer:00000085|12345|0017",
        [("delivery_schedule", "12345"), ("contract", "5500011089"), ("order", "5500011089")],
    ),
    "request_for_quote": (f"{BUYER}|RFQ-2026-07", [("request_for_quote", "RFQ-2026-07")]),
    "quote": (f"{SELLER}|AN-5521", [("quote", "AN-5521"), ("request_for_quote", "RFQ-2026-07")]),
    "warehouse_order": (
        "gln:0377912820000|01235639",
        [("warehouse_order", "01235639"), ("order", "3353558"), ("load", "L-4417"), ("shipment", "03908202")],
    ),
    "warehouse_shipment": (
        "duns:123456789|2144|01235639|",
        [
            ("warehouse_order", "01235639"),
            ("despatch", "2144"),
            ("order", "3353558"),
            ("shipment", "03908202"),
            ("bill_of_lading", "BL-55120"),
            ("tracking", "PRO778812"),
            ("sscc", "100711790000000018"),
        ],
    ),
    "stock_transfer": (
        "duns:081466849|DO12345",
        [("stock_transfer", "DO12345"), ("transfer_order", "TO-881"), ("shipment", "S-1"), ("container", "TRLU1234567")],
    ),
    "warehouse_receipt": (
        "buyer:PC1234|4280",
        [("receipt", "4280"), ("stock_transfer", "DO12345"), ("shipment", "0450366097"), ("container", "TRLU1234567")],
    ),
    "inventory_adjustment": (
        "buyer:PC1234|ADJ-20260716-01",
        [("inventory_adjustment", "ADJ-20260716-01"), ("receipt", "4280")],
    ),
    "transport_order": (
        "duns:081466849|12345678",
        [
            ("transport_order", "12345678"),
            ("shipment", "12345678"),
            ("master_bill_of_lading", "MBL-7781"),
            ("order", "4728162872"),
            ("sscc", "100814668490000014"),
        ],
    ),
    "transport_response": (
        "scac:RECD|PRO-99120|12345678|accepted|2026-08-22T15:01:00+00:00",
        [("transport_order", "12345678"), ("transport_response", "PRO-99120"), ("tracking", "RECD0099120")],
    ),
    "transport_status": (
        "scac:RECD|4343638097845589|12345678|2026-08-24T21:10:00+00:00|4090d2cb38268d1d",
        [
            ("tracking", "4343638097845589"),
            ("shipment", "12345678"),
            ("bill_of_lading", "BL-1"),
            ("container", "TRHU4307252"),
        ],
    ),
    "freight_invoice": (
        "scac:CNRU|28066945",
        [("freight_invoice", "28066945"), ("shipment", "291226"), ("bill_of_lading", "291226"), ("container", "UTLX666955")],
    ),
    "return_request": (
        f"{BUYER}|RET-0436|authorisation",
        [("return_request", "RET-0436"), ("return_authorisation", "RMA-00000567"), ORDER, INVOICE],
    ),
    "remittance_advice": (
        f"{BUYER}|ZA-1099|1234567",
        [("remittance_advice", "ZA-1099"), ("payment", "1234567"), INVOICE, ORDER, ("credit_note", "GS-2026-00031")],
    ),
    "application_response": (
        f"{BUYER}|AR-404|4500017623|rejected",
        [("application_response", "AR-404"), ORDER],
    ),
    "item_master": (f"{SELLER}|IM-20260301", [("item_master", "IM-20260301")]),
    "party_master": (f"{SELLER}|PM-12", [("party_master", "PM-12")]),
    "location_master": (f"{BUYER}|LM-3", [("location_master", "LM-3")]),
    "unit_master": (f"{SELLER}|UM-1", [("unit_master", "UM-1")]),
    "lot_master": (f"{SELLER}|LOT-7", [("lot_master", "LOT-7")]),
}


def example(name: str) -> dict[str, Any]:
    """The literal example of a document."""
    found: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return found


def read(name: str, **changes: Any) -> CanonicalDocument:
    """The example as a document, with members changed, or left out where the change is None."""
    value = {key: each for key, each in (example(name) | changes).items() if each is not None}
    return model_of(name).model_validate_json(json.dumps(value))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def models_of(model: type[BaseModel], known: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """A model and all that it is made of."""
    if model not in known:
        known.add(model)
        for field in model.model_fields.values():
            for part in models_in(field.annotation):
                models_of(part, known)
    return known


def test_every_document_has_an_example() -> None:
    assert set(BUSINESS) == set(EXPECTED) == {path.stem for path in EXAMPLES.iterdir()}


@pytest.mark.parametrize("name", BUSINESS)
def test_a_document_reads_back_as_it_was_written(name: str) -> None:
    document = read(name)
    written = document.to_json()
    assert json.loads(written) == example(name)
    assert model_of(name).model_validate_json(written) == document


@pytest.mark.parametrize("name", BUSINESS)
def test_the_schema_stands_first_and_is_written_unasked(name: str) -> None:
    assert read(name, schema=None).to_json().startswith(f'{{"schema":"{name}/1",'.encode())


@pytest.mark.parametrize("name", BUSINESS)
def test_a_document_knows_what_makes_it_the_same_as_another(name: str) -> None:
    assert read(name).identity == EXPECTED[name][0]


@pytest.mark.parametrize("name", BUSINESS)
def test_a_document_knows_what_people_search_it_by(name: str) -> None:
    assert list(read(name).business_keys) == EXPECTED[name][1]


@pytest.mark.parametrize("name", BUSINESS)
def test_what_no_model_knows_is_refused_at_every_level(name: str) -> None:
    with pytest.raises(ValidationError, match="colour"):
        read(name, colour="red")
    with pytest.raises(ValidationError, match="colour"):
        read(name, buyer={"colour": "red"})
    rows = "documents" if name == "application_response" else "lines"
    if rows in example(name):
        with pytest.raises(ValidationError, match="colour"):
            read(name, **{rows: [example(name)[rows][0] | {"colour": "red"}]})


@pytest.mark.parametrize("name", BUSINESS)
def test_another_document_is_not_read_as_this_one(name: str) -> None:
    with pytest.raises(ValidationError, match="schema"):
        read(name, schema="laundry_list/1")


@pytest.mark.parametrize("name", NAMES)
def test_the_json_schema_builds(name: str) -> None:
    model = model_of(name)
    schema = model.model_json_schema(by_alias=True)
    assert schema["properties"]["schema"]["const"] == f"{model.NAME}/{model.VERSION}" == f"{name}/1"
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", BUSINESS)
def test_all_of_a_document_is_explained_and_has_room_for_what_it_cannot_say(name: str) -> None:
    for model in models_of(model_of(name), set()):
        assert model.__doc__, model
        if model.__name__ not in WITHOUT_ROOM_FOR_EXTRAS:
            assert {"extras", "original_codes"} <= model.model_fields.keys(), model
        if not issubclass(model, Header) and model.__name__ not in WITHOUT_ROOM_FOR_EXTRAS:
            assert issubclass(model, Part), model


@pytest.mark.parametrize("name", BUSINESS)
def test_a_moment_may_always_be_a_day(name: str) -> None:
    for model in models_of(model_of(name), set()):
        for member, field in model.model_fields.items():
            kinds = [each for each in (field.annotation, *get_args(field.annotation)) if not isinstance(each, UnionType)]
            if datetime in kinds:
                assert "date" in [getattr(kind, "__name__", "") for kind in kinds], f"{model.__name__}.{member}"


@pytest.mark.parametrize("name", BUSINESS)
def test_documents_share_their_head(name: str) -> None:
    for member in ("number", "purpose", "issued", "buyer", "seller", "ship_to", "references", "texts", "totals", "extras"):
        assert member in model_of(name).model_fields


def test_a_model_is_imported_when_it_is_asked_for() -> None:
    code = (
        "import sys; import translators.canonical as c;"
        "loaded = lambda: {m for m in sys.modules if 'translators.canonical.' in m};"
        "assert loaded() == {'translators.canonical.base'}, loaded(); c.model_of('invoice'); "
        "assert not loaded() & {'translators.canonical.despatch_advice', 'translators.canonical.purchase_order'}, loaded()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
