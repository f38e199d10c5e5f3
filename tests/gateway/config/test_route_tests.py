"""Files of route tests: what is wrong with them is told with its place, and what was probably meant."""

from pathlib import Path

import pytest

from gateway.config.route_tests import FOLDER, RouteTests, files_of_tests, read_route_tests

TEST = """\
[[test]]
name = "an order"
channel = "bigbox-folder"
content = "ISA"

[test.expect]
state = "translated"

[[test.expect.document]]
route = "orders"
fields = { "number" = "4711" }

[[test.expect.acknowledgement]]
type = "997"
file = "answer.x12"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / FOLDER
    place.mkdir()
    (place / "answer.x12").write_text("AK9*A*1*1*1~")
    return place


def read(folder: Path, text: str) -> RouteTests:
    (folder / "orders.toml").write_text(text, encoding="utf-8")
    return read_route_tests(files_of_tests(folder.parent / "routes.toml", []))


def test_a_test_is_read_with_the_files_it_names(folder: Path) -> None:
    (test,) = read(folder, TEST).tests
    assert (test.name, test.content, test.channel, test.partner) == ("an order", b"ISA", "bigbox-folder", None)
    assert test.expected == {
        "state": "translated",
        "document": [{"route": "orders", "fields": {"number": "4711"}}],
        "acknowledgement": [{"type": "997", "content": "AK9*A*1*1*1~"}],
    }


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("route =", "rout =", 'orders.toml:10:1 R003 test: there is no key "rout" here; did you mean "route"?'),
        ("[test.expect]", "[test.expects]", 'there is no key "expects" here; did you mean "expect"?'),
        ("type =", "typ =", 'there is no key "typ" here; did you mean "type"?'),
        ("content =", "contents =", 'there is no key "contents" here; did you mean "content"?'),
        ('content = "ISA"', "", 'a test has either "file" or "content"'),
        ('content = "ISA"', 'content = "ISA"\npartner = "bigbox"', 'a test has either "channel"'),
        ('content = "ISA"', 'file = "gone.x12"', "orders.toml:4:8 R001 gone.x12 cannot be read: No such file or directory"),
        ("answer.x12", "gone.x12", "gone.x12 cannot be read"),
        ("answer.x12", "a\\u0000b", "orders.toml:15:8 R001 a\0b cannot be read: embedded null byte"),
        ("answer.x12", ".", "R001 . cannot be read: Is a directory"),
        ('name = "an order"', "", '"name" is missing'),
        ("[[test]]", "[[tests]]", 'there is no key "tests" here; did you mean "test"?'),
        ("[[test]]", "[[test", "R002"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(folder: Path, old: str, new: str, complaint: str) -> None:
    found = read(folder, TEST.replace(old, new, 1))
    assert found.tests == []
    assert any(complaint in str(one) for one in found.complaints), [str(one) for one in found.complaints]


def test_files_in_folders_below_are_found_and_named_ones_are_taken(folder: Path) -> None:
    (folder / "partners").mkdir()
    for name in ("b.toml", "partners/a.toml", "c.txt"):
        (folder / name).write_text("")
    main = folder.parent / "routes.toml"
    assert [path.name for path in files_of_tests(main, [])] == ["b.toml", "a.toml"]
    assert [path.name for path in files_of_tests(main, [folder / "partners"])] == ["a.toml"]
    assert files_of_tests(main, [folder / "c.txt"]) == [folder / "c.txt"]


def test_without_the_folder_there_are_none(tmp_path: Path) -> None:
    assert files_of_tests(tmp_path / "routes.toml", []) == []


def test_a_file_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    found = read_route_tests(files_of_tests(tmp_path / "routes.toml", [tmp_path / "gone.toml"]))
    assert ["gone.toml cannot be read" in str(one) for one in found.complaints] == [True]
