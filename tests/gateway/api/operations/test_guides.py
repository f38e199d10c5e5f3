"""Guides for partners: told from what reads and writes, with examples that are valid and errors with what would be answered."""

import re
from html import unescape

import pytest
from lxml import html

from gateway.bootstrap.guide_texts import TEXTS
from gateway.bootstrap.guides import partner_guide
from gateway.errors import Absent, PlanRefused
from tests.world.day import World


def said(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


async def test_a_guide_tells_all_that_was_agreed(standing: World) -> None:
    page = (await partner_guide(standing.office, "bigbox")).html
    tree, text = html.document_fromstring(page), said(page)
    assert not tree.xpath("//script | //link | //img | //@src")
    assert "ZZ:NORDICDC" in text
    assert "01:123456789" in text
    assert "Our AS2 name: NORDIC" in text
    assert "You send: purchase order (x12/004010/850)" in text
    assert "We acknowledge each interchange with 997." in text
    assert "We send: despatch advice (x12/004010/856)" in text
    assert "Please send 997 within 24 hours." in text
    assert "BEG03 order number 324" in text
    assert "00 original" in text
    assert tree.xpath("count(//td[contains(., 'CN=BIGBOX')]/following-sibling::td/code)") == 1
    assert all(secret not in page for secret in ("user-secret", "path-secret", "query-secret", "PRIVATE"))


async def test_examples_are_valid_and_errors_come_with_their_answer(standing: World) -> None:
    tree = html.document_fromstring((await partner_guide(standing.office, "bigbox", agreement="bigbox-850")).html)
    example, *answers = [str(one.text) for one in tree.iter("pre")]
    assert example.startswith("ISA*")
    assert "BEG*00*SA*PO-1001" in example
    assert any("AK3*BEG*2**3" in one for one in answers)
    assert any("AK5*R*4" in one for one in answers)
    assert "is not our identity" in said(html.tostring(tree, encoding="unicode"))


async def test_it_is_written_in_german_as_well_and_for_edifact(standing: World) -> None:
    page = await partner_guide(standing.office, "nordmart", language="de")
    text = said(page.html)
    assert page.name == "nordmart-de.html"
    assert "Sie senden: purchase order (edifact/D.96A/ORDERS)" in text
    assert "137 issued" in text
    assert "UNB+" in text
    assert "code-lists" not in text
    assert "Unsere Prüfungen" in text


async def test_what_is_not_there_is_said(standing: World) -> None:
    for asked, error in (
        (("nobody", "", "en"), Absent),
        (("bigbox", "nordmart-orders", "en"), Absent),
        (("bigbox", "", "fr"), PlanRefused),
    ):
        with pytest.raises(error):
            await partner_guide(standing.office, asked[0], agreement=asked[1], language=asked[2])


def test_each_language_has_the_same_texts() -> None:
    places = {code: {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in texts.items()} for code, texts in TEXTS.items()}
    assert places["en"] == places["de"]
