"""A file of routes.toml as it is proposed: tables with their keys, why each is there, and what a person has yet to decide."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Value = str | bool | int | Sequence["Value"] | Mapping[str, "Value"]
"""What a key may be given: texts, numbers, lists and small tables."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with its value, and a few words about it. One that is not `chosen` is written as a comment, to be taken in."""

    key: str
    value: Value
    remark: str = ""
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to decide: `code` names it for programs, `text` asks, and says what to do with each answer."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A table: what is said above it, then keys and questions in order. One that is not `chosen` is a comment."""

    heading: str
    parts: Sequence[Setting | Question]
    remarks: Sequence[str] = ()
    chosen: bool = True

    def questions(self) -> Iterator[Question]:
        """What is to be decided in it."""
        return (part for part in self.parts if isinstance(part, Question))


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A proposed file. `path` is relative to routes.toml; `tables` are the CSV files that it names, by their paths.

    `questions` are those that belong to no table of it: what is to be done elsewhere.
    """

    path: str
    remarks: Sequence[str]
    blocks: Sequence[Block]
    questions: Sequence[Question] = ()
    tables: Mapping[str, str] = field(default_factory=dict)

    def decisions(self) -> list[tuple[str, Question]]:
        """All that a person has to decide, with the table that it is about."""
        own = [("", question) for question in self.questions]
        return own + [(block.heading, question) for block in self.blocks for question in block.questions()]
