"""Correct and replay: bytes that survive a form, and what becomes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.message_correct import changes, written
from gateway.domain.access import Role
from gateway.errors import ActionRefused
from tests.gateway.console.visiting import signed_in
from tests.integration.test_flow import edifact, order
from tests.world.day import World


@pytest.mark.parametrize(
    "content",
    [
        order("4711", 1), order("4711", 1).replace(b"~", b"~\r\n"), edifact("4714", 4), edifact("4714", 4).replace(b"'", b"'\n"),
        b"ISA*00\x1c\x1dx\x00y", "UNB+Müller'".encode(), b"UNB+M\xfcller\xff'", b"a\rb\rc", b"a\tb", b"", b"\n",
    ],
)  # fmt: skip
def test_what_nobody_edited_is_the_same_bytes(content: bytes) -> None:
    found = written(content)
    assert found.bytes_of(found.text) == content
    assert found.bytes_of(found.text.replace("\n", "\r\n")) == content  # as browsers send it


@given(st.binary(max_size=60))
def test_any_bytes_come_back_or_are_left_to_an_editor(content: bytes) -> None:
    try:
        found = written(content)
    except ActionRefused:
        return
    assert found.bytes_of(found.text.replace("\n", "\r\n")) == content


def test_a_sign_that_the_message_cannot_hold_is_refused() -> None:
    found = written(b"UNB+M\xfcller'")
    with pytest.raises(ActionRefused, match="latin-1"):
        found.bytes_of(found.text + "€")


def test_what_was_changed_is_told_segment_by_segment() -> None:
    before = written(order("4711", 1)).text
    after = before.replace("PO1*1*10*", "PO1*1*12*")
    told = changes(before, after)
    assert [sign for sign, _ in told if sign in ("+", "-")] == ["-", "+"]
    assert [line[:9] for sign, line in told if sign in ("+", "-")] == ["PO1*1*10*", "PO1*1*12*"]
    assert changes(before, before.replace("\n", "\r\n")) == []


async def test_a_message_is_corrected_in_the_browser(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR, payloads=True) as ada:
        message = (await world.document("4712"))["transmission"]
        path = f"/messages/{message}/correct"
        page = await ada.page(path)
        text = str(page.xpath("string(//textarea)")).removeprefix("\n")
        form = {"text": text.replace("PO1*1*10*", "PO1*1*12*"), "reason": "a wrong quantity"}
        csrf = str(page.xpath("//input[@name='csrf']/@value")[0])
        async with ada.client.post(path, data={**form, "csrf": csrf, "do": "look"}) as answer:
            shown = await answer.text()
        assert "PO1*1*12*EA" in shown
        assert "1 message would be processed." in shown
        where = await ada.send(path, at=path, do="plan", **form)
        assert where.startswith("/batches/")
        assert "said=message.correction_planned" in where


async def test_nothing_changed_is_refused_and_said_in_the_form(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR, payloads=True) as ada:
        path = f"/messages/{(await world.document('4712'))['transmission']}/correct"
        page = await ada.page(path)
        fields = {
            "csrf": str(page.xpath("//input[@name='csrf']/@value")[0]),
            "text": str(page.xpath("string(//textarea)")).removeprefix("\n"),
            "reason": "none",
        }
        async with ada.client.post(path, data=fields) as answer:
            assert answer.status == 422
            assert "Nothing was changed." in await answer.text()


@pytest.mark.parametrize(("role", "payloads"), [(Role.VIEWER, True), (Role.OPERATOR, False)])
async def test_it_needs_both_rights(world: World, role: Role, payloads: bool) -> None:
    message = (await world.document("4712"))["transmission"]
    async with signed_in(world.office, role, payloads=payloads) as ada:
        await ada.page(f"/messages/{message}/correct", 403)
