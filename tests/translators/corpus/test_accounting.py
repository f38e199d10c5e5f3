"""The accounting itself: what is lost must be seen, or it proves nothing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.translators.corpus.accounting import TOLERANT, Account, Again, Values, account, accounts, answered, passed_on
from tests.translators.corpus.files import FIXTURES
from translators.annotation import AnnotatedSegment, annotate
from translators.contract import Document, Family

ORDER = "x12/850__aaronhuggins-node-x12__850_2.edi"


def annotated(name: str) -> tuple[Document, list[AnnotatedSegment]]:
    """The first document of a fixture, and its segments."""
    found = [one for one in annotate((FIXTURES / name).read_bytes(), lambda _: TOLERANT) if isinstance(one, AnnotatedSegment)]
    document = next(one.document for one in found if one.document is not None)
    return document, [one for one in found if one.document is document]


def forgetting(document: Document, segments: Iterable[AnnotatedSegment], tag: str, **said: Any) -> Account:
    """The account of a document that was read without the segments of a tag, which would have said these members."""
    assert document.canonical is not None
    without = replace(document, canonical=document.canonical.model_copy(update=said))
    unread = [
        replace(one, elements=tuple(replace(element, members=()) for element in one.elements)) if one.segment.tag == tag else one
        for one in segments
    ]
    return account(without, unread, Family.X12)


def test_segments_that_are_read_are_mapped_or_listed() -> None:
    ((_, told),) = accounts((FIXTURES / ORDER).read_bytes())
    assert (told.mapped, told.listed, told.marks, told.lost) == (31, 0, 2, [])


def test_segments_that_no_member_comes_from_and_that_are_not_written_again_are_lost() -> None:
    document, segments = annotated(ORDER)
    told = forgetting(document, segments, "REF", references=[], contract=None)
    assert told.lost
    assert {one.partition(" ")[0] for one in told.lost} == {"REF"}


def test_segments_without_members_that_are_written_again_are_marks_of_the_format() -> None:
    document, segments = annotated(ORDER)
    told = forgetting(document, segments, "REF")
    assert told.lost == []
    assert told.marks > 2


@pytest.mark.parametrize(
    ("rows", "silent", "values", "there"),
    [
        ([{(1, 1): "DP"}], {(1, 1): "DP"}, {(1, 1): "DP", (2, 1): "7"}, True),
        ([{(1, 1): "DP"}], {(1, 1): "VN"}, {(1, 1): "VN", (2, 1): "7"}, False),
        ([], {(1, 1): "DP"}, {(1, 1): "DP", (2, 1): "7"}, False),
        ([{(1, 1): "ML", (2, 1): "A", (3, 1): "B"}], {(1, 1): "ML", (2, 1): "B"}, {(1, 1): "ML", (2, 1): "B"}, True),
        ([{(1, 1): "ML", (2, 1): "A"}], {(1, 1): "ML", (2, 1): "B"}, {(1, 1): "ML", (2, 1): "B"}, False),
        ([{(1, 1): "ML", (2, 1): "A"}], {(1, 1): "BX", (2, 1): "A"}, {(1, 1): "BX", (2, 1): "A"}, False),
    ],
)
def test_values_without_members_must_be_written_again(rows: Any, silent: Any, values: Any, there: bool) -> None:
    assert Again("GIN", rows).has(silent, values) is there


def test_a_segment_that_is_written_once_stands_for_one_only() -> None:
    said: Values = {(1, 1): "ML", (2, 1): "A"}
    again = Again("GIN", [said])
    assert [again.has(said, said) for _ in range(2)] == [True, False]


def test_numbers_that_are_made_anew_need_not_be_the_same() -> None:
    assert Again("LX", [{(1, 1): "1"}]).has({(1, 1): "7"}, {(1, 1): "7"})


def test_what_an_acknowledgement_leaves_out_is_lost() -> None:
    document, segments = annotated("x12/997__kputnam-stupidedi__pass-1.edi")
    assert answered(document, segments).lost == []
    assert document.canonical is not None
    silent = replace(document, canonical=document.canonical.model_copy(update={"groups": (), "documents": ()}))
    assert {one.partition(" ")[0] for one in answered(silent, segments).lost} >= {"AK1", "AK2"}


def test_what_a_generic_document_leaves_out_is_lost() -> None:
    document, segments = annotated("x12/864__hellooops-vscode-edi-support__864.x12")
    assert passed_on(document, segments).lost == []
    assert document.canonical is not None
    short = replace(document, canonical=document.canonical.model_copy(update={"segments": document.canonical.segments[:-2]}))  # type: ignore[attr-defined]
    assert len(passed_on(short, segments).lost) == 2
