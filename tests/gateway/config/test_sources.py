"""Files in odd shapes: includes that meet themselves, overlays that want too much, tables and quantities at their edges."""

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gateway.config.lint import lint
from gateway.config.load import load
from gateway.config.quantities import Duration, Rate, Size
from gateway.config.tables import read_table
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

PARTNER = '[[partner]]\nid = "{0}"\nowner = "edi"\nidentities = {{ x12 = "ZZ:{0}" }}\n'


def said(path: Path, **variables: str) -> list[str]:
    return [f"{item.code} {item.file}:{item.line}" for item in lint(path, ENVIRON | variables).items]


def errors(path: Path, **variables: str) -> list[str]:
    return [str(item) for item in lint(path, ENVIRON | variables).errors]


class TestIncludes:
    def test_a_pattern_that_matches_the_file_itself_passes_it_over(self, project: Project) -> None:
        path = project('include = ["*.toml"]\n' + ROUTES, more_dot_toml=PARTNER.format("nordmart"))
        assert errors(path) == []
        assert set(load(path, ENVIRON).partners) == {"bigbox", "nordmart"}

    def test_a_file_that_two_patterns_name_is_read_once(self, project: Project) -> None:
        head = 'include = ["partners/*.toml", "partners/n*.toml", "**/nordmart.toml"]\n'
        path = project(head + ROUTES, partners__nordmart_dot_toml=PARTNER.format("nordmart"))
        assert errors(path) == []

    def test_a_file_named_twice_by_its_own_name_is_a_duplicate_and_said(self, project: Project) -> None:
        head = 'include = ["more.toml", "more.toml"]\n'
        path = project(head + ROUTES, more_dot_toml=PARTNER.format("nordmart"))
        assert any(line.startswith("R020") for line in said(path))

    def test_an_included_file_cannot_include_so_there_is_no_cycle(self, project: Project) -> None:
        path = project('include = ["a.toml"]\n' + ROUTES, a_dot_toml='include = ["a.toml", "routes.toml"]\n')
        assert said(path) == ["R007 a.toml:1"]

    @pytest.mark.parametrize("include", ['"a.toml"', "7", "[7]", '[["a.toml"]]', "{ a = 1 }"])
    def test_an_include_of_another_type_is_a_complaint(self, project: Project, include: str) -> None:
        report = lint(project(f"include = {include}\n" + ROUTES, a_dot_toml=""), ENVIRON)
        assert not report.ok

    @pytest.mark.parametrize("pattern", ["/etc/*.nothing", "**", "[", "../*.nothing", "partners/**/*.toml"])
    def test_a_pattern_that_finds_nothing_never_raises(self, project: Project, pattern: str) -> None:
        report = lint(project(f'include = ["{pattern}"]\n' + ROUTES), ENVIRON)
        assert {item.code for item in report.items} <= {"R001", "R006", "R002"}
        assert report.items or pattern == "**"

    def test_globs_read_files_in_the_order_of_their_paths(self, project: Project) -> None:
        route = '[[route]]\nid = "{0}"\ndocument = "purchase_order"\ndeliver = [{{ to = "odoo", as = "sale_order" }}]\n'
        path = project(
            'include = ["more/*.toml"]\n' + ROUTES,
            more__b_dot_toml=route.format("second"), more__a_dot_toml=route.format("first"),
        )  # fmt: skip
        assert [one.id for one in load(path, ENVIRON).routes] == ["orders", "first", "second"]


class TestOverlays:
    def test_an_environment_file_cannot_choose_another_environment(self, project: Project) -> None:
        path = project(environments__production_dot_toml='[gateway]\nenvironment = "test"\n')
        (line,) = errors(path, GATEWAY_ENVIRONMENT="production")
        assert line.startswith("environments/production.toml:2:")
        assert "cannot choose another environment" in line

    def test_what_lies_in_a_table_of_a_table_is_merged_not_replaced(self, project: Project) -> None:
        overlay = '[[application]]\nid = "odoo"\nretry = { attempts = 3 }\n'
        overlay += '[[agreement]]\nid = "bigbox-850"\nstrictness = { lengths = "warn" }\n'
        snapshot = load(project(environments__test_dot_toml=overlay), ENVIRON | {"GATEWAY_ENVIRONMENT": "test"})
        assert snapshot.applications["odoo"].retry.attempts == 3
        assert len(snapshot.agreements[0].severities) > 1

    @pytest.mark.parametrize(
        ("overlay", "message"),
        [
            ('[[partner]]\nid = "bigbux"\nname = "x"\n', 'there is no partner "bigbux" to change; did you mean "bigbox"?'),
            ('[[partner]]\nname = "x"\n', "partner without an id"),
            ('[[owners]]\nid = "edi"\n', 'there is no owners to change; did you mean "owner"?'),
            ('include = ["x.toml"]\n', "there is no include to change"),
            ('[partner]\nid = "bigbox"\n', "there is no partner to change"),
        ],
    )  # fmt: skip
    def test_a_change_of_nothing_is_refused_with_a_guess(self, project: Project, overlay: str, message: str) -> None:
        assert any(message in line for line in errors(project(environments__development_dot_toml=overlay)))

    def test_lists_are_replaced_and_not_joined(self, project: Project) -> None:
        overlay = '[[agreement]]\nid = "bigbox-850"\nacknowledge = ["999"]\n'
        snapshot = load(project(environments__development_dot_toml=overlay), ENVIRON)
        assert snapshot.agreements[0].acknowledgement.functional == "999"

    def test_a_broken_overlay_is_complained_of_in_its_own_file(self, project: Project) -> None:
        assert said(project(environments__development_dot_toml="[gateway\n")) == ["R002 environments/development.toml:1"]


class TestTables:
    def read(self, folder: Path, content: bytes) -> tuple[dict[str, str], list[str]]:
        path = folder / "t.csv"
        path.write_bytes(content)
        codes, faults = read_table(path)
        return codes, [f"{f.code}@{f.place.line if f.place else 0} {f.message}" for f in faults]

    @pytest.mark.parametrize(
        ("content", "codes"),
        [
            (b"theirs,ours\n", {}),
            (b"", {}),
            (b"theirs,ours\nA,X", {"A": "X"}),
            (b"theirs,ours\r\nA,X\r\nB,Y\r\n", {"A": "X", "B": "Y"}),
            (b"\xef\xbb\xbftheirs,ours\nA,X\n", {"A": "X"}),
            (b'theirs,ours\n"A,1"," X ""2"" "\n', {"A,1": 'X "2"'}),
            (b"theirs,ours\n\n ,\n  A , X \n", {"A": "X"}),
            (b"theirs,ours\nA,X\nA,X\n", {"A": "X"}),
            (b'theirs,ours\n"A\nB",X\n', {"A\nB": "X"}),
            ("theirs,ours\nA\u2028B,X\u0085Y\nC\x0cD,\x1fZ\n".encode(), {"A\u2028B": "X\u0085Y", "C\x0cD": "Z"}),
            (b"theirs,ours\n0012,12\n12,13\n", {"0012": "12", "12": "13"}),
        ],
    )  # fmt: skip
    def test_codes_are_read_as_they_stand_without_their_blanks(
        self, tmp_path: Path, content: bytes, codes: dict[str, str]
    ) -> None:
        assert self.read(tmp_path, content) == (codes, [])

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"h,h\nA\n", "R041@2 has 1 columns where their code and ours are expected"),
            (b"h,h\nA,B,C\n", "R041@2 has 3 columns where their code and ours are expected"),
            (b"h,h\nA;B\n", "R041@2 has 1 columns where their code and ours are expected"),
            (b"h,h\n,X\n", "R041@2 leaves their code empty"),
            (b"h,h\nA,\n", "R041@2 leaves our code empty"),
            (b"h,h\nA,X\n\nA,Y\n", 'R042@4 gives "A" both "X" and "Y"'),
            (b'h,h\n"A\nB",X\n"A\nB",Y\n', 'R042@4 gives "A\nB" both "X" and "Y"'),
            (b'h,h\n"A,X\n', "R041@1 is no CSV: unexpected end of data"),
            (b'h,h\n"A"b,X\n', "R041@1 is no CSV: ',' expected after '\"'"),
            (b"h,h\nA,\xff\n", "R041@0 is not UTF-8: byte 6"),
        ],
    )
    def test_a_fault_has_its_line_and_says_what_is_wrong(self, tmp_path: Path, content: bytes, fault: str) -> None:
        assert self.read(tmp_path, content)[1] == [fault]

    def test_a_folder_or_a_missing_file_cannot_be_read(self, tmp_path: Path) -> None:
        for path in (tmp_path, tmp_path / "none.csv"):
            codes, (fault,) = read_table(path)
            assert (codes, fault.code, fault.place) == ({}, "R040", None)

    @given(st.binary(max_size=200))
    def test_no_bytes_whatever_raise(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        self.read(tmp_path_factory.mktemp("t"), content)


class TestQuantities:
    @pytest.mark.parametrize("kind", [Duration, Size, Rate])
    @pytest.mark.parametrize("number", ["9" * 400, "9" * 30])
    def test_a_number_out_of_all_bounds_is_refused_and_does_not_raise(self, kind: Any, number: str) -> None:
        unit = {Duration: "d", Size: "GiB", Rate: "/s"}[kind]
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(number + unit)

    def test_check_complains_of_it_in_its_place(self, project: Project) -> None:
        path = project(ROUTES.replace('api_key = "${ODOO_KEY}"', f'api_key = "${{ODOO_KEY}}"\ntimeout = "{"9" * 400}d"'))
        (line,) = errors(path)
        assert "R005" in line
        assert "hundred years" in line

    @given(st.integers(0, 10**6), st.sampled_from(["ms", "s", "m", "h", "d"]))
    def test_a_duration_is_its_number_of_units(self, number: int, unit: str) -> None:
        if number * {"d": 86400}.get(unit, 1) > 3 * 10**9:
            return
        seconds = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
        if number * seconds <= 3 * 10**9:
            assert TypeAdapter(Duration).validate_python(f"{number}{unit}") == timedelta(seconds=number * seconds)

    @given(st.text(max_size=12))
    def test_no_text_whatever_ends_in_another_exception(self, text: str) -> None:
        for kind in (Duration, Size, Rate):
            with contextlib.suppress(ValidationError):
                TypeAdapter(kind).validate_python(text)
