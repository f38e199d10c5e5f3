"""Canonical to bytes to canonical is identity, for values that the declarations themselves say can be written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.translators.xml.declared import fill, in_any_order, pruned
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Family, Identity, OutboundGroup, OutboundInterchange, WrittenDocument
from translators.finding import Code
from translators.xml.envelope import NO_SEPARATORS
from translators.xml.kinds import Kind, kinds
from translators.xml.sealing import DECLARATION

UBL = [kind for kind in kinds().values() if not kind.is_cxml]
CXML = [kind for kind in kinds().values() if kind.is_cxml and kind.type != "Response"]
PREPARED = datetime(2026, 11, 20, 10, tzinfo=UTC)


@st.composite
def documents(draw: Any, kind: Kind) -> Any:
    value: dict[str, Any] = {}
    fill(draw, kind.mapping.rules.rules, kind.table, value)
    value = pruned(value)
    if kind.type == "RequestForQuotation":
        value.setdefault("number", "1")  # UBL can do without; the canonical document cannot
    if kind.name == "transport_response":
        value.setdefault("status", "accepted")  # a plan is an answer by its status
    kind.mapping.after_reading(value)
    return model_of(kind.name).model_validate(value)


@pytest.mark.parametrize("kind", UBL, ids=lambda kind: kind.type)
@settings(
    max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_what_was_written_is_read_again(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    written = registry.write(Family.XML, document, kind.type, kind.version)
    assert not written.findings
    translation = registry.translate(f"{DECLARATION}{written.document.body}".encode())
    (read,) = translation.interchanges[0].documents
    assert {finding.code for finding in read.findings} <= {Code.CONTROL_TOTAL, Code.IDENTIFIER_CHECK_DIGIT}  # drawn by chance
    assert read.canonical is not None
    assert in_any_order(said(read.canonical)) == in_any_order(said(document))


@st.composite
def requests(draw: Any, kind: Kind) -> Any:
    value: dict[str, Any] = {}
    fill(draw, kind.mapping.rules.rules, kind.table, value)
    value = pruned(value)
    value["language"] = "en"
    for role, identity in zip(kind.roles, ("A1", "B2"), strict=True):
        value.setdefault(role, {})["identifiers"] = {"network": identity, "duns": f"9{identity}"}
    if "portions" in value:
        value["portions"] = [each for each in value["portions"] if "lines" in each] or value["portions"][:1]
    for place, portion in enumerate(value.get("portions", ())):
        portion.setdefault("order", {})["number"] = f"O{place}"
        if len(value["portions"]) > 1:
            portion.pop("seller_order", None)
        portion.pop("named", None)
    kind.mapping.after_reading(value)
    return model_of(kind.name).model_validate(value)


def in_envelope(written: WrittenDocument) -> bytes:
    group = OutboundGroup("", "", "", "", (written.document,))
    sides = Identity("NetworkID", "A1"), Identity("NetworkID", "B2")
    outbound = OutboundInterchange(Family.XML, *sides, "cXML-1.2.063", test=True, separators=NO_SEPARATORS, groups=(group,))
    return registry.seal(outbound, control_number=7, group_numbers=[1], prepared=PREPARED)


@pytest.mark.parametrize("kind", CXML, ids=lambda kind: f"{kind.type}-{kind.name}")
@settings(
    max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_a_request_that_was_written_is_read_again(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(requests(kind))
    written = registry.write(Family.XML, document, kind.type, "cXML-1.2")
    assert not written.findings
    (interchange,) = registry.translate(in_envelope(written)).interchanges
    assert (str(interchange.envelope.sender), interchange.envelope.test) == ("NetworkID:A1", True)
    (read,) = interchange.documents
    assert {finding.code for finding in read.findings} <= {Code.CONTROL_TOTAL, Code.IDENTIFIER_CHECK_DIGIT}  # drawn by chance
    assert read.canonical is not None
    assert in_any_order(said(read.canonical)) == in_any_order(said(document))


def said(document: CanonicalDocument) -> dict[str, Any]:
    return document.model_dump(exclude_defaults=True, exclude_none=True, exclude={"code_family"})
