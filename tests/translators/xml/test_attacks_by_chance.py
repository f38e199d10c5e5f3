"""Mutated documents: whatever comes, there are events and findings, never an exception."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translators import registry
from translators.contract import Verdict

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "xml").glob("*.xml"))
PIECES = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<?xml version='1.0'?>",
    b"\x00",
    b"\xff",
    b'"',
    b"xmlns=''",
    b"</",
    b"<cbc:ID/>",
    b"NaN",
    b"1e999",
)


def mutated(data: bytes, random: Random) -> bytes:
    result = bytearray(data)
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(result) + 1)
        match random.randrange(4):
            case 0:
                result[place : place + random.randint(1, 40)] = b""
            case 1:
                result[place:place] = random.choice(PIECES)
            case 2:
                other = random.randrange(len(result) + 1)
                result[place:place] = result[min(place, other) : max(place, other)][:300]
            case _:
                result[place : place + 1] = bytes([random.randrange(256)])
    return bytes(result)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=0))
def test_a_mutated_document_is_read_or_refused(path: Path, seed: int) -> None:
    data = mutated(path.read_bytes(), Random(seed))
    translation = registry.translate(data)
    for interchange in translation.interchanges:
        assert (
            interchange.verdict is not Verdict.REJECTED or interchange.findings or any(d.findings for d in interchange.documents)
        )
    list(registry.parse(data))


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300))
def test_random_bytes_behind_a_root_are_no_exception(data: bytes) -> None:
    registry.translate(b"<Order>" + data)
    list(registry.parse(b"<?xml version='1.0'?>" + data))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><a>" * 20_000,
        b"<?xml version='1.0'?><a><?xml version='1.0'?>" + b"<!--" * 300_000,
        b"<?xml version='1.0'?><a><?xml version='1.0'?>" + b"<a b='" * 300_000,
        b"<?xml version='1.0'?><!DOCTYPE a [" + b"<!DOCTYPE a [" * 100_000,
        b"<?xml " + b"encoding " * 200_000,
        b"<?xml version='1.0'?><a>\xff</a>" * 5_000,
        b"<" * 1_000_000,
    ],
    ids=[
        "unclosed roots",
        "unclosed comments",
        "unclosed tags",
        "unclosed subsets",
        "endless declaration",
        "wrong bytes",
        "brackets",
    ],
)
def test_hostile_repetition_is_read_in_time(data: bytes) -> None:
    translation = registry.translate(data)
    assert translation.interchanges or translation.findings
