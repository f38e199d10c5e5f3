"""Gives a document of somebody else the envelope of one of the demo's partners, and leaves all else as it is. Pure.

Real documents name the parties that once exchanged them. To be taken by this gateway they must come from its partner and go to
its own identity, under a control number that was not used before. Changed are, and nothing else:

- X12: ISA05 to ISA08 (parties), GS02 and GS03 (the same), ISA13 with IEA02 and GS06 with GE02 (control numbers);
- X12, when sets of a second document are put into the first one's group: their ST02 with SE02, and GE01 (the count);
- EDIFACT: UNB S002 and S003 (parties), UNB 0020 with UNZ 0036 (control reference).

Addresses are written as X12 does, `qualifier:id`, for both. Interchanges have one functional group or none.
"""

from dataclasses import dataclass

_ISA_LENGTH = 106  # X12.5: ISA has fixed widths, and the byte that follows ISA16 ends every segment
_USUAL_SERVICE_CHARACTERS = b":+.? '"  # ISO 9735, without UNA


@dataclass(frozen=True, slots=True)
class Address:
    """Who sends to whom, each as `qualifier:id`, and the control number of the new envelope."""

    sender: str
    receiver: str
    number: int


@dataclass(slots=True)
class _X12:
    """An interchange as elements, cut by what its own header says. Line ends between segments stay before the tags."""

    segments: list[list[bytes]]
    element: bytes
    terminator: bytes

    @classmethod
    def read(cls, original: bytes) -> "_X12":
        element, terminator = original[3:4], original[_ISA_LENGTH - 1 : _ISA_LENGTH]
        return cls([text.split(element) for text in original.split(terminator)], element, terminator)

    def written(self) -> bytes:
        return self.terminator.join(self.element.join(segment) for segment in self.segments)

    def of(self, *tags: bytes) -> list[list[bytes]]:
        return [segment for segment in self.segments if segment[0].strip() in tags]


def readdressed_x12(original: bytes, address: Address) -> bytes:
    """The same X12 interchange in the envelope of `address`."""
    interchange = _X12.read(original)
    qualifiers, ids = zip(*(party.encode().split(b":", 1) for party in (address.sender, address.receiver)), strict=True)
    for isa in interchange.of(b"ISA"):
        isa[5:9] = [qualifiers[0], ids[0].ljust(15), qualifiers[1], ids[1].ljust(15)]
        isa[13] = b"%09d" % address.number
    for iea in interchange.of(b"IEA"):
        iea[2] = b"%09d" % address.number
    for gs in interchange.of(b"GS"):
        gs[2:4] = ids
        gs[6] = b"%d" % address.number
    for ge in interchange.of(b"GE"):
        ge[2] = b"%d" % address.number
    return interchange.written()


def joined_x12(first: bytes, second: bytes) -> bytes:
    """The first interchange with the sets of the second one added to its group. ValueError when separators differ."""
    into, other = _X12.read(first), _X12.read(second)
    if (into.element, first[_ISA_LENGTH - 2]) != (other.element, second[_ISA_LENGTH - 2]):
        raise ValueError("the interchanges have different separators")
    tags = [segment[0].strip() for segment in other.segments]
    end = next(index for index, segment in enumerate(into.segments) if segment[0].strip() == b"GE")
    into.segments[end:end] = other.segments[tags.index(b"ST") : len(tags) - tags[::-1].index(b"SE")]
    for number, segment in enumerate(into.of(b"ST"), 1):
        segment[2] = b"%04d" % number
    for number, segment in enumerate(into.of(b"SE"), 1):
        segment[2] = b"%04d" % number
    into.of(b"GE")[0][1] = b"%d" % len(into.of(b"ST"))
    return into.written()


def readdressed_edifact(original: bytes, address: Address) -> bytes:
    """The same EDIFACT interchange in the envelope of `address`."""
    una = original[3:9] if original.startswith(b"UNA") else _USUAL_SERVICE_CHARACTERS
    component, element, release, terminator = una[0:1], una[1:2], una[3:4].strip(), una[5:6]
    head = original[:9] if original.startswith(b"UNA") else b""
    segments = _parts(original[len(head) :], terminator, release)
    parties = [component.join(reversed(party.encode().split(b":", 1))) for party in (address.sender, address.receiver)]
    for index, segment in enumerate(segments):
        elements = _parts(segment, element, release)
        match elements[0].strip():
            case b"UNB":
                elements[2:4] = parties
                elements[5] = b"%d" % address.number
            case b"UNZ":
                elements[2] = b"%d" % address.number
        segments[index] = element.join(elements)
    return head + terminator.join(segments)


def _parts(text: bytes, separator: bytes, release: bytes) -> list[bytes]:
    """Split at separators that no release character goes before (ISO 9735: it takes the meaning from the next one)."""
    parts, start, index = [], 0, 0
    while index < len(text):
        character = text[index : index + 1]
        if character == release:
            index += 1
        elif character == separator:
            parts.append(text[start:index])
            start = index + 1
        index += 1
    return [*parts, text[start:]]
