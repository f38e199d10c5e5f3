"""What real partners' files do, switched in routes.toml: refused or noted as usual, otherwise where the agreement says so.

The numbers are those of docs/reference/quirks.md.
"""

from dataclasses import dataclass

import pytest

from gateway.config import load
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.contract import Interchange, Verdict
from translators.finding import Code, Severity

X12 = interchange([body_850(order_number="4711", lines=2)], sender="01:123456789", receiver="ZZ:US", control_number=7)
EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="4711", lines=2)


def x12(old: bytes, new: bytes) -> bytes:
    """The good 850 with one thing changed."""
    assert old in X12
    return X12.replace(old, new, 1)


def edifact(old: bytes, new: bytes) -> bytes:
    """The good ORDERS with one thing changed."""
    assert old in EDIFACT
    return EDIFACT.replace(old, new, 1)


@dataclass(frozen=True)
class Switch:
    """A quirk in bytes, the key that switches it, the finding, and whether the usual weight refuses."""

    quirk: int
    data: bytes
    key: str
    code: Code
    refused: bool = True


WITHOUT_N1 = b"~".join(part for part in X12.split(b"~") if not part.startswith(b"N1*")).replace(b"SE*21", b"SE*19")
SURPLUS_PER = x12(b"PER*BD", b"PER*BD*A~PER*BD*B~PER*BD*C~PER*BD").replace(b"SE*21", b"SE*24")
LATE_NAD = edifact(b"CUX+2:GBP:9'", b"CUX+2:GBP:9'NAD+UC+1::92'").replace(b"UNT+24", b"UNT+25")
WRAPPED = b"\r\n".join(EDIFACT[i : i + 80] for i in range(0, len(EDIFACT), 80))
LOWER_A = edifact(b"UNOC", b"UNOA").replace(b"PRODUCT 1", b"product_1")
NORDIC = edifact(b"UNOC", b"UNOB").replace(b"PRODUCT 1", b"]NGSTR\\M")
SWITCHES = [
    Switch(2, b"FILE 4711\n" + X12, "outside_bytes", Code.BYTES_OUTSIDE_INTERCHANGE, refused=False),
    Switch(2, b"\xef\xbb\xbf" + EDIFACT, "outside_bytes", Code.BYTE_ORDER_MARK, refused=False),
    Switch(4, b"UNA:+.?'" + EDIFACT, "envelope_form", Code.SERVICE_STRING_MALFORMED),
    Switch(8, edifact(b"UNZ+1", b"UNZ+2"), "envelope_counts", Code.INTERCHANGE_COUNT_MISMATCH),
    Switch(11, x12(b"*US             *", b"*US*"), "envelope_form", Code.HEADER_MALFORMED),
    Switch(14, b"UNA:+.? ~" + EDIFACT, "envelope_form", Code.SERVICE_STRING_MALFORMED),
    Switch(17, edifact(b"PRODUCT 1", b"A:B:C:D"), "surplus", Code.COMPONENT_SURPLUS),
    Switch(20, WRAPPED, "line_breaks", Code.LINE_BREAKS, refused=False),
    Switch(23, X12.replace(b"~", b"~\r\n    "), "line_breaks", Code.LINE_BREAKS, refused=False),
    Switch(24, X12.replace(b"~", "\u2026".encode()), "envelope_form", Code.TERMINATOR_MANGLED),
    Switch(25, edifact(b"PRODUCT 1", "KÖRPER".encode()), "charset", Code.CHARACTER_SET_WRONG, refused=False),
    Switch(25, x12(b"JOLIET", "CAFÉ".encode()), "charset", Code.CHARACTER_OUTSIDE_SET, refused=False),
    Switch(26, LOWER_A, "charset", Code.CHARACTER_OUTSIDE_SET, refused=False),
    Switch(27, edifact(b"UNOC:3", b"IATB:1"), "syntax", Code.SYNTAX_UNSUPPORTED),
    Switch(28, NORDIC, "charset", Code.CHARACTER_OUTSIDE_SET, refused=False),
    Switch(30, x12(b"PO1*1*10*", b"PO1*1*+10*"), "numbers", Code.ELEMENT_NOT_NUMERIC, refused=False),
    Switch(32, x12(b"DTM*002*20260316", b"DTM*002*260316"), "lengths", Code.ELEMENT_TOO_SHORT),
    Switch(32, x12(b"DTM*002*20260316", b"DTM*002*20269916"), "dates", Code.ELEMENT_DATE),
    Switch(33, edifact(b"UNS+S", b"UNS+S+++"), "empty_values", Code.TRAILING_SEPARATOR, refused=False),
    Switch(33, edifact(b"UNS+S", b"UNS+S+X"), "surplus", Code.ELEMENT_SURPLUS),
    Switch(34, edifact(b"IMD+F++:::PRODUCT 1", b"IMD"), "empty_values", Code.SEGMENT_EMPTY, refused=False),
    Switch(35, SURPLUS_PER, "structure", Code.SEGMENT_REPEATS),
    Switch(38, LATE_NAD, "structure", Code.SEGMENT_OUT_OF_ORDER),
    Switch(39, WITHOUT_N1, "mandatory", Code.SEGMENT_MISSING),
    Switch(43, edifact(b"BGM+220", b"BGM+50E"), "code_lists", Code.ELEMENT_CODE, refused=False),
    Switch(44, x12(b"BEG*00*SA*4711**20260302", b"BEG*00*SA*4711"), "mandatory", Code.ELEMENT_MISSING),
    Switch(45, edifact(b"D:96A", b"D:96B"), "nearest_version", Code.VERSION_NEAREST, refused=False),
    Switch(46, x12(b"SE*21*", b"SE*99*"), "envelope_counts", Code.SEGMENT_COUNT_MISMATCH),
    Switch(46, x12(b"GE*1*", b"GE*9*"), "envelope_counts", Code.GROUP_COUNT_MISMATCH),
    Switch(46, x12(b"SE*21*0001", b"SE*21*0009"), "envelope_references", Code.DOCUMENT_REFERENCE_MISMATCH),
    Switch(46, x12(b"GE*1*7", b"GE*1*9"), "envelope_references", Code.GROUP_REFERENCE_MISMATCH),
    Switch(46, edifact(b"UNZ+1+7", b"UNZ+1+9"), "envelope_references", Code.INTERCHANGE_REFERENCE_MISMATCH),
    Switch(53, edifact(b"CNT+2:2", b"CNT+2:9"), "control_totals", Code.CONTROL_TOTAL, refused=False),
]  # fmt: skip


def judged(project: Project, switch: Switch, strictness: str) -> tuple[Interchange, list[Severity]]:
    """The interchange under an agreement of that strictness, and what the switch's finding weighed."""
    text = ROUTES.replace('x12 = "01:123456789"', 'x12 = "01:123456789", edifact = "5790000000029:14"')
    owed = 'strictness = { code_lists = "warn" }'
    if b"UNB" in switch.data:
        text = text.replace("x12/004010/850", "edifact/D.96A/ORDERS").replace(
            'acknowledge = ["997"]', 'other_versions = ["D.96B"]'
        )
    snapshot = load(project(text.replace(owed, strictness)), ENVIRON)
    found = registry.translate(switch.data, snapshot.terms_for)
    (one,) = found.interchanges
    everything = [*found.findings, *one.findings, *(f for group in one.groups for f in group.findings)]
    everything += [finding for document in one.documents for finding in document.findings]
    return one, [finding.severity for finding in everything if finding.code is switch.code]


def taken(one: Interchange) -> bool:
    """Whether the document goes on."""
    refused = any(finding.severity is Severity.ERROR for finding in one.findings)
    groups = any(finding.severity is Severity.ERROR for group in one.groups for finding in group.findings)
    return (
        not refused and not groups and one.documents[0].verdict is not Verdict.REJECTED and one.documents[0].canonical is not None
    )


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: f"{switch.quirk}-{switch.code}")
def test_a_quirk_is_refused_or_noted_as_usual_and_otherwise_where_the_agreement_says(project: Project, switch: Switch) -> None:
    one, weights = judged(project, switch, "")
    assert weights
    assert taken(one) is not switch.refused
    for weight, expected in (("warn", Severity.WARNING), ("info", Severity.INFO)):
        one, weights = judged(project, switch, f'strictness = {{ {switch.key} = "{weight}" }}')
        assert set(weights) == {expected}
        assert taken(one)
    one, weights = judged(project, switch, f'strictness = {{ {switch.key} = "off" }}')
    assert weights == []
    assert taken(one)
    one, weights = judged(project, switch, f'strictness = {{ {switch.key} = "error" }}')
    assert Severity.ERROR in weights
    assert not taken(one)


@pytest.mark.parametrize("broken", [b"UNA:+.? '", X12[:40], b"UNA++.? '" + EDIFACT.replace(b":", b"+")])
def test_a_header_that_cannot_be_used_is_refused_whatever_was_agreed(project: Project, broken: bytes) -> None:
    text = ROUTES.replace('strictness = { code_lists = "warn" }', 'strictness = { envelope_form = "off" }')
    snapshot = load(project(text), ENVIRON)
    for one in registry.translate(broken, snapshot.terms_for).interchanges:
        assert one.verdict is Verdict.REJECTED


@pytest.mark.parametrize(("key", "value", "limit"), [("segments", 10, "segments"), ("bytes", '"500B"', "bytes")])
def test_limits_are_agreed_too(project: Project, key: str, value: object, limit: str) -> None:
    text = ROUTES.replace('direction = "in"\n', f'direction = "in"\nlimits = {{ {key} = {value} }}\n')
    (one,) = registry.translate(X12, load(project(text), ENVIRON).terms_for).interchanges
    (finding,) = (finding for finding in one.documents[0].findings if finding.code is Code.DOCUMENT_TOO_LARGE)
    assert limit in finding.message


def test_so_many_findings_are_listed_as_were_agreed(project: Project) -> None:
    data = X12.replace(b"*EA*", b"*QQ*")
    text = ROUTES.replace('direction = "in"\n', 'direction = "in"\nlimits = { findings = 1 }\n')
    (one,) = registry.translate(data, load(project(text), ENVIRON).terms_for).interchanges
    assert [finding.code for finding in one.documents[0].findings] == [Code.ELEMENT_CODE, Code.FINDINGS_CAPPED]


@pytest.mark.parametrize("version", ["0:96A", "S:93A", "D:95B"])
def test_a_version_that_the_partner_writes_instead_may_be_agreed(project: Project, version: str) -> None:
    switch = Switch(45, edifact(b"D:96A", version.encode()), "code_lists", Code.DOCUMENT_VERSION_UNSUPPORTED)
    one, weights = judged(project, switch, "")
    assert weights == [Severity.ERROR]
    text = ROUTES.replace('x12 = "01:123456789"', 'edifact = "5790000000029:14"').replace(
        "x12/004010/850", "edifact/D.96A/ORDERS"
    )
    text = text.replace('acknowledge = ["997"]', f'other_versions = ["{version.replace(":", ".")}"]')
    snapshot = load(project(text), ENVIRON)
    (one,) = registry.translate(switch.data, snapshot.terms_for).interchanges
    assert taken(one)
    document = one.documents[0]
    agreement = snapshot.agreement_for("bigbox", one.envelope.family, document)
    assert agreement is not None
    assert agreement.id == "bigbox-850"


def test_an_industrys_sub_version_falls_under_the_agreement_about_its_version(project: Project) -> None:
    snapshot = load(project(), ENVIRON)
    (one,) = registry.translate(x12(b"*X*004010", b"*X*004010VICS"), snapshot.terms_for).interchanges
    assert taken(one)
    agreement = snapshot.agreement_for("bigbox", one.envelope.family, one.documents[0])
    assert agreement is not None
    assert agreement.id == "bigbox-850"
