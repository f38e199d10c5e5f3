"""Every file of the corpus: what must come of it, and that nothing it says is lost on the way."""

import pytest

from tests.translators.corpus.files import FIXTURES, elsewhere, names, path_of
from tests.translators.corpus.stating import statement
from tests.translators.corpus.written import stored

STATED = stored()


@pytest.mark.parametrize("name", STATED)
def test_a_file_gives_what_is_stated(name: str) -> None:
    assert statement(path_of(name).read_bytes()) == STATED[name]


@pytest.mark.parametrize("name", STATED)
def test_every_segment_is_mapped_or_listed_or_a_mark_of_the_format(name: str) -> None:
    documents = [document for one in STATED[name]["interchanges"] for document in one["documents"]]
    told = [document for document in documents if "mapped" in document]
    assert [document["mapped"] + document["listed"] + document["marks"] for document in told] == [
        document["segments"] for document in told
    ]
    assert [document["lost"] for document in told if "lost" in document] == []


@pytest.mark.parametrize("name", STATED)
def test_a_document_that_is_accepted_is_told_of(name: str) -> None:
    for one in STATED[name]["interchanges"]:
        for document in one["documents"]:
            assert document["verdict"] == "rejected" or {"mapped", "values"} <= document.keys()
            assert document["verdict"] != "rejected" or document["findings"]


def test_every_file_at_hand_has_a_statement() -> None:
    folder = elsewhere()
    assert names(FIXTURES) <= set(STATED)
    if folder is not None:
        assert names(folder) == set(STATED)
