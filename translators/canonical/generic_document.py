"""Whatever has no mapping, as data: the segments of a set or message in the groups its table knows."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.base import CanonicalDocument, CanonicalModel

Chain = tuple[tuple[str, int], ...]
"""The groups a segment stands in, outermost first: name, and a number that tells one occurrence from the next."""


class GenericSegment(CanonicalModel):
    """A segment. `elements[0]` is the first behind the tag; an element is a list of its repetitions, each a list of components.

    A simple element is `[["value"]]`, an empty one `[[""]]`. Values are released and decoded, and otherwise as sent.
    """

    tag: str
    elements: list[list[list[str]]]


class GenericGroup(CanonicalModel):
    """One occurrence of a group, named as its table names it: `SG25`, or the first segment of an X12 loop (`N1`)."""

    group: str
    segments: list["GenericSegment | GenericGroup"]


class GenericDocument(CanonicalDocument):
    """A document without a canonical form of its own. `segments` reach from ST or UNH to SE or UNT, each in its group.

    Groups are there when a table is known for the document; without one all segments stand side by side. `association` is
    the implementation reference (ST03) or association code (0057). Its key is type and control number; as senders count
    control numbers anew in each interchange, only the same content under the same number is the same document.
    """

    NAME: ClassVar[str] = "generic_document"
    VERSION: ClassVar[int] = 1

    schema_: Literal["generic_document/1"] = Field(default="generic_document/1", alias="schema")
    family: Literal["x12", "edifact", "xml"]
    type: str
    version: str
    association: str | None = None
    control_number: str
    segments: list[GenericSegment | GenericGroup]

    @property
    def business_keys(self) -> tuple[tuple[str, str], ...]:
        """The control number under the type: `("864", "0001")`."""
        return ((self.type, self.control_number),)

    @property
    def identity(self) -> str:
        """Type, control number and a digest of the whole."""
        return f"{self.type}:{self.control_number}:{blake2b(self.to_json(), digest_size=16).hexdigest()}"


def nested(segments: Iterable[tuple[Chain, GenericSegment]]) -> list[GenericSegment | GenericGroup]:
    """Segments in their order, put into the groups they stand in."""
    root: list[GenericSegment | GenericGroup] = []
    opened: list[tuple[tuple[str, int], list[GenericSegment | GenericGroup]]] = []
    for chain, segment in segments:
        depth = 0
        while depth < min(len(chain), len(opened)) and opened[depth][0] == chain[depth]:
            depth += 1
        del opened[depth:]
        for key in chain[depth:]:
            content: list[GenericSegment | GenericGroup] = []
            (opened[-1][1] if opened else root).append(GenericGroup.model_construct(group=key[0], segments=content))
            opened.append((key, content))
        (opened[-1][1] if opened else root).append(segment)
    return root
