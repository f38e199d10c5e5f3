"""What holds for any input: nothing raises, events are well formed, offsets point into the data."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry
from translators.contract import DocumentRead, InterchangeClosed, InterchangeOpened, Stray, anything
from translators.x12.separators import read_header
from translators.x12.translator import parse, read

ORDER = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=2)
SEGMENTS = ORDER.split(b"~")[:-1]


def check(data: bytes) -> None:
    """Read from the first byte as an ISA, whatever stands there, and judge the shape of what comes out."""
    events = list(read(data, 0, anything))
    assert isinstance(events[0], InterchangeOpened)
    assert isinstance(events[-1], InterchangeClosed)
    assert all(isinstance(event, DocumentRead | Stray) for event in events[1:-1])
    assert 0 <= events[-1].end <= max(len(data), 4)
    for event in events[1:-1]:
        if isinstance(event, DocumentRead):
            assert 0 <= event.document.start <= event.document.end <= len(data)
            assert all(0 <= f.position.offset <= len(data) for f in event.document.findings)
    for segment in parse(data, 0):
        assert 0 <= segment.offset <= len(data)


@given(st.binary(max_size=400))
def test_random_bytes_never_raise(data: bytes) -> None:
    check(b"ISA*" + data)
    read_header(b"ISA*" + data, 0)


@given(st.binary(max_size=300))
def test_random_bytes_behind_a_header_never_raise(data: bytes) -> None:
    check(ORDER[:106] + data)


@settings(max_examples=300)
@given(st.data())
def test_mutated_orders_never_raise(data: st.DataObject) -> None:
    mutated = bytearray(ORDER)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from(["set", "cut", "insert"])):
            case "set":
                mutated[place] = data.draw(st.sampled_from([0, 10, 13, 32, 42, 62, 126, 200, 255, 65, 48]))
            case "cut":
                del mutated[place : place + data.draw(st.integers(1, 40))]
            case _:
                mutated[place:place] = data.draw(st.binary(min_size=1, max_size=8))
        if len(mutated) < 5:
            return
    translation = registry.translate(bytes(mutated))
    for one in translation.interchanges:
        for owed in registry.acknowledge(one):
            assert owed.explanation
    list(registry.parse(bytes(mutated)))


@given(st.lists(st.sampled_from(SEGMENTS), max_size=40))
def test_shuffled_segments_never_raise(segments: list[bytes]) -> None:
    check(SEGMENTS[0] + b"~" + b"".join(segment + b"~" for segment in segments))


_PIECES = st.sampled_from(["", "1", "EA", "20260230", "X" * 90, "-5", "1.5", "00", "\u00e9", ">", "A>B", "9" * 20, "\ufffd"])


@given(
    st.sampled_from(["BEG", "PO1", "N1", "REF", "SAC", "ITD", "DTM", "SDQ", "SLN", "CTP", "PID", "MEA", "PO4", "SCH"]),
    st.lists(_PIECES, max_size=30),
)
def test_any_values_in_any_segment_never_raise(tag: str, values: list[str]) -> None:
    body = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**VN*A", "*".join([tag, *values]), "SE*5*0001"]
    translation = registry.translate(interchange([body]))
    assert len(translation.interchanges[0].documents) == 1


@given(st.integers(1, 8), st.integers(1, 999_999_999), st.text("ABC123- ", min_size=1, max_size=20))
def test_every_built_order_is_accepted(lines: int, number: int, order_number: str) -> None:
    order_number = order_number.strip() or "P"
    data = order_850(sender="01:1", receiver="ZZ:2", control_number=number, order_number=order_number, lines=lines)
    (one,) = registry.translate(data).interchanges
    assert one.documents[0].findings == ()
    assert one.documents[0].canonical is not None


def test_the_same_bytes_give_the_same_result() -> None:
    data = interchange([body_850(order_number="A")])
    assert registry.translate(data) == registry.translate(data)
