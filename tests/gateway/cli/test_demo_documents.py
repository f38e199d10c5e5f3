"""The demo's documents: readdressed and joined without touching anything else, with their origin, inside the package."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.demo import partners, script, site
from gateway.cli.demo.closing import segment_at
from gateway.cli.demo.readdressing import Address, joined_x12, readdressed_edifact, readdressed_x12
from gateway.cli.demo.script import SCENES, Fate, Sample, Scene, body, fates, settled
from tests.translators.x12.orders import order_850

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "gateway" / "cli" / "demo" / "samples"
X12 = Address("01:123456789", "ZZ:NORDICDC", 4711)
EDIFACT = Address("14:5798000000025", "14:5790000000012", 4712)
ALL = sorted({sample for scene in SCENES for sample in scene.samples}, key=lambda sample: sample.file)


def x12_elements(interchange: bytes) -> list[list[bytes]]:
    terminator = interchange[105:106]
    return [text.strip(b"\r\n").split(b"*") for text in interchange.split(terminator) if text.strip()]


@pytest.mark.parametrize("sample", [sample for sample in ALL if sample.file.startswith("850")], ids=lambda sample: sample.file)
def test_only_the_parties_and_the_control_numbers_of_an_x12_document_change(sample: Sample) -> None:
    before, after = x12_elements(sample.read()), x12_elements(readdressed_x12(sample.read(), X12))
    assert len(before) == len(after)
    changed = {
        (old[0].decode(), place)
        for old, new in zip(before, after, strict=True)
        for place, pair in enumerate(zip(old, new, strict=True))
        if pair[0] != pair[1]
    }
    parties = {("ISA", place) for place in (5, 6, 7, 8)} | {("GS", 2), ("GS", 3)}
    assert changed <= parties | {("ISA", 13), ("IEA", 2), ("GS", 6), ("GE", 2)}
    assert after[0][5:9] == [b"01", b"123456789      ", b"ZZ", b"NORDICDC       "]
    assert (after[0][13], after[-1][2]) == (b"000004711", b"000004711")


@given(lines=st.integers(1, 4), number=st.integers(1, 999_999_999))
def test_an_x12_interchange_keeps_its_form_in_any_envelope(lines: int, number: int) -> None:
    original = order_850(sender="ZZ:SOMEBODY", receiver="ZZ:ELSE", control_number=7, order_number="A1", lines=lines)
    there = readdressed_x12(original, Address("01:123456789", "ZZ:NORDICDC", number))
    back = readdressed_x12(there, Address("ZZ:SOMEBODY", "ZZ:ELSE", 7))
    assert there[:106].count(b"*") == 16
    assert x12_elements(back)[2:-2] == x12_elements(original)[2:-2]
    assert back[:90] == original[:90]


def test_joined_sets_are_numbered_and_counted_and_stay_as_they_were() -> None:
    first, second = script.WIDGETS.read(), script.FAULTY.read()
    joined = x12_elements(joined_x12(first, second))
    sets = [segment for segment in joined if segment[0] == b"ST"]
    assert [segment[2] for segment in sets] == [b"0001", b"0002"]
    assert [segment[2] for segment in joined if segment[0] == b"SE"] == [b"0001", b"0002"]
    assert joined[-2][1] == b"2"
    inner = [segment for segment in joined[2:-2] if segment[0] not in (b"ST", b"SE")]
    of_both = [*x12_elements(first)[2:-2], *x12_elements(second)[2:-2]]
    assert inner == [segment for segment in of_both if segment[0] not in (b"ST", b"SE")]


def test_interchanges_of_different_separators_are_not_joined() -> None:
    first = script.WIDGETS.read()
    with pytest.raises(ValueError, match="different separators"):
        joined_x12(first, first.replace(b"*", b"|"))


@pytest.mark.parametrize("sample", [script.GLANDS, script.BOOKS], ids=lambda sample: sample.file)
def test_only_unb_and_unz_of_an_edifact_document_change(sample: Sample) -> None:
    before, after = sample.read().split(b"'"), readdressed_edifact(sample.read(), EDIFACT).split(b"'")
    changed = [old.strip()[:3] for old, new in zip(before, after, strict=True) if old != new]
    assert set(changed) <= {b"UNA", b"UNB", b"UNZ"}
    text = readdressed_edifact(sample.read(), EDIFACT)
    assert b"+5798000000025:14+5790000000012:14+" in text
    assert re.search(rb"UNZ\+1\+4712'", text)


def test_release_characters_are_heeded_when_an_edifact_envelope_is_taken_apart() -> None:
    original = b"UNB+UNOC:3+A?+A:14+B:14+261121:0900+R?'1'UNH+1+ORDERS:D:96A:UN'BGM+220+IT?'S+9'UNT+3+1'UNZ+1+R?'1'"
    text = readdressed_edifact(original, EDIFACT)
    assert b"+5798000000025:14+5790000000012:14+" in text
    assert b"R?" not in text
    assert b"BGM+220+IT?'S+9'" in text


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.file)
def test_every_document_has_its_origin_and_a_permissive_licence_beside_it(sample: Sample) -> None:
    rows = [line for line in (SAMPLES / "ORIGIN.md").read_text().splitlines() if f"`{sample.file}`" in line]
    assert len(rows) == 1
    assert re.search(r"\| (MIT|Apache-2\.0|BSD-\d-Clause) \|$", rows[0])
    repository = sample.origin.partition(",")[0]
    if "/" in repository:
        assert repository in rows[0]
        assert (SAMPLES / "licences" / f"{repository.replace('/', '-')}.txt").is_file()


def test_nothing_lies_among_the_samples_that_the_demo_does_not_use() -> None:
    used = {sample.file for sample in ALL} | {"ORIGIN.md", "odoo.json", "licences"}
    assert {path.name for path in SAMPLES.iterdir()} == used


def validated(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "validate", str(path), "-o", "json"], cwd=ROOT, capture_output=True, check=False
    )
    report: dict[str, Any] = json.loads(done.stdout)[0]
    return report


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.samples], ids=lambda scene: scene.name)
def test_what_is_sent_is_as_valid_as_the_script_says(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / scene.name
    path.write_bytes(body(scene, EDIFACT if scene.family == "edifact" else X12))
    documents = validated(path)["documents"]
    assert [document["valid"] for document in documents] == [fate is not Fate.REJECTED for fate, _ in scene.expected]


@pytest.mark.parametrize(
    ("state", "deliveries", "fate"),
    [
        ("rejected", [], Fate.REJECTED),
        ("routed", ["delivered"], Fate.BOOKED),
        ("routed", ["delivered", "delivered"], Fate.BOOKED),
        ("routed", ["failed"], Fate.STOPPED),
        ("duplicate", [], Fate.REPEATED),
        ("routed", ["delivered", "waiting"], "routed, delivered, waiting"),
        ("unrouted", [], "unrouted"),
    ],
)
def test_the_fate_of_a_document_is_read_from_its_state_and_its_deliveries(
    state: str, deliveries: list[str], fate: Fate | str
) -> None:
    document = {"id": "d", "state": state, "keys": {"order": "7"}}
    view = {
        "interchanges": [{"state": "accepted", "documents": [document]}],
        "deliveries": [{"document": "d", "state": one} for one in deliveries] + [{"document": "other", "state": "failed"}],
    }
    assert fates(view) == [(fate, "7")]


def test_a_repeated_interchange_has_one_fate() -> None:
    assert fates({"interchanges": [{"state": "duplicate", "documents": []}], "deliveries": []}) == [(Fate.REPEATED, "")]


@pytest.mark.parametrize(
    ("state", "deliveries", "expected"),
    [("received", [], False), ("translated", [], True), ("translated", ["sending"], False), ("translated", ["dead"], True)],
)
def test_a_transmission_is_settled_when_nothing_of_it_is_on_its_way(state: str, deliveries: list[str], *, expected: bool) -> None:
    assert settled({"state": state, "deliveries": [{"state": one} for one in deliveries]}) is expected


@pytest.mark.parametrize(
    ("acknowledgement", "expected"),
    [
        (b"ST*997*0001~AK1*PO*4712~AK9*A*1*1*1~", True),
        (b"ST*997*0001~AK1*PO*47120~AK9*A*1*1*1~", False),
        (b"UNH+1+CONTRL:D:3:UN'UCI+4712+A:14+B:14+7'", True),
        (b"UNH+1+CONTRL:D:3:UN'UCI+4713+4712:14+B:14+7'", False),
    ],
)
def test_a_partner_knows_which_acknowledgement_is_its_own(acknowledgement: bytes, *, expected: bool) -> None:
    assert partners.answers(acknowledgement, 4712) is expected


def test_the_segment_of_a_finding_is_shown_as_the_partner_wrote_it() -> None:
    text = script.FAULTY.read()
    assert segment_at(text, text.index(b"SAC") + 7) == "SAC*A***100.00"
    assert segment_at(text, len(text) - 1).startswith("IEA")


# ---- where the configuration comes from ---------------------------------------------------------------------------------------


def test_a_checkout_runs_the_demo_on_its_own_routes() -> None:
    assert site.configuration() == ROOT / "routes.toml"


def packaged() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return included


def test_an_installed_package_has_all_that_its_routes_need(tmp_path: Path) -> None:
    for source, target in packaged().items():
        place = tmp_path / target
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, place)
    routes = tmp_path / site.configuration_within(Path("gateway"))
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "check", str(routes)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_samples_are_found_as_data_of_the_package() -> None:
    there = files("gateway.cli.demo").joinpath("samples")
    assert there.joinpath(script.WIDGETS.file).read_bytes() == (SAMPLES / script.WIDGETS.file).read_bytes()
