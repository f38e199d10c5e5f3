"""Canonical to bytes to canonical is identity, for values that the declarations themselves say can be written."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.translators.xml.declared import fill, in_any_order, pruned
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Family
from translators.finding import Code
from translators.xml.kinds import Kind, kinds
from translators.xml.sealing import DECLARATION

UBL = [kind for kind in kinds().values() if kind.version.startswith("UBL")]


@st.composite
def documents(draw: Any, kind: Kind) -> Any:
    value: dict[str, Any] = {}
    fill(draw, kind.mapping.rules.rules, kind.table, value)
    value = pruned(value)
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
    assert {finding.code for finding in read.findings} <= {Code.CONTROL_TOTAL}  # the sums are drawn by chance
    assert read.canonical is not None
    assert in_any_order(said(read.canonical)) == in_any_order(said(document))


def said(document: CanonicalDocument) -> dict[str, Any]:
    return document.model_dump(exclude_defaults=True, exclude_none=True)
