"""What leaves: released, measured, readable by pydifact with the same segments and elements."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydifact.segmentcollection import RawSegmentCollection

from tests.translators.edifact.reading import one
from translators.contract import Family, Identity, OutboundDocument, OutboundGroup, OutboundInterchange, Verdict
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.translator import seal
from translators.edifact.writing import segment
from translators.errors import NotWritable

WHEN = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
PLAIN = ServiceCharacters()


def sealed(
    *groups: OutboundGroup,
    sender: str = "A",
    qualifier: str = "14",
    version: str = "UNOC:3",
    number: int = 42,
    numbers: tuple[int, ...] = (),
    characters: ServiceCharacters = PLAIN,
) -> bytes:
    """The bytes of an interchange."""
    outbound = OutboundInterchange(
        Family.EDIFACT, Identity(qualifier, sender), Identity("14", "B"), version, False, characters.separators, groups
    )
    return seal(outbound, control_number=number, group_numbers=numbers, prepared=WHEN)


def document(body: str = "UCI+1+A+B+7'", kind: str = "CONTRL", header: tuple[str, ...] = ("D", "3", "UN")) -> OutboundDocument:
    """A message to send."""
    return OutboundDocument(kind, body, body.count("'"), header)


def loose(*documents: OutboundDocument) -> OutboundGroup:
    """Messages without a group."""
    return OutboundGroup("", "", "", "", documents)


@pytest.mark.parametrize("character", ["'", "+", ":", "?"])
@pytest.mark.parametrize("value", ["{}", "{}A", "A{}", "A{}B", "{0}{0}{0}", "A{}?B"])
def test_every_service_character_is_released(character: str, value: str) -> None:
    text = value.format(character)
    interchange = one(sealed(loose(document()), sender=text))
    assert interchange.envelope.sender.id == text
    assert interchange.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("characters", "version", "start"),
    [
        (PLAIN, "UNOC:3", b"UNB+"),
        (ServiceCharacters(repetition="*"), "UNOC:4", b"UNB+"),
        (PLAIN, "UNOC:4", b"UNA:+.? 'UNB+"),
        (ServiceCharacters(decimal=","), "UNOC:3", b"UNA:+,? 'UNB+"),
        (ServiceCharacters(release=""), "UNOC:3", b"UNA:+.  'UNB+"),
        (ServiceCharacters(segment="~"), "UNOC:3", b"UNA:+.? ~UNB+"),
        (ServiceCharacters("\\", "^", ".", "!", "", "\n"), "UNOC:3", b"UNA\\^.! \nUNB^"),
    ],
)
def test_una_is_written_when_the_defaults_do_not_hold(characters: ServiceCharacters, version: str, start: bytes) -> None:
    assert sealed(version=version, characters=characters).startswith(start)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"sender": "A" * 36}, "UNB 2.1"),
        ({"sender": ""}, "UNB 2"),
        ({"qualifier": "14567"}, "UNB 2.2"),
        ({"number": 10**14}, "UNB 5"),
        ({"version": "UNO:3"}, "UNB 1.1"),
    ],
)
def test_envelope_fields_that_do_not_fit_are_not_written(options: dict[str, object], named: str) -> None:
    with pytest.raises(NotWritable, match=named.replace(".", r"\.")):
        sealed(loose(document()), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("group", "named"),
    [
        (OutboundGroup("ORDERSX", "A", "B", "D.96A", (document(),)), "UNG 1"),
        (OutboundGroup("ORDERS", "A" * 36, "B", "D.96A", (document(),)), "UNG 2"),
        (OutboundGroup("ORDERS", "A", "", "D.96A", (document(),)), "UNG 3"),
        (OutboundGroup("ORDERS", "A", "B", "D", (document(),)), "UNG 7"),
        (loose(document(kind="ORDERSX")), "UNH 2"),
        (loose(document(header=("D", "3"))), "UNH 2"),
        (loose(document(header=("D", "3", "UN", "TOOLONG"))), "UNH 2"),
    ],
)
def test_group_and_message_headers_that_do_not_fit_are_not_written(group: OutboundGroup, named: str) -> None:
    with pytest.raises(NotWritable, match=named):
        sealed(group, numbers=(1,))


def test_the_longest_fields_are_written() -> None:
    interchange = one(sealed(loose(document()), sender="A" * 35, qualifier="1456", number=10**14 - 1))
    assert interchange.verdict is Verdict.ACCEPTED
    assert interchange.envelope.control_number == "9" * 14


@pytest.mark.parametrize("count", [1, 2, 5])
def test_counts_and_references_fit(count: int) -> None:
    groups = tuple(OutboundGroup("CONTRL", "A", "B:ZZ", "D.3", tuple(document() for _ in range(n + 1))) for n in range(count))
    interchange = one(sealed(*groups, numbers=tuple(range(10, 10 + count))))
    assert [(g.claimed, g.received, g.control_number) for g in interchange.groups] == [
        (n + 1, n + 1, str(10 + n)) for n in range(count)
    ]
    assert (interchange.findings, {d.findings for d in interchange.documents}) == ((), {()})


values = st.lists(st.lists(st.text(alphabet="AB1?+:' é", max_size=6), min_size=1, max_size=4), min_size=1, max_size=5)


@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")
@given(st.lists(values.filter(lambda v: any(any(e) for e in v)), min_size=1, max_size=5))
def test_pydifact_reads_the_same_segments_and_elements(segments: list[list[list[str]]]) -> None:
    body = "".join(segment("FTX", *elements, characters=PLAIN) for elements in segments)
    outbound = OutboundDocument("CONTRL", body, len(segments), ("D", "3", "UN"))
    text = sealed(loose(outbound)).decode("latin-1")
    theirs = [s for s in RawSegmentCollection.from_str(text).segments if s.tag == "FTX"]
    assert [_plain(s.elements) for s in theirs] == [_trimmed(elements) for elements in segments]


def _plain(elements: list[str | list[str]]) -> list[list[str]]:
    return [[e] if isinstance(e, str) else list(e) for e in elements]


def _trimmed(elements: list[list[str]]) -> list[list[str]]:
    """Without the empty tails that are never written."""
    result = []
    for components in elements:
        kept = list(components)
        while len(kept) > 1 and not kept[-1]:
            kept.pop()
        result.append(kept)
    while result and result[-1] == [""]:
        result.pop()
    return result
