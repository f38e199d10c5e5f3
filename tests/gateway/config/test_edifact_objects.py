"""Agreements about EDIFACT objects (UNO), which have the version of the syntax instead of a directory."""

import pytest

from gateway.config import ConfigurationRefused, Snapshot, load
from gateway.domain.agreement import Direction
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from translators import registry
from translators.contract import Family, Verdict
from translators.finding import Code

IDENTITIES = ROUTES.replace(
    'identities = { x12 = "01:123456789" }', 'identities = { x12 = "01:123456789", edifact = "5790000000029:14" }'
)
OBJECT = """
[[agreement]]
id = "drawings"
partner = "bigbox"
direction = "in"
document = "generic_document"
format = "edifact/4/UNO"
acknowledge = ["CONTRL"]
"""
FILE = b"UNB+UNOC:4+5790000000029:14+5790000000012:14+20261120:0930+7'UNO+P1+ABC:4711+1:DRAWING+6'a'\0UNTUNP+6+P1'UNZ+1+7'"


def verdict(snapshot: Snapshot, data: bytes = FILE) -> tuple[Verdict, set[Code]]:
    (interchange,) = registry.translate(data, snapshot.terms_for).interchanges
    (document,) = interchange.documents
    return document.verdict, {finding.code for finding in document.findings}


def test_an_object_that_is_agreed_is_taken(project: Project) -> None:
    snapshot = load(project(IDENTITIES + OBJECT), ENVIRON)
    assert verdict(snapshot) == (Verdict.ACCEPTED, set())
    agreed = snapshot.partnerships.agreement("bigbox", Direction.IN, Family.EDIFACT, type="UNO", version="4")
    assert agreed is not None
    assert agreed.id == "drawings"


def test_an_object_that_is_not_agreed_is_refused(project: Project) -> None:
    orders = OBJECT.replace("generic_document", "purchase_order").replace("edifact/4/UNO", "edifact/D.96A/ORDERS")
    assert verdict(load(project(IDENTITIES + orders), ENVIRON)) == (Verdict.REJECTED, {Code.DOCUMENT_TYPE_UNSUPPORTED})


def test_an_object_of_another_syntax_version_is_refused(project: Project) -> None:
    snapshot = load(project(IDENTITIES + OBJECT.replace("edifact/4/UNO", "edifact/3/UNO")), ENVIRON)
    assert verdict(snapshot) == (Verdict.REJECTED, {Code.DOCUMENT_VERSION_UNSUPPORTED})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("edifact/4/UNO", "edifact/5/UNO", "format"),
        ("edifact/4/UNO", "edifact/D.96A/UNO", "format"),
        ("generic_document", "purchase_order", "generic_document"),
        ("acknowledge =", 'guide = { name = "G", mandatory = ["UNO[1]"] }\nacknowledge =', "no segments"),
    ],
)
def test_what_an_object_cannot_be_is_complained_of(project: Project, old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        load(project(IDENTITIES + OBJECT.replace(old, new)), ENVIRON)
    assert message in str(refused.value.report.items)
