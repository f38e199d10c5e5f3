"""Values in route tests, over many inputs: long numbers are told apart, names of others are found, files compare as sent."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.route_test import deviations, same, value_at

NAMES = st.text(st.characters(exclude_characters=".[]", exclude_categories=["Cs"]), min_size=1, max_size=8)
SCALARS = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.none())
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)))


def paths_of(node: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value of a document with the path that leads to it."""
    found = [(path, node)] if path else []
    if isinstance(node, dict):
        for name, value in node.items():
            found += paths_of(value, f"{path}.{name}" if path else name)
    if isinstance(node, list):
        for number, value in enumerate(node):
            found += paths_of(value, f"{path}[{number}]")
    return found


class TestPaths:
    @settings(max_examples=40)
    @given(st.dictionaries(NAMES, DOCUMENTS, max_size=3))
    def test_every_value_is_found_by_its_path_whatever_its_members_are_called(self, document: dict[str, Any]) -> None:
        for path, value in paths_of(document):
            assert value_at(document, path) == value

    @pytest.mark.parametrize("name", ["14", "1st", "Größe", "order id", "@type", "x-y", "$ref", "a/b"])
    def test_other_systems_call_their_members_as_they_like(self, name: str) -> None:
        assert value_at({"body": {name: "there"}}, f"body.{name}") == "there"
        assert value_at({"body": {}}, f"body.{name}") is None

    @settings(max_examples=40)
    @given(st.lists(st.dictionaries(st.just("number"), st.text(max_size=4))))
    def test_a_list_without_a_number_is_that_of_all(self, lines: list[dict[str, str]]) -> None:
        assert value_at({"lines": lines}, "lines[].number") == [line.get("number") for line in lines]

    def test_lists_in_lists_stay_apart(self) -> None:
        document = {"lines": [{"codes": [{"v": 1}, {"v": 2}]}, {"codes": []}, {}]}
        assert value_at(document, "lines[].codes[].v") == [[1, 2], [], None]


class TestSame:
    @given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
    def test_a_decimal_is_the_same_however_it_is_written(self, value: Decimal) -> None:
        assert same(float(value), str(value))
        assert same(float(value), f"{value}00")

    @given(st.integers(min_value=10**17, max_value=10**18 - 2))
    def test_long_numbers_of_parcels_and_goods_differ_by_their_last_digit(self, number: int) -> None:
        assert same(number, str(number))
        assert not same(number, str(number + 1))

    @pytest.mark.parametrize("actual", ["", "nan", "sNaN", "inf", "-", "1,5", "0x10", "ten"])
    def test_what_is_no_number_is_never_the_same_as_one(self, actual: str) -> None:
        assert not same(1, actual)
        assert not same(1.5, actual)

    @pytest.mark.parametrize(("expected", "actual"), [(True, "1"), ("10", 10), ("10", "10.0"), ([1, 2], ["2", "1"]), ([], None)])
    def test_only_numbers_are_lenient(self, expected: object, actual: object) -> None:
        assert not same(expected, actual)

    @given(DOCUMENTS)
    def test_everything_is_the_same_as_itself(self, value: Any) -> None:
        assert same(value, value)


def outcome(*documents: dict[str, Any], written: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    interchange = {"partner": "bigbox", "findings": [], "acknowledgements": [], "written": written or [], "documents": documents}
    return {"state": "translated", "findings": [], "interchanges": [interchange]}


def found(expected: dict[str, Any], actual: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(one.what, one.expected, one.actual) for one in deviations(expected, actual)]


def sent(family: str, content: str) -> dict[str, Any]:
    return {"type": "850", "family": family, "verdict": "", "channel": "folder", "content": content}


class TestDocumentsAndFiles:
    def test_documents_of_several_interchanges_are_counted_through(self) -> None:
        both = outcome({"name": "purchase_order", "state": "routed"})
        both["interchanges"] *= 2
        assert found({"document": [{"state": "routed"}, {"state": "held"}]}, both) == [("document 2: state", "held", "routed")]

    def test_a_document_that_was_never_read_has_no_fields_and_asks_for_nothing(self) -> None:
        refused = outcome({"name": None, "canonical": None, "routed": None, "requests": {}})
        expected = {"fields": {"number": "1"}, "routed": {"number": None}, "request": {"wms": {"method": "POST"}}}
        assert found({"document": [expected]}, refused) == [
            ("document 1: fields number", "1", None),
            ("document 1: request to wms: method", "POST", None),
        ]

    @pytest.mark.parametrize("family", ["x12", "edifact"])
    def test_segments_may_stand_on_lines_of_their_own(self, family: str) -> None:
        end = {"x12": "~", "edifact": "'"}[family]
        segments = [f"AAA+1{end}", f"BBB+2{end}"]
        actual = outcome(written=[sent(family, "".join(segments))])
        for lines in ("\n", "\r\n", ""):
            assert found({"written": [{"content": lines.join(segments) + lines}]}, actual) == []

    def test_lines_of_xml_are_compared_as_lines(self) -> None:
        actual = outcome(written=[sent("xml", "<a>\n<b>1</b>\n</a>\n")])
        assert found({"written": [{"content": "<a>\n<b>2</b>\n</a>"}]}, actual) == [("written 1: line 2", "<b>2</b>", "<b>1</b>")]

    @given(st.text(st.sampled_from("AB*+:~'?\n"), max_size=40), st.sampled_from(["x12", "edifact", "xml"]))
    def test_a_file_is_always_the_same_as_itself(self, content: str, family: str) -> None:
        assert found({"written": [{"content": content}]}, outcome(written=[sent(family, content)])) == []

    @pytest.mark.parametrize(
        ("family", "end", "name"), [("x12", "~", "O'NEIL"), ("edifact", "'", "O?'NEIL"), ("xml", "", "<n>~O'NEIL</n>")]
    )
    def test_what_differs_is_told_by_whole_segments(self, family: str, end: str, name: str) -> None:
        actual = outcome(written=[sent(family, f"AAA+{name} LTD{end}")])
        assert found({"written": [{"content": f"AAA+{name} INC{end}"}]}, actual) == [
            ("written 1: line 1", f"AAA+{name} INC{end}", f"AAA+{name} LTD{end}")
        ]
