"""What fuzzing found: each was an exception or a hang once."""

import pytest

from translators import registry
from translators.contract import Verdict
from translators.finding import Code

REFERENCE_WITHOUT_KIND = (
    b"ISA*01*0000000000*01*000000000*ZZ*ABCDEFGHIJKLMNO*ZZ*123456789012345*101127*1719*U*00400*000003438*0*P*>\n"
    b"GS*SH*4405197800*999999999*20111206*1045*49*X*004060\nST*856*0008\nBSN*14*829716*20111206*142428*0002\n"
    b"HL*1**S\nTD1*PCS****A3*60.310*LB\nTD52*XXXX**XXXX\nREF*BM*999999-001\nREF**CN*5787970539\nDTM*011*20111206\n"
    b"N1*SH*1 EDI SOURCE\nHL*2*1*O\nPRF*99999817***20111205\nHL*3*2*I\nLIN*1*VP*87787D*UP*999999310145\n"
    b"SN1*1*24*EA\nPO4*1*24*EA\nHL*4*2*I\nLIN*2*VP*99887D*UP*999999311746\nSN1*2*6*EA\nPO4*1*6*EA\n"
    b"CTT*4*30\nSE*21*0008\nGE*1*49\nIEA*1*000000049\n"
)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(REFERENCE_WITHOUT_KIND, {Code.CANONICAL_INVALID}, id="a reference of a package without its kind"),
    ],
)
def test_a_document_that_lacks_what_its_structure_hangs_on_is_refused(data: bytes, codes: set[Code]) -> None:
    (interchange,) = registry.translate(data).interchanges
    (document,) = interchange.documents
    assert document.verdict is Verdict.REJECTED
    assert codes <= {finding.code for finding in document.findings}
