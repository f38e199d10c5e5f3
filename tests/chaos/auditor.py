"""Says what was lost, doubled, out of order or numbered twice, from what can be seen outside of the gateway alone.

It reads letters by a few lines of its own, not by the translators that wrote them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from tests.chaos.record import Answer, Letter, Record


class Kind(StrEnum):
    """What is wrong. Only what is lost may still come."""

    LOST = "lost"
    DOUBLED = "doubled"
    DISORDERED = "out of order"
    NUMBERED_TWICE = "a control number used twice"
    UNASKED = "nobody sent this"


class Complaint(NamedTuple):
    """Something that must not be."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


SAID = ("released", "picking", "picked", "packed", "shipped")
"""What the warehouse says of each order: by its answer, then by its messages."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says: who numbered it and how, what it answers, which documents it holds."""

    number: str
    answers: tuple[Answer, ...] = ()
    documents: tuple[str, ...] = field(default=())


_VERDICTS = {"A": "accepted", "E": "accepted", "P": "partial", "R": "rejected", "7": "accepted", "8": "accepted", "4": "rejected",
             "AP": "accepted", "AB": "accepted", "CA": "partial", "RE": "rejected"}  # fmt: skip
"""AK9 01, TA1 04, UCI 0083, and cbc:ResponseCode of a UBL ApplicationResponse."""


def read(letter: Letter) -> Content:
    """A letter of any of the three families."""
    if letter.text.startswith("ISA"):
        return _x12(letter)
    return _edifact(letter) if letter.text.startswith(("UNA", "UNB")) else _xml(letter)


def _x12(letter: Letter) -> Content:
    segments = [line.split("*") for line in letter.text.split(letter.text[105])]
    groups = [s[2] for s in segments if s[0] == "AK1"]
    verdicts = [s[1] for s in segments if s[0] == "AK9"]
    technical = [(s[1], s[4]) for s in segments if s[0] == "TA1"]
    said = [*zip(groups, verdicts, strict=True), *technical]
    answers = tuple(Answer(letter.partner, number.lstrip("0"), _VERDICTS[code]) for number, code in said)
    documents = tuple("/".join(filter(None, s[3:5])) for s in segments if s[0] == "BEG")
    documents += tuple(f"855 {s[3]}" for s in segments if s[0] == "BAK")
    return Content(segments[0][13], answers, documents)


def _edifact(letter: Letter) -> Content:
    segments = [line.strip().split("+") for line in letter.text.split("'")]
    number = next(s[5] for s in segments if s[0] == "UNB")
    answers = tuple(Answer(letter.partner, s[1], _VERDICTS[s[4]]) for s in segments if s[0] == "UCI")
    return Content(number, answers, tuple(s[2] for s in segments if s[0] == "BGM"))


def _xml(letter: Letter) -> Content:
    number = re.search(r"<cbc:ID>([^<]+)<", letter.text)
    code = re.search(r"<cbc:ResponseCode[^>]*>([^<]+)<", letter.text)
    about = re.search(r"<cac:DocumentReference>.*?<cbc:ID>([^<]+)<", letter.text, re.DOTALL)
    if number is None or code is None or about is None:
        raise ValueError(f"{letter.name} of {letter.partner} is no letter the auditor can read: {letter.text[:200]}")
    return Content(number[1], (Answer(letter.partner, about[1], _VERDICTS[code[1]]),))


def audit(record: Record) -> list[Complaint]:
    """All that is wrong, nothing when all is well."""
    contents = {letter: read(letter) for letter in dict.fromkeys(record.letters)}
    answers = [*_answers(record, contents), *_published(record, contents), *_numbers(contents)]
    return [*_orders(record), *_chains(record), *answers, *_warehouse(record), *_followed(record)]


def _compare(owed: Counter[str], found: Counter[str], what: str) -> Iterator[Complaint]:
    for name in sorted((owed - found).keys()):
        yield Complaint(Kind.LOST, f"{what} {name}: {found[name]} of {owed[name]}")
    for name in sorted((found - owed).keys()):
        kind = Kind.DOUBLED if owed[name] else Kind.UNASKED
        yield Complaint(kind, f"{what} {name}: {found[name]} times, owed {owed[name]}")


def _orders(record: Record) -> Iterator[Complaint]:
    found = Counter(record.orders)
    owed = Counter(record.owed.booked)
    for rivals in record.owed.rivals:  # of these one may be booked, whichever came first
        winner = next((number for number in rivals if found[number]), rivals[0])
        owed[winner] += 1
    yield from _compare(owed, found, "order")


def _chains(record: Record) -> Iterator[Complaint]:
    place: dict[str, int] = {}
    for index, number in enumerate(record.orders):
        place.setdefault(number, index)
    for chain in record.owed.chains:
        there = [number for number in chain if number in place]
        for earlier, later in pairwise(there):
            if place[earlier] > place[later]:
                yield Complaint(Kind.DISORDERED, f"{later} came before {earlier}")


def _answers(record: Record, contents: dict[Letter, Content]) -> Iterator[Complaint]:
    said = {(letter.partner, letter.text): content.answers for letter, content in contents.items()}  # a repeat says nothing new
    found = Counter(" ".join(answer) for answers in said.values() for answer in answers)
    yield from _compare(Counter(" ".join(answer) for answer in record.owed.answers), found, "answer")


def _published(record: Record, contents: dict[Letter, Content]) -> Iterator[Complaint]:
    found = Counter(f"{letter.partner} {number}" for letter, content in contents.items() for number in content.documents)
    yield from _compare(Counter(" ".join(each) for each in record.owed.published), found, "document")


def _warehouse(record: Record) -> Iterator[Complaint]:
    yield from _compare(Counter(record.owed.shipped), Counter(record.warehouse), "order in the warehouse")


def _followed(record: Record) -> Iterator[Complaint]:
    """Each order that was shipped is known to be, by each step once, and by no more than was ordered."""
    followed = {one.number: one for one in record.followed}
    for number in record.owed.shipped:
        one = followed.get(number)
        steps = Counter(event for event, source in one.said if source == "wms") if one is not None else Counter[str]()
        yield from _compare(Counter(SAID), steps, f"step of {number}")
        if one is None or one.state != "shipped" or one.shipped < one.ordered:
            yield Complaint(Kind.LOST, f"shipment of {number}: it is {one or 'unknown'}")
        elif one.shipped > one.ordered:
            yield Complaint(Kind.DOUBLED, f"shipment of {number}: {one.shipped} of {one.ordered}")


def _numbers(contents: dict[Letter, Content]) -> Iterator[Complaint]:
    """Each partner's mail is numbered by one sender of ours to one receiver, family by family."""
    uses: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for letter, content in contents.items():
        uses[letter.partner, letter.text[:3], content.number].add(letter.text)
    for (partner, _, number), texts in sorted(uses.items()):
        if len(texts) > 1:
            yield Complaint(Kind.NUMBERED_TWICE, f"{number} to {partner}: {len(texts)} letters")
