"""What a partner sends, interchange by interchange, as it behaves or misbehaves. Nothing is sent here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.simulators.partner.manners import Sending
from gateway.simulators.partner.side import TradingPartner
from translators.contract import Family, Identity, WrittenDocument

STRANGER = "NOBODYKNOWS"
"""Whom an interchange names that goes to the wrong receiver."""
_NUMBERED = (Sending.REUSED_NUMBER, Sending.GAP)


@dataclass(frozen=True, slots=True)
class Consignment:
    """A file or message as it leaves. `number` is its control number, empty where nobody knows; `half`: its end is held back."""

    name: str
    contents: bytes
    number: str = ""
    half: bool = False


def consignments(
    side: TradingPartner,
    written: Sequence[WrittenDocument],
    sending: Collection[Sending],
    *,
    prepared: datetime,
    name: str = "{document}-{number}.edi",
) -> list[Consignment]:
    """Each document in an interchange of its own, in the order in which they leave.

    `name` may hold {document} (its type on the wire) and {number}. Raises ValueError where the format has no control numbers
    to misuse.
    """
    if side.family is Family.XML and any(one in sending for one in _NUMBERED):
        raise ValueError("XML has no control numbers: a document's own number is what tells it apart, so send one number twice")
    numbers = _numbers(side, len(written), sending)
    receiver = replace(side.other, id=STRANGER) if Sending.WRONG_RECEIVER in sending else None
    made = []
    for document, number in zip(written, numbers, strict=True):
        contents = _sealed(side, document, receiver, number, prepared)
        called = name.replace("{document}", document.document.type).replace("{number}", str(number))
        made.append(Consignment(called, contents, str(number)))
    return misbehaved(made, sending)


def misbehaved(made: Sequence[Consignment], sending: Collection[Sending]) -> list[Consignment]:
    """What was made, as it leaves: cut, twice, backwards, under one name, half written."""
    leaving = list(made)
    if Sending.TRUNCATED in sending:
        leaving = [replace(one, contents=truncated(one.contents)) for one in leaving]
    if Sending.OUT_OF_ORDER in sending:
        leaving.reverse()
    if Sending.DUPLICATE in sending:
        leaving = [each for one in leaving for each in (one, replace(one, name=f"again-{one.name}"))]
    if Sending.SAME_NAME in sending:
        leaving = [replace(one, name=made[0].name) for one in leaving]
    if Sending.HALF_WRITTEN in sending:
        leaving = [replace(one, half=True) for one in leaving]
    return leaving


def truncated(contents: bytes) -> bytes:
    """Two thirds of the bytes: the header is there, the trailer is not."""
    return contents[: len(contents) * 2 // 3]


def _numbers(side: TradingPartner, count: int, sending: Collection[Sending]) -> list[int]:
    if Sending.REUSED_NUMBER in sending:
        return [side.number()] * count
    numbers = [side.number() for _ in range(count)]
    if Sending.GAP in sending and numbers:
        numbers[-1] = side.number()
    return numbers


def _sealed(side: TradingPartner, document: WrittenDocument, receiver: Identity | None, number: int, prepared: datetime) -> bytes:
    return side.sealed(side.enveloped([document], receiver=receiver), number=number, prepared=prepared)
