"""What reading takes is loaded on demand: with the first document, or before it where someone prepares for it."""

import subprocess
import sys

import pytest

from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850
from tests.translators.xml.samples import order

PROGRAM = """
import sys
from translators import registry
from translators.contract import Family
begun = sorted(name for name in sys.modules if name.startswith(("pydantic", "translators.x12", "translators.edifact", "lxml")))
registry.prepare(Family(sys.argv[1]), sys.argv[2])
model = registry.documents(Family(sys.argv[1]))[sys.argv[2]][0]
from translators.canonical import model_of
print(begun, model_of(model).__pydantic_complete__)
"""


@pytest.mark.parametrize(
    ("family", "kind"), [("x12", "850"), ("edifact", "ORDERS"), ("xml", "Order"), ("json", "purchase_order")]
)
def test_models_are_made_before_the_first_document_comes(family: str, kind: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, family, kind], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


READING = """
import sys
from pathlib import Path
from translators import registry
from translators.contract import AcknowledgementTerms, Family, Terms
registry.prepare(Family(sys.argv[1]), sys.argv[2])
begun = set(sys.modules)
terms = Terms(acknowledgement=AcknowledgementTerms(functional=sys.argv[4]))
for one in registry.translate(sys.stdin.buffer.read(), lambda _: terms).interchanges:
    assert one.documents[0].canonical is not None
    assert registry.acknowledge(one)
tables = ("translators.x12.versions", "translators.edifact.directories", "translators.xml.ubl.")
print(sorted(name for name in set(sys.modules) - begun if name.startswith("translators") and not name.startswith(tables)))
"""


@pytest.mark.parametrize(
    ("family", "kind", "data", "answer"),
    [
        ("x12", "850", order_850(sender="01:1", receiver="ZZ:2", control_number=1, order_number="1"), "997"),
        (
            "edifact",
            "ORDERS",
            order_edifact(sender="4012345000009", receiver="5790000000012", control_number="1", order_number="1"),
            "CONTRL",
        ),
        ("xml", "Order", order(), "ApplicationResponse"),
    ],
)
def test_the_first_document_waits_for_tables_alone(family: str, kind: str, data: bytes, answer: str) -> None:
    done = subprocess.run([sys.executable, "-c", READING, family, kind, "", answer], input=data, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
