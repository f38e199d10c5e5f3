"""What is known of a trial from outside: what the partners sent, what the target holds, what lies in the partners' mailboxes."""

from collections.abc import Iterable
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


class Followed(NamedTuple):
    """What the gateway says of an order that the warehouse shipped: its state, the sums of its lines, and what was said by whom.

    `said` are statements that hold: event and source.
    """

    number: str
    state: str
    ordered: int
    shipped: int
    said: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: Iterable[Any]) -> "Followed":
        """From a row of the database or of a file."""
        number, state, ordered, shipped, said = row
        return cls(number, state, ordered, shipped, tuple((event, source) for event, source in said))


@dataclass(frozen=True, slots=True)
class Owed:
    """What must be true in the end, whatever broke.

    `booked`: numbers that stand at the target once each. `rivals`: of each set exactly one does. `chains`: numbers in the order
    in which they must have reached the target. `answers`: acknowledgements, as often as they are in the list. `published`:
    documents in the mailboxes. `shipped`: numbers that the warehouse was given once each and has shipped.
    """

    booked: tuple[str, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    chains: tuple[tuple[str, ...], ...] = ()
    answers: tuple[Answer, ...] = ()
    published: tuple[Published, ...] = ()
    shipped: tuple[str, ...] = ()


class Letter(NamedTuple):
    """Something in a partner's mailbox: the name it came under (file name, idempotency key), and its text (ISO 8859-1)."""

    partner: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that the auditor reads. `orders` are the customers' order numbers at the target, in the order they were made there.

    `warehouse` are those that the warehouse was given, `followed` what the gateway says of them.
    """

    owed: Owed
    orders: tuple[str, ...]
    letters: tuple[Letter, ...]
    warehouse: tuple[str, ...] = ()
    followed: tuple[Followed, ...] = ()

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
                shipped=tuple(owed["shipped"]),
            ),
            tuple(value["orders"]),
            tuple(Letter(*each) for each in value["letters"]),
            tuple(value["warehouse"]),
            tuple(Followed.of(each) for each in value["followed"]),
        )


def joined(parts: list[Owed]) -> Owed:
    """All of them together."""
    return Owed(**{one.name: tuple(each for part in parts for each in getattr(part, one.name)) for one in fields(Owed)})
