"""Hear again: what is understood now is told on as if it had come now; what is not is left, and says why."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from gateway.domain.order.milestone import Event, Milestone
from gateway.errors import Refused
from gateway.ports.hearing import HeardDocument, Hearing, Notice, Unread
from gateway.stages.hear_again import HearAgain

SAID = Notice("k1", [HeardDocument("east", b"{}", outgoing=False)], [Milestone("wms", "k1", Event.PICKED, "bigbox", "4711")])
UNCLEAR = Notice("k2", unread=Unread("event-unknown", "the kind is not known", "say what it means", b"x"))


class Ear(Hearing):
    """Remembers what it was told."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.told: list[tuple[str, Sequence[Notice]]] = []
        self.refusal = refusal

    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.told.append((source, notices))

    async def position(self, source: str) -> str | None:
        raise AssertionError("how far a source is read does not matter here")


def hearing(ear: Ear, notices: Sequence[Notice] | None) -> HearAgain:
    async def body(_transmission: UUID) -> bytes:
        return b"bytes"

    def read(source: str, content: bytes) -> Sequence[Notice] | None:
        assert (source, content) == ("wms", b"bytes")
        return notices

    return HearAgain(read=read, hearing=ear, body=body)


@pytest.mark.parametrize(
    ("notices", "words"),
    [
        ([SAID], "understood: 1 milestones, 1 documents"),
        ([], "understood: it means nothing"),
        ([Notice("k")], "understood: it means nothing"),
    ],
)
async def test_what_is_understood_is_told_on(notices: Sequence[Notice], words: str) -> None:
    ear = Ear()
    assert await hearing(ear, notices)("wms", uuid4()) == (True, words)
    assert ear.told == [("wms", notices)]


@pytest.mark.parametrize(
    ("notices", "why"), [([SAID, UNCLEAR], "still not understood: the kind is not known"), (None, "no longer configured")]
)
async def test_what_is_not_is_left_whole_with_the_reason(notices: Sequence[Notice] | None, why: str) -> None:
    ear = Ear()
    understood, words = await hearing(ear, notices)("wms", uuid4())
    assert not understood
    assert why in words
    assert ear.told == [], "nothing is told by half"


async def test_no_room_now_is_raised_and_it_is_tried_again() -> None:
    with pytest.raises(Refused):
        await hearing(Ear(Refused("full", status=503)), [SAID])("wms", uuid4())
