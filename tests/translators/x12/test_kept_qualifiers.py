"""Qualifiers that are usually the same say something of their own where they are another: they are kept, and written again."""

from tests.translators.x12.sets import read_set, written
from translators.canonical.application_response import ApplicationResponse
from translators.canonical.invoice import Invoice
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.remittance_advice import RemittanceAdvice


def test_a_sub_line_that_is_not_included_says_so() -> None:
    segments = ("BIG*20260302*4711", "IT1*1*2*EA*5**VN*A", "SLN*1.1**O*2*EA*1***VN*B", "TDS*1000")
    found = read_set(*segments, kind="810", group="IN").canonical
    assert isinstance(found, Invoice)
    assert (found.lines[1].part_of, found.lines[1].original_codes["relationship"]) == ("1", "O")
    assert "SLN*1.1**O*2*EA*1***VN*B" in written(found, "810")


def test_a_trace_of_another_type_stays_one() -> None:
    segments = ("BPR*I*100*C*CHK", "TRN*3*77", "ENT*1", "RMR*IV*4711**100")
    found = read_set(*segments, kind="820", group="RA").canonical
    assert isinstance(found, RemittanceAdvice)
    assert (found.payment, found.original_codes["payment"]) == ("77", "3")
    assert "TRN*3*77" in written(found, "820")


def test_a_person_in_an_application_advice_stays_a_person() -> None:
    segments = ("BGN*11*1*20260302", "OTI*TR*TN*1", "NM1*SO*1*SMITH")
    found = read_set(*segments, kind="824", group="AG").canonical
    assert isinstance(found, ApplicationResponse)
    assert found.documents[0].other_parties[0].original_codes["name"] == "1"


def test_the_currency_of_a_charge_without_an_amount_is_listed() -> None:
    segments = ("BEG*00*SA*1**20260302", "SAC*A*C310", "CUR*BY*USD", "PO1*1*2*EA*3**VN*A")
    found = read_set(*segments, kind="850", group="PO").canonical
    assert isinstance(found, PurchaseOrder)
    (charge,) = found.allowances_charges
    assert [(extra.path, extra.value) for extra in charge.extras] == [("SAC/CUR", "BY*USD")]
    assert written(found, "850")[1:3] == ["SAC*A*C310", "CUR*BY*USD"]
