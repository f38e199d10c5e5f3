"""What an agreement says of XML documents beyond their tables: how large they may be, and by which schema they are judged."""

from dataclasses import dataclass
from typing import NamedTuple

LARGEST = 67_108_864
"""Bytes of an XML document that is parsed at all, whatever is agreed."""
DEEPEST = 200
"""Elements within elements that an agreement may allow."""

USUAL_TEXT = 10_000_000
"""What the parser takes for a text without being told to take more."""


@dataclass(frozen=True, slots=True)
class Schema:
    """An XML schema that an operator supplies, read by the caller: all files it consists of by their path in its folder.

    `main` is the path of the file that defines the document; paths have `/` between their parts, and lead out of nothing.
    """

    name: str
    main: str
    files: tuple[tuple[str, bytes], ...]


class SchemaReference(NamedTuple):
    """Another file that a schema file takes in: where it says it is, and the line that says so."""

    location: str
    line: int


@dataclass(frozen=True, slots=True)
class XmlTerms:
    """What holds for the XML documents of a type. Limits that are None are those of all documents.

    `max_text` counts the characters of one text or attribute: an embedded attachment is one. `schema` judges beside our tables.
    """

    max_bytes: int | None = None
    max_elements: int | None = None
    max_depth: int = 50
    max_text: int = USUAL_TEXT
    schema: Schema | None = None


USUAL = XmlTerms()
