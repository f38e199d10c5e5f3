"""What reading takes is loaded on demand: with the first document, or before it where someone prepares for it."""

import subprocess
import sys

import pytest

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
