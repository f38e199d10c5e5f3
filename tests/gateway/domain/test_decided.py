"""Two decisions compared: everything that differs, each thing once, in words that are the same for the same difference."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.decided import (
    Change,
    Decided,
    DecidedDocument,
    DecidedInterchange,
    Kind,
    Sent,
    as_delivered,
    as_found,
    changes,
    differing,
    general,
    masked,
)

DOCUMENT = DecidedDocument(
    1, "purchase_order", "routed", "accepted", "bigbox-850", "orders", deliveries=("odoo as sale_order",), keys=("order:4711",),
    json=orjson.dumps({"number": "4711", "lines": [{"quantity": "1"}, {"quantity": "2"}]}),
)  # fmt: skip
ANSWER = Sent("997", "accepted", b"AK9*A*1*1*1~")


def decided(document: DecidedDocument | None = DOCUMENT, **changed: object) -> Decided:
    documents = (document,) if document is not None else ()
    interchange = DecidedInterchange(1, "bigbox", "accepted", "accepted", answers=(ANSWER,), documents=documents)
    return Decided("translated", (), (replace(interchange, **changed),))  # type: ignore[arg-type]


def told(before: Decided, after: Decided) -> list[tuple[str, str]]:
    return [(change.kind.value, change.what) for change in changes(before, after)]


def test_what_is_the_same_has_no_changes() -> None:
    assert told(decided(), decided()) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"route": "rush"}, [("route", "orders -> rush")]),
        ({"agreement": ""}, [("agreement", "bigbox-850 -> no agreement")]),
        ({"findings": ("error element-code at 3 N1-03",)}, [("finding-new", "error element-code")]),
        ({"deliveries": ("odoo as sale_order", "wms as order")}, [("delivery-new", "wms as order")]),
        ({"deliveries": ()}, [("delivery-gone", "odoo as sale_order")]),
        (
            {"json": orjson.dumps({"number": "4711", "lines": [{"quantity": "1"}, {"quantity": "3"}]})},
            [("field", "lines[].quantity")],
        ),
        (
            {"state": "stopped", "deliveries": ()},
            [("state", "document routed -> document stopped"), ("delivery-gone", "odoo as sale_order")],
        ),
    ],
)
def test_what_becomes_otherwise_of_a_document(changed: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert told(decided(), decided(replace(DOCUMENT, **changed))) == expected  # type: ignore[arg-type]


def test_a_change_names_the_partner_the_document_and_a_number_of_it() -> None:
    (change,) = changes(decided(), decided(replace(DOCUMENT, route="rush")))
    assert (change.partner, change.document, change.number) == ("bigbox", "purchase_order", "order:4711")
    assert (change.before, change.after) == ("orders", "rush")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((), [("acknowledgement", "997 accepted -> nothing")]),
        ((ANSWER, Sent("TA1", "accepted")), [("acknowledgement", "nothing -> TA1 accepted")]),
        ((Sent("997", "rejected"),), [("acknowledgement", "997 accepted -> 997 rejected")]),
        ((Sent("997", "accepted", b"AK9*E*1*1*1~"),), [("acknowledgement", "997 says something else")]),
        ((Sent("997", "accepted", None),), []),  # its bytes were purged
    ],
)
def test_what_the_sender_is_answered(answers: tuple[Sent, ...], expected: list[tuple[str, str]]) -> None:
    assert told(decided(), decided(answers=answers)) == expected


def test_where_bytes_begin_to_differ_is_shown() -> None:
    (change,) = changes(decided(), decided(answers=(Sent("997", "accepted", b"AK9*E*1*1*1~"),)))
    assert (change.before, change.after) == ("AK9*A*1*1*1~", "AK9*E*1*1*1~")


def test_of_what_is_read_otherwise_the_parts_are_not_compared() -> None:
    assert told(decided(), Decided("unreadable")) == [("read", "translated, 1 interchange -> unreadable")]


def test_a_sender_who_is_known_no_more() -> None:
    (change,) = changes(decided(None), decided(None, partner=""))
    assert (change.kind, change.what, change.partner) == (Kind.PARTNER, "bigbox -> nobody", "bigbox")


def test_documents_of_an_interchange_that_is_not_processed_any_more() -> None:
    assert told(decided(), decided(None)) == [
        ("state", "document routed -> no document"),
        ("delivery-gone", "odoo as sale_order"),
    ]


def test_of_a_document_that_waits_for_a_lookup_only_route_and_agreement_are_compared() -> None:
    waiting = replace(DOCUMENT, state="pending", deliveries=(), json=b"{}", waits=("customer in odoo",))
    assert told(decided(), decided(waiting)) == []
    assert told(decided(), decided(replace(waiting, route="rush"))) == [("route", "orders -> rush")]


def test_a_finding_that_comes_twice_is_new_once() -> None:
    word = as_found("warning", "element-code", 3, "N1", 3)
    after = decided(replace(DOCUMENT, findings=(word, word)))
    assert told(decided(replace(DOCUMENT, findings=(word,))), after) == [("finding-new", "warning element-code")]


def test_words() -> None:
    assert as_found("error", "empty", None, None, None) == "error empty"
    assert as_found("error", "element-code", 3, "N1", 3) == "error element-code at 3 N1-03"
    assert as_delivered([("wms", "order"), ("odoo", "sale_order")]) == ("odoo as sale_order", "wms as order")
    assert general("lines[3].item.names[0]") == "lines[].item.names[]"


def test_values_that_nobody_is_shown() -> None:
    change = Change(Kind.FIELD, "bigbox", "purchase_order", "buyer.name", None, "Ann")
    assert masked(change, lambda path: path == "buyer.name", "•••") == replace(change, after="•••")
    assert masked(change, lambda path: path == "number", "•••") is change


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_nothing_differs_from_itself(value: object) -> None:
    assert list(differing(value, value)) == []


@given(JSON, JSON)
def test_what_differs_differs_both_ways(one: object, other: object) -> None:
    there = [(path, before, after) for path, before, after in differing(one, other)]
    assert sorted(map(repr, there)) == sorted(repr((path, after, before)) for path, before, after in differing(other, one))


class TestInterchanges:
    def test_each_is_compared_with_the_one_in_its_place(self) -> None:
        (one,) = decided().interchanges
        other = replace(one, ordinal=2, state="refused", documents=())
        before, after = (Decided("translated", (), (one, second)) for second in (other, replace(other, state="accepted")))
        assert told(before, after) == [("state", "interchange refused -> interchange accepted")]

    def test_documents_are_compared_by_their_ordinals_in_whatever_order_they_stand(self) -> None:
        second = replace(DOCUMENT, ordinal=2, keys=("order:4712",))
        before, after = decided(documents=(DOCUMENT, second)), decided(documents=(second, DOCUMENT))
        assert told(before, after) == []
        (change,) = changes(before, decided(documents=(replace(second, route="rush"), DOCUMENT)))
        assert (change.what, change.number) == ("orders -> rush", "order:4712")

    def test_a_document_that_was_not_there_before(self) -> None:
        assert told(decided(None), decided()) == [
            ("state", "no document -> document routed"),
            ("delivery-new", "odoo as sale_order"),
        ]

    def test_findings_of_the_whole_and_of_an_interchange_are_told_each_at_its_place(self) -> None:
        before = replace(decided(), findings=("error truncated at 9 SE",))
        after = decided(findings=("error duplicate",))
        found = list(changes(before, after))
        assert [(one.kind, one.what, one.partner) for one in found] == [
            (Kind.FINDING_GONE, "error truncated", ""), (Kind.FINDING_NEW, "error duplicate", "bigbox"),
        ]  # fmt: skip

    @pytest.mark.parametrize("count", [1, 2])
    def test_how_it_is_read_is_counted_in_words(self, count: int) -> None:
        some = Decided("translated", (), decided().interchanges * count)
        (change,) = changes(Decided("unreadable"), some)
        assert change.what == f"unreadable -> translated, {count} interchange{'s' if count > 1 else ''}"
        assert (change.kind, change.partner) == (Kind.READ, "bigbox")

    def test_of_what_is_written_for_a_partner_the_place_is_shown_with_little_around_it(self) -> None:
        before, after = (b"A" * 500 + middle + b"Z" * 500 for middle in (b"1", b"2"))
        (change,) = changes(decided(written=(Sent("855", "", before),)), decided(written=(Sent("855", "", after),)))
        assert (change.kind, change.what) == (Kind.SENT, "855 says something else")
        assert change.before == "A" * 20 + "1" + "Z" * 39
        assert change.after == "A" * 20 + "2" + "Z" * 39

    def test_bytes_that_are_no_utf_8_differ_where_they_are_shown_as_well(self) -> None:
        before, after = (decided(answers=(Sent("997", "", text.encode("latin-1")),)) for text in ("Smør", "Smär"))
        (change,) = changes(before, after)
        assert (change.before, change.after) == ("Sm\\xf8r", "Sm\\xe4r")

    def test_one_that_was_cut_short_differs_at_its_end(self) -> None:
        before, after = (decided(answers=(Sent("997", "", text),)) for text in (b"AK1*PO~AK9*A~", b"AK1*PO~"))
        (change,) = changes(before, after)
        assert (change.before, change.after) == ("AK1*PO~AK9*A~", "AK1*PO~")


@given(JSON)
def test_a_leaf_of_what_came_or_went_stands_against_nothing(value: object) -> None:
    for path, before, after in differing(None, value):
        assert (path, before, after) == ("", None, value)


@given(st.lists(st.integers(0, 9), max_size=5), st.lists(st.integers(0, 9), max_size=5))
def test_lists_are_compared_place_by_place(one: list[int], other: list[int]) -> None:
    for path, before, after in differing(one, other):
        place = int(path[1:-1])
        assert (before, after) == (dict(enumerate(one)).get(place), dict(enumerate(other)).get(place))
        assert general(path) == "[]"
