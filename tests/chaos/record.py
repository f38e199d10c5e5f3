"""What is known of a trial from outside: what the partners sent, what the target holds, what lies in the partners' mailboxes."""

from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An acknowledgement that a partner is owed: the control number (UBL: the number of the order) it answers, and the verdict.

    `verdict` is `accepted`, `partial` or `rejected`.
    """

    partner: str
    number: str
    verdict: str


class Published(NamedTuple):
    """A document of ours for a partner: its number must come to the partner once."""

    partner: str
    number: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What must be true in the end, whatever broke.

    `booked`: numbers that stand at the target once each. `rivals`: of each set exactly one does. `chains`: numbers in the order
    in which they must have reached the target. `answers`: acknowledgements, as often as they are in the list. `published`:
    documents in the mailboxes.
    """

    booked: tuple[str, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    chains: tuple[tuple[str, ...], ...] = ()
    answers: tuple[Answer, ...] = ()
    published: tuple[Published, ...] = ()


class Letter(NamedTuple):
    """Something in a partner's mailbox: the name it came under (file name, idempotency key), and its text (ISO 8859-1)."""

    partner: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that the auditor reads. `orders` are the customers' order numbers at the target, in the order they were made there."""

    owed: Owed
    orders: tuple[str, ...]
    letters: tuple[Letter, ...]

    def to_json(self) -> dict[str, Any]:
        """For a file that `from_json` reads again."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Record":
        """The record of a file."""
        owed = value["owed"]
        return cls(
            Owed(
                booked=tuple(owed["booked"]),
                rivals=tuple(tuple(each) for each in owed["rivals"]),
                chains=tuple(tuple(each) for each in owed["chains"]),
                answers=tuple(Answer(*each) for each in owed["answers"]),
                published=tuple(Published(*each) for each in owed["published"]),
            ),
            tuple(value["orders"]),
            tuple(Letter(*each) for each in value["letters"]),
        )


def joined(parts: list[Owed]) -> Owed:
    """All of them together."""
    return Owed(**{one.name: tuple(each for part in parts for each in getattr(part, one.name)) for one in fields(Owed)})
