"""File names by template: the same facts give the same name, and nothing that could leave the folder is ever a name."""

from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.file_name import FIELDS, FileFacts, FileNameTemplate, TemplateInvalid, foreign_name_fault, name_fault

FACTS = FileFacts(
    name="bigbox-855-7.x12",
    created=datetime(2026, 11, 21, 9, 5, 3, tzinfo=UTC),
    sequence=42,
    control_number="000000042",
    document="855",
    partner="bigbox",
    id="01890a5dac96774bbcceb302099a8057",
)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{name}", "bigbox-855-7.x12"),
        ("{stem}_{sequence}{ending}", "bigbox-855-7_42.x12"),
        ("ORDRSP_{date}_{time}.edi", "ORDRSP_20261121_090503.edi"),
        ("{date:%y%m%d}-{time:%H%M}", "261121-0905"),
        ("{sequence:06}.edi", "000042.edi"),
        ("{sequence:1}", "2"),
        ("{control_number:9}", "000000042"),
        ("{partner}.{document}.{id}", "bigbox.855.01890a5dac96774bbcceb302099a8057"),
        ("{{{partner}}}", "{bigbox}"),
    ],
)
def test_a_template_is_filled(template: str, name: str) -> None:
    assert FileNameTemplate.parse(template).render(FACTS) == name


def test_a_name_without_an_ending_has_none() -> None:
    assert FileNameTemplate.parse("{stem}|{ending}".replace("|", "-")).render(replace(FACTS, name="orders")) == "orders-"


def test_a_sequence_begins_again_when_its_width_is_used_up() -> None:
    template = FileNameTemplate.parse("{sequence:04}")
    assert [template.render(replace(FACTS, sequence=n)) for n in (9_999, 10_000, 10_001)] == ["9999", "0000", "0001"]


@pytest.mark.parametrize(
    "template",
    ["{nothing}", "{name", "}", "{sequence:06d}", "{sequence:99}", "{partner:5}", "{date:Y}", "{date:%Q}", "{date:%H:%M}",
     "{date:%Y/%m}", "a/{name}", "..\\{name}", "{name}*", "{}", "{0}", "{name.upper}", "{name[0]}", "{time:%}"],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_told_before_it_is(template: str) -> None:
    with pytest.raises(TemplateInvalid):
        FileNameTemplate.parse(template)


def test_a_channel_may_know_fewer_fields() -> None:
    assert FileNameTemplate.parse("{name}", fields=("name",)).fields == {"name"}
    with pytest.raises(TemplateInvalid, match=r"use \{name\}"):
        FileNameTemplate.parse("{date}", fields=("name",))


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in ("name", "stem", "ending")])
def test_a_missing_fact_is_told_by_its_name(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        FileNameTemplate.parse(f"{{{field}}}").render(FileFacts(name="x"))


def test_a_rendered_name_that_is_unfit_is_refused() -> None:
    with pytest.raises(ValueError, match="separators"):
        FileNameTemplate.parse("{partner}").render(replace(FACTS, partner="up/etc"))


@given(st.sampled_from(["{name}", "a[1]_{date}_{sequence:03}", "{stem}?{ending}".replace("?", "!"), "x{partner}"]))
def test_every_name_matches_the_templates_pattern(text: str) -> None:
    template = FileNameTemplate.parse(text)
    assert fnmatchcase(template.render(FACTS), template.pattern())


def test_repeats_have_the_same_name() -> None:
    template = FileNameTemplate.parse("{partner}_{date}_{sequence:06}_{id}")
    assert template.render(FACTS) == template.render(FACTS)


@given(st.text(max_size=300))
def test_a_name_that_is_fit_stays_in_its_folder(name: str) -> None:
    if not name_fault(name):
        assert "/" not in name
        assert "\\" not in name
        assert "\0" not in name
        assert name not in ("", ".", "..")
        assert len(name.encode("utf-8", "replace")) <= 200


@given(st.text(max_size=300))
def test_a_foreign_name_that_is_touched_stays_in_its_folder(name: str) -> None:
    if not foreign_name_fault(name):
        assert name
        assert not set(name) & set("/\\\0\n\r\x1b")


def test_a_foreign_name_may_be_odd_and_still_a_name() -> None:
    for name in ("-rf", "a b", " ", "発注.edi", b"\xe4.edi".decode("utf-8", "surrogateescape"), "...", "a*b"):
        assert not foreign_name_fault(name)
