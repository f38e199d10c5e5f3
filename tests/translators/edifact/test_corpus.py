"""Documents found in public repositories: what must be read out of them (see ../../fixtures/ORIGIN.md)."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.translators.edifact.reading import Read, read
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Verdict
from translators.finding import Code

FOLDER = Path(__file__).parents[2] / "fixtures" / "edifact"
FILES = sorted(FOLDER.glob("*.*"))


def of(name: str) -> Read:
    """A file of the corpus, read; the name may be its beginning."""
    (path,) = FOLDER.glob(f"{name}*")
    return read(path.read_bytes())


def orders(name: str) -> list[PurchaseOrder]:
    """The canonical orders of a file."""
    return [d.canonical for d in of(name).documents if isinstance(d.canonical, PurchaseOrder)]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_file_gives_documents_or_findings_and_no_exception(path: Path) -> None:
    result = read(path.read_bytes())
    assert result.interchanges
    assert result.findings or all(i.verdict is Verdict.ACCEPTED for i in result.interchanges)
    for document in result.documents:
        assert (document.canonical is None) or document.verdict is not Verdict.REJECTED


def test_open_trans_order_with_a_wrong_character_set() -> None:
    (found,) = orders("ORDERS__sapstern-edifactconverter__ORDERS_D96A_OPEN_TRANS")
    assert Code.CHARACTER_SET_WRONG in of("ORDERS__sapstern-edifactconverter__ORDERS_D96A_OPEN_TRANS").codes
    assert found.number == "70-0639880"
    assert found.buyer is not None
    assert found.buyer.identifiers == {"gln": "4015828000008"}
    assert found.buyer.contacts[0].telephone == "+49 5971 999-256"
    line = found.lines[0]
    assert line.item.identifiers == {"gtin": "4047943235126", "buyer": "2459013"}
    assert line.price is not None
    assert line.price.basis is not None
    assert (line.price.amount, line.price.basis.value) == (Decimal("24.1"), Decimal(100))
    assert line.texts[0].lines == ["SIB: G4325010"]


def test_d01b_order_with_its_totals() -> None:
    (found,) = orders("ORDERS__sapstern-edifactconverter__ORDERS_D01B")
    assert (found.number, len(found.lines)) == ("PO357893", 2)
    assert found.lines[0].item.identifiers == {"gtin": "GTIN1233456", "buyer": ["VDKF9T", "ERG34T2233"]}
    assert found.totals is not None
    assert found.totals.payable is not None
    assert found.totals.payable.amount == Decimal("37535.34")
    assert found.ship_to is not None
    assert found.ship_to.contacts[0].fax == "8185556789"


def test_d93a_order_wrapped_at_a_fixed_width_is_read_with_d96a() -> None:
    result = of("ORDERS__jskrobak")
    assert {Code.LINE_BREAKS, Code.VERSION_NEAREST} <= result.codes
    (found,) = orders("ORDERS__jskrobak")
    assert (found.number, found.currency) == ("168677", "CZK")
    assert found.buyer is not None
    assert (found.buyer.name, found.buyer.tax_registration) == ("OBI 029 PLZEN II. OBI CESKA REPUBLIKA S.R.O", "CZ60470968")
    assert found.payment_terms[0].discount_days == 85
    assert found.delivery_terms is not None
    assert found.delivery_terms.incoterm == "CPT"
    assert found.lines[1].price is not None
    assert found.lines[1].price.amount == Decimal("815.3")


@pytest.mark.parametrize(
    "name", ["ORDERS__daxaholic-vscode-edifact__sample_esc", "ORDERS__daxaholic-vscode-edifact__sample_hash"]
)
def test_other_service_characters(name: str) -> None:
    result = of(name)
    assert Code.INTERCHANGE_REFERENCE_MISMATCH in result.codes
    (found,) = orders(name)
    assert found.buyer is not None
    assert found.buyer.name in ("Customer='s name", "Customer's name")
    assert found.lines[0].item.identifiers == {"seller": "Product Screws"}


def test_two_interchanges_with_three_messages() -> None:
    result = of("DESADV-ORDERS")
    assert [len(i.documents) for i in result.interchanges] == [1, 2] or len(result.documents) == 3
    assert len(result.interchanges) == 2


def test_an_order_without_trailers_is_refused_and_its_faults_located() -> None:
    result = of("ORDERS__ballerina-platform-edi-tools")
    assert {Code.DOCUMENT_TRAILER_MISSING, Code.INTERCHANGE_TRAILER_MISSING} <= result.codes
    assert result.interchanges[0].verdict is Verdict.REJECTED


def test_a_batch_with_one_bad_order() -> None:
    result = of("ORDERS__ballerina-platform-module")
    assert [d.verdict for d in result.documents][-1] is Verdict.REJECTED
    assert [o.number for o in orders("ORDERS__ballerina-platform-module")] == ["PO20001", "PO20002"]
    assert result.interchanges[0].verdict is Verdict.PARTLY_ACCEPTED


def test_another_release_character() -> None:
    assert Code.SEGMENT_MISSING in of("ORDERS__hellooops-vscode-edi-support__bug-edifact-escape").codes


def test_an_unknown_directory_is_refused() -> None:
    (document,) = of("ORDERS__hellooops-vscode-edi-support__sample-invalid-version").documents
    assert [f.code for f in document.findings] == [Code.DOCUMENT_VERSION_UNSUPPORTED]


def test_decimal_comma_and_a_missing_trailer() -> None:
    result = of("ORDERS__nerdocs-pydifact__order.")
    assert result.interchanges[0].envelope.separators.decimal == ","
    assert Code.INTERCHANGE_TRAILER_MISSING in result.codes
    (found,) = orders("ORDERS__nerdocs-pydifact__order.")
    assert [line.references[0].number for line in found.lines] == ["99", "99"]


@pytest.mark.parametrize("name", ["APERAK__nerdocs-pydifact__aperak.", "CONTRL__joschametze"])
def test_acknowledgements_are_consumed(name: str) -> None:
    (document,) = of(name).documents
    assert document.verdict is not Verdict.REJECTED
    assert document.name in ("functional_acknowledgement", "application_response")
