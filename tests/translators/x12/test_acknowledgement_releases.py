"""What 997 and 999 say differently from release to release, and where a value cannot stand in its element."""

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.contract import AcknowledgementTerms, Terms

SHORT = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**VN*A", "SE*4*0001"]


def body(data: bytes, kind: str = "997") -> list[str]:
    """The segments between ST and SE of the only acknowledgement."""
    terms = Terms(acknowledgement=AcknowledgementTerms(functional=kind, list_accepted=True))
    (owed,) = registry.acknowledge(registry.translate(data, lambda _envelope: terms).interchanges[0])
    return owed.outbound.groups[0].documents[0].body.removesuffix("~").split("~")


def one(segments: list[str], version: str = "004010") -> bytes:
    counted = [*segments[:-1], f"SE*{len(segments)}*0001"]
    return interchange([counted], control_number=7, version=version)


@pytest.mark.parametrize(("version", "code"), [("004010", "3"), ("005010", "13")])
def test_a_surplus_component_has_a_code_of_its_own_from_005010_on(version: str, code: str) -> None:
    told = body(one([*SHORT[:2], "PO1*1*2*EA>X*3.5**VN*A", SHORT[3]], version))
    assert [s.split("*")[3] for s in told if s.startswith("AK4")] == [code]


@pytest.mark.parametrize(("kind", "tag"), [("997", "AK4"), ("999", "IK4")])
def test_a_surplus_repetition_is_code_12_from_005010_on(kind: str, tag: str) -> None:
    told = body(one([*SHORT[:2], "REF*CT*1^2", *SHORT[2:]], "005010"), kind)
    assert [s for s in told if s.startswith(tag)] == [f"{tag}*2>>2*127*12*1 2"]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("PO1*1*2*EA*3.5**VN", ["IK4*7*234*2", "CTX*SITUATIONAL TRIGGER*PO1*3**6*235"]),
        ("PO1*1*2**3.5*PE*VN*A*UP", ["IK4*9*234*2", "CTX*SITUATIONAL TRIGGER*PO1*3**8*235"]),
    ],
)
def test_a_999_names_the_element_that_asks_for_the_missing_one(segment: str, expected: list[str]) -> None:
    told = body(one([*SHORT[:2], segment, SHORT[3]], "005010"), "999")
    assert [s for s in told if s[:3] in ("IK4", "CTX")] == expected


def test_a_999_names_the_element_that_forbids_another() -> None:
    told = body(one([*SHORT[:3], "MEA*PD*WD*1*IN****03", SHORT[3]], "005010"), "999")
    assert "CTX*SITUATIONAL TRIGGER*MEA*4**4*C001" not in told
    assert [s.split("*")[0] for s in told if s[:3] in ("IK4", "CTX")] == ["IK4", "CTX"]


def test_a_999_names_no_trigger_where_one_of_several_is_asked_for_by_none() -> None:
    told = body(one([*SHORT[:2], "N1*ST", *SHORT[2:]], "005010"), "999")
    assert [s.split("*")[0] for s in told if s[:3] in ("IK4", "CTX")] == ["IK4"]


def test_a_997_has_no_contexts() -> None:
    assert not [s for s in body(one([*SHORT[:2], "PO1*1*2*EA*3.5**VN", SHORT[3]])) if s.startswith("CTX")]


def test_a_version_or_guide_too_long_for_its_element_is_left_out() -> None:
    data = one(["ST*850*0001*" + "G" * 36, *SHORT[1:]], "005010").replace(b"*X*005010~", b"*X*005010ABCDEFG~")
    assert body(data)[:2] == ["AK1*PO*7", "AK2*850*0001"]
