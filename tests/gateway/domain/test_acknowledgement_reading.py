"""A text for the partner says what was wrong, where, and what helps; and it is one that can be sent as it is."""

from typing import Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.acknowledgement_reading import About, AnsweredLine, ReadLine, beside
from gateway.domain.letter import letter

ERROR = ReadLine(
    level="element", subject="850 0001", sentence='PO104 (unit price) "abc" is not a number (AK403 6).', remedy="Send a number.",
    code="AK403 6", quote="PO1*1*5*EA*abc", offset=120,
)  # fmt: skip
REJECTED = ReadLine(level="document", subject="850 0001", sentence="850 0001: rejected.", verdict="rejected")
ACCEPTED = ReadLine(level="document", subject="850 0001", sentence="850 0001: accepted.", verdict="accepted")


class Letter(NamedTuple):
    subject: str
    text: str


def read(way: Literal["given", "received"], *lines: ReadLine, verdict: str = "rejected") -> Letter:
    return Letter(*letter("997", way, lines, about=About("interchange", "42"), verdict=verdict))


def test_what_we_rejected_is_told_with_the_line_and_what_helps() -> None:
    told = read("given", REJECTED, ERROR)
    assert told.subject == "Your interchange 42: rejected (997)"
    assert told.text == (
        "Hello,\n\n"
        "we have answered your interchange 42 with a 997: rejected.\n\n"
        '1. PO104 (unit price) "abc" is not a number (AK403 6).\n'
        "   You sent: PO1*1*5*EA*abc\n"
        "   What helps: Send a number.\n\n"
        "Please correct this and send it again, under a new control number.\n"
    )


def test_what_they_rejected_is_asked_about_without_advice_that_is_for_us() -> None:
    told = read("received", REJECTED, ERROR)
    assert told.subject == "Our interchange 42: rejected (997)"
    assert "We sent: PO1*1*5*EA*abc" in told.text
    assert "Send a number" not in told.text
    assert "tell us what you expect" in told.text


@pytest.mark.parametrize(("way", "says"), [("given", "We have received your"), ("received", "You have confirmed our")])
def test_what_is_accepted_needs_nothing(way: Literal["given", "received"], says: str) -> None:
    text = read(way, ACCEPTED, verdict="accepted").text
    assert says in text
    assert "Nothing has to be done" in text


def test_what_was_processed_all_the_same_is_not_to_be_sent_again() -> None:
    text = read("given", ERROR, verdict="accepted_with_errors").text
    assert "It was processed" in text
    assert "send it again" not in text


def test_a_rejection_without_a_reason_says_its_verdict() -> None:
    assert "850 0001: rejected." in read("given", REJECTED).text


def test_a_thousand_errors_are_no_mail_of_a_thousand_points() -> None:
    text = read("given", REJECTED, *[ERROR] * 1000).text
    assert "30. PO104" in text
    assert "… and 970 more of the like." in text
    assert len(text) < 10_000


@given(
    st.text(max_size=200),
    st.text(max_size=200),
    st.sampled_from(["given", "received"]),
    st.sampled_from(["rejected", "accepted"]),
)
def test_what_a_partner_wrote_stays_in_its_line(
    sentence: str, quote: str, way: Literal["given", "received"], verdict: str
) -> None:
    """No line of a document ends a line of the mail, or makes another subject."""
    line = ReadLine(level="element", subject="x", sentence=sentence, quote=quote)
    plain = ReadLine(level="element", subject="x", sentence="s", quote="q" if quote else "")
    told, usual = read(way, line, verdict=verdict), read(way, plain, verdict=verdict)
    assert len(told.text.splitlines()) == len(usual.text.splitlines()) or not quote.split()
    assert "\n" not in told.subject


def test_of_what_is_accepted_in_part_only_the_rest_is_sent_again() -> None:
    assert "only what was rejected" in read("given", REJECTED, ERROR, verdict="partly_accepted").text


def answered(number: int) -> AnsweredLine:
    return AnsweredLine(number=number, offset=number * 10, depth=0, name="", raw=f"PO1*{number}")


def meant(number: int) -> ReadLine:
    return ReadLine(level="element", subject="x", sentence="s", offset=number * 10)


def test_a_short_document_is_shown_whole_with_the_lines_that_are_meant() -> None:
    shown, whole = beside(map(answered, range(1, 21)), [meant(7), ACCEPTED])
    assert (len(shown), whole) == (20, 20)
    assert [one.number for one in shown if one.meant] == [7]


def test_of_a_long_one_what_is_meant_is_shown_with_what_is_around_it() -> None:
    shown, whole = beside(map(answered, range(1, 1001)), [meant(2), meant(500), meant(502)])
    assert whole == 1000
    assert [one.number for one in shown] == [*range(1, 6), *range(497, 506)]
    assert [one.number for one in shown if one.meant] == [2, 500, 502]


def test_a_document_in_which_nearly_every_line_is_meant_is_no_page_of_a_million() -> None:
    shown, _ = beside(map(answered, range(1, 10_001)), [meant(number) for number in range(1, 10_001)])
    assert len(shown) < 500
