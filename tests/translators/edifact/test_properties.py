"""Whatever bytes come: no exception, one opening and one closing event for each interchange, positions inside the data."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_edifact
from tests.translators.edifact.reading import read
from translators.contract import AcknowledgementTerms, InterchangeClosed, InterchangeOpened, Terms, Verdict, When, anything
from translators.edifact.translator import acknowledge, parse
from translators.edifact.translator import read as read_interchange

ORDER = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)
PIECES = [
    b"'",
    b"+",
    b":",
    b"?",
    b"*",
    b"\n",
    b" ",
    b"\0",
    b"\xff",
    b"UNH",
    b"UNT",
    b"UNZ",
    b"UNB+UNOC:3",
    b"UNG",
    b"UNE",
    b"UNA:+.? '",
    b"LIN+1'",
    b"99999999999999999999",
    b"\xef\xbf\xbd",
]

mutations = st.lists(
    st.tuples(st.integers(0, len(ORDER)), st.integers(0, 30), st.one_of(st.sampled_from(PIECES), st.binary(max_size=8))),
    max_size=6,
)


def mutated(changes: list[tuple[int, int, bytes]]) -> bytes:
    """The good order with pieces cut out and put in."""
    data = ORDER
    for position, length, piece in changes:
        data = data[:position] + piece + data[position + length :]
    return data


def examined(data: bytes) -> None:
    """Everything that must hold for any bytes."""
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="CONTRL", technical=When.ALWAYS, list_accepted=True))
    result = read(data, lambda _e: terms)
    for finding in result.findings:
        assert 0 <= finding.position.offset <= len(data)
        assert finding.message
    for interchange in result.interchanges:
        assert 0 <= interchange.envelope.offset < interchange.end <= len(data)
        for document in interchange.documents:
            assert 0 <= document.start <= document.end <= len(data)
            assert (document.canonical is None) or (document.verdict is not Verdict.REJECTED)
        acknowledge(interchange)


@given(st.binary(max_size=400))
@example(b"UNA:+.? 'UNB")
@example(b"UNB+UNOC")
@example(b"UNA:+.?'UNB+UNOA")
def test_random_bytes_behind_a_header_never_raise(data: bytes) -> None:
    for start in (b"", b"UNB+UNOC:3+A+B+261120:0930+1'", b"UNB+UNOC:3+A+B+261120:0930+1'UNH+1+ORDERS:D:96A:UN'", b"UNA"):
        examined(start + data)


@given(mutations)
def test_mutated_orders_never_raise(changes: list[tuple[int, int, bytes]]) -> None:
    examined(mutated(changes))


@given(mutations)
def test_mutated_orders_can_be_shown(changes: list[tuple[int, int, bytes]]) -> None:
    data = mutated(changes)
    for segment in parse(data, 0):
        assert 0 <= segment.offset <= len(data)


@given(st.binary(max_size=200), st.integers(0, 250))
def test_reading_from_anywhere_opens_and_closes_once(data: bytes, start: int) -> None:
    place = min(start, len(data))
    events = list(read_interchange(data, place, anything))
    assert isinstance(events[0], InterchangeOpened)
    assert isinstance(events[-1], InterchangeClosed)
    assert sum(isinstance(e, InterchangeOpened | InterchangeClosed) for e in events) == 2
    assert all(s.offset >= place for s in parse(data, place))


@given(st.integers(1, len(ORDER) - 1))
def test_reading_is_deterministic(cut: int) -> None:
    data = ORDER[:cut] + ORDER
    assert read(data) == read(data)


FILES = [p.read_bytes() for p in sorted((Path(__file__).parents[2] / "fixtures" / "edifact").glob("*.*"))]


@given(st.sampled_from(FILES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES)), max_size=4))
def test_mutated_public_files_never_raise(data: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    for place, length, piece in changes:
        position = int(place * len(data))
        data = data[:position] + piece + data[position + length :]
    examined(data)


@given(st.sampled_from(["1234567890123456789", "XII", "9.9.9", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3]), st.integers(0, 60))
def test_offsets_point_at_the_bytes_that_findings_name(value: str, place: int) -> None:
    separators = [n for n in range(ORDER.index(b"BGM"), ORDER.index(b"UNT")) if ORDER[n : n + 1] in (b"+", b":")]
    position = separators[place % len(separators)] + 1
    data = ORDER[:position] + value.encode() + b"+" + ORDER[position:]
    for finding in (f for d in read(data).documents for f in d.findings):
        if finding.position.element is not None and finding.actual and "…" not in finding.actual:
            assert data[finding.position.offset :].startswith(finding.actual.encode("latin-1"))
