"""`gateway test`, `gateway route explain`, `gateway config diff` and `config replay`: what they say, and what they end with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gateway.cli.test import junit
from tests.gateway.cli.invented import Result
from tests.integration.deciding import configured, our_order
from tests.translators.x12.orders import order_850

Invoke = Callable[..., Result]
ORDER = order_850(control_number=1, order_number="PO-1", lines=2, sender="01:123456789", receiver="ZZ:NORDICDC")
TEST = """\
[[test]]
name = "an order"
file = "order.x12"

[test.expect]
partner = "bigbox"
document = [{ route = "bigbox-orders", deliver = ["odoo as sale_order"] }]
"""


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with one test that passes; the working folder is its own."""
    path = configured(tmp_path, "before")
    (path.parent / "route-tests").mkdir()
    (path.parent / "route-tests" / "orders.toml").write_text(TEST)
    (path.parent / "route-tests" / "order.x12").write_bytes(ORDER)
    monkeypatch.chdir(path.parent)
    return path


def failing(main: Path) -> None:
    main.with_name("route-tests").joinpath("orders.toml").write_text(TEST.replace("bigbox-orders", "rush"))


class TestTest:
    def test_what_passes(self, invoke: Invoke, main: Path) -> None:
        result = invoke("test")
        assert (result.status, result.out.split()[:3]) == (0, ["ok", "an", "order"])
        assert "1 passed, none failed" in result.err

    def test_what_fails_is_shown_with_what_was_expected(self, invoke: Invoke, main: Path) -> None:
        failing(main)
        result = invoke("test")
        assert result.status == 1
        assert result.out.splitlines()[0].startswith("FAILED  an order  route-tests/orders.toml")
        assert [line.split() for line in result.out.splitlines()[1:]] == [
            ["document", "1:", "route"], ["expected", '"rush"'], ["actual", '"bigbox-orders"'],
        ]  # fmt: skip
        assert "0 passed, 1 failed" in result.err

    @pytest.mark.parametrize("form", ["json", "jsonl", "csv", "junit"])
    def test_the_formats(self, invoke: Invoke, main: Path, form: str) -> None:
        failing(main)
        result = invoke("test", "-o", form)
        assert result.status == 1
        match form:
            case "json":
                assert (json.loads(result.out)["failed"], invoke("test", "--json").status) == (1, 1)
            case "jsonl":
                assert json.loads(result.out)["differences"][0]["actual"] == "bigbox-orders"
            case "csv":
                assert result.out.splitlines()[0] == "file,name,ok,seconds,differences"
            case _:
                suite = ET.fromstring(result.out)
                assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
                message = suite.find("testcase/failure").get("message")  # type: ignore[union-attr]
                assert message == 'document 1: route: expected "rush", actual "bigbox-orders"'

    def test_a_mistyped_key_is_told_with_what_was_meant(self, invoke: Invoke, main: Path) -> None:
        path = main.with_name("route-tests") / "orders.toml"
        path.write_text(path.read_text().replace("partner =", "partnr ="))
        result = invoke("test")
        assert (result.status, "orders.toml:6:1 R003" in result.err) == (78, True)
        assert 'there is no key "partnr" here; did you mean "partner"?' in result.err

    def test_tests_that_are_named_and_not_there(self, invoke: Invoke, main: Path) -> None:
        result = invoke("test", "gone")
        assert (result.status, "there is no such file or folder" in result.err) == (1, True)

    def test_where_there_are_none_the_next_step_is_told(self, invoke: Invoke, main: Path) -> None:
        (main.with_name("route-tests") / "orders.toml").unlink()
        result = invoke("test")
        assert (result.status, "gateway test --record FILE" in result.err) == (0, True)

    def test_a_file_is_recorded_masked(self, invoke: Invoke, main: Path, tmp_path: Path) -> None:
        (tmp_path / "in.x12").write_bytes(ORDER)
        result = invoke("test", "--record", str(tmp_path / "in.x12"), "--name", "Of BigBox")
        assert (result.status, result.out.split()) == (0, ["route-tests/of-bigbox.toml", "route-tests/of-bigbox.x12"])
        assert "masked" in result.err
        assert b"SMITH" not in (main.with_name("route-tests") / "of-bigbox.x12").read_bytes()
        assert invoke("test").status == 0

    def test_standard_input_is_recorded(self, invoke: Invoke, main: Path) -> None:
        assert invoke("test", "--record", "-", "--no-mask", stdin=ORDER).status == 0
        assert invoke("test").status == 0

    def test_signs_that_xml_has_not_are_replaced(self) -> None:
        case = {"file": "f", "name": "a\x00b<", "ok": True, "seconds": 0.1, "differences": []}
        found = {"passed": 1, "failed": 0, "seconds": 0.1, "tests": [case]}
        assert ET.fromstring("\n".join(junit(found))).find("testcase").get("name") == "a�b<"  # type: ignore[union-attr]


class TestExplain:
    def test_routes_rules_deliveries_and_answers(self, invoke: Invoke, main: Path) -> None:
        result = invoke("route", "explain", "route-tests/order.x12")
        lines = [line.strip() for line in result.out.splitlines()]
        assert result.status == 0
        assert "route large does not: when: size(order.lines) > 5 does not hold  when size(order.lines) > 5" in lines or any(
            line.startswith("route large does not: ") for line in lines
        )
        assert "route bigbox-orders takes it: all criteria hold" in lines
        assert 'rule map  lines[0].item.identifiers.seller: "WIDGET-0001" -> "W1"' in lines
        assert 'rule default  warehouse.identifiers.seller: nothing -> "east"' in lines
        assert "delivers to odoo as sale_order" in lines
        assert "answers  997 accepted  by bigbox-folder" in lines
        assert "AK9*A*1*1*1~" in lines
        assert "Nothing was stored or sent." in result.err

    def test_a_route_that_is_named_takes_it_though_its_condition_does_not_hold(self, invoke: Invoke, main: Path) -> None:
        result = invoke("route", "explain", "route-tests/order.x12", "--route", "large")
        lines = [line.strip() for line in result.out.splitlines()]
        (tried,) = [line for line in lines if line.startswith("route ")]
        assert tried.startswith("route large takes it: a person named it for this document")
        unknown = invoke("route", "explain", "route-tests/order.x12", "--route", "lrge")
        assert (unknown.status, "Did you mean large?" in unknown.err) == (2, True)

    def test_a_document_of_ours_is_shown_as_written(self, invoke: Invoke, main: Path, tmp_path: Path) -> None:
        (tmp_path / "o.json").write_bytes(our_order(1))
        result = invoke("route", "explain", str(tmp_path / "o.json"), "--partner", "bigbox")
        assert "writes  850  by bigbox-folder" in result.out
        assert "BEG*00*SA*OUR-1**20260302~" in result.out

    def test_what_cannot_be_read_ends_with_5(self, invoke: Invoke, main: Path) -> None:
        result = invoke("route", "explain", "-", "--channel", "bigbox-folder", stdin=b"nothing")
        assert (result.status, "no-interchange" in result.out) == (5, True)

    def test_why_it_stops(self, invoke: Invoke, main: Path) -> None:
        main.write_text(
            main.read_text().replace('default = "warehouse.identifiers.seller", value = "east"', 'require = "currency_rate"')
        )
        main.write_text(main.read_text().replace('require = "currency_rate"', 'require = "warehouse"'))
        result = invoke("route", "explain", "route-tests/order.x12")
        assert "fails required-missing for edi: The route requires warehouse, and the document has none." in result.out

    @pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
    def test_the_formats(self, invoke: Invoke, main: Path, form: str) -> None:
        result = invoke("route", "explain", "route-tests/order.x12", "-o", form)
        assert (result.status, "bigbox-orders" in result.out) == (0, True)

    def test_a_channel_that_there_is_none_of(self, invoke: Invoke, main: Path) -> None:
        result = invoke("route", "explain", "route-tests/order.x12", "--channel", "gone")
        assert (result.status != 0, "There is no channel gone" in result.err) == (True, True)


class TestDiff:
    def test_a_partner_that_changes_its_region(self, invoke: Invoke, main: Path, tmp_path: Path) -> None:
        after = tmp_path / "elsewhere.toml"
        text = main.read_text().replace('id = "bigbox"\n', 'id = "bigbox"\nregion = "us"\n', 1)
        after.write_text(f'{text}\n[[region]]\nid = "us"\ndatabase_url = "${{US_URL:-}}"\n')
        (tmp_path / "sku.csv").write_text((main.parent / "sku.csv").read_text())
        result = invoke("config", "diff", str(after))
        assert "stays in the database of the gateway without a region, what comes now goes to that of the region us" in result.err
        assert 'region: nothing -> "us"' in result.out
        back = json.loads(invoke("config", "diff", str(after), str(main), "-o", "json").out)
        assert [(one["before"], one["after"]) for one in back["moved"]] == [("us", None)]

    def test_what_differs_and_whom_it_touches(self, invoke: Invoke, main: Path, tmp_path: Path) -> None:
        after = str(configured(tmp_path, "after"))
        result = invoke("config", "diff", after)
        lines = result.out.splitlines()
        assert (result.status, lines[:2]) == (
            0,
            ["changed agreement bigbox-850  touches bigbox", '         duplicates: "ignore" -> "reject"'],
        )
        assert "7 changes, touching bigbox (5), nordmart (2)." in result.err
        both = invoke("config", "diff", "routes.toml", after, "--deny-changes", "-o", "json")
        assert (both.status, json.loads(both.out)["partners"][0]) == (3, {"partner": "bigbox", "changes": 5})

    def test_the_same(self, invoke: Invoke, main: Path) -> None:
        result = invoke("config", "diff", "routes.toml", "--deny-changes")
        assert (result.status, result.out, "They say the same." in result.err) == (0, "", True)

    def test_three_are_too_many(self, invoke: Invoke, main: Path) -> None:
        assert invoke("config", "diff", "a", "b", "c").status == 2


FOUND: dict[str, Any] = {
    "configuration": "d" * 64, "in_force": "e" * 64, "since": "x", "until": "y", "seconds": 1.5, "messages": 20, "documents": 30,
    "changed_messages": 7, "more_changes": 2, "not_compared": [{"reason": "its bytes were purged", "count": 3}],
    "groups": [
        {"kind": "field", "partner": "bigbox", "document": "purchase_order", "what": "warehouse", "count": 9,
         "examples": [{"message": "m-2", "number": "order:2", "before": None, "after": "west"}]},
        {"kind": "route", "partner": "bigbox", "document": "purchase_order", "what": "orders -> rush", "count": 7,
         "examples": [{"message": "m-1", "number": "order:1", "before": "orders", "after": "rush"}]},
    ],
}  # fmt: skip


class TestReplay:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What was asked of the replay; the answer is invented, and came in three steps."""
        asked: dict[str, Any] = {}

        async def replay_decisions(where: str, new: str, **terms: Any) -> dict[str, Any]:
            asked.update(where=where, new=new, **terms)
            for done in (5, 10, 20):
                terms["told"](done, 20)
            return FOUND

        monkeypatch.setattr("gateway.bootstrap.config_replay.replay_decisions", replay_decisions)
        monkeypatch.setattr("gateway.cli.config._Progress.EVERY", 0.0)
        return asked

    def test_changes_are_grouped_with_examples(self, invoke: Invoke, asked: dict[str, Any]) -> None:
        result = invoke("config", "replay", "new.toml", "--since", "2026-11-01", "--partner", "bigbox", "--processes", "2")
        assert result.status == 0
        assert [line.strip() for line in result.out.splitlines()] == [
            "Routed elsewhere", "7  orders -> rush  bigbox purchase_order", 'm-1 order:1 "orders" -> "rush"',
            "Fields mapped otherwise", "9  warehouse  bigbox purchase_order", 'm-2 order:2 nothing -> "west"',
        ]  # fmt: skip
        assert "5 of 20 messages" in result.err
        assert "3 not compared: its bytes were purged" in result.err
        assert "7 of 20 messages (30 documents) would be decided otherwise" in result.err
        assert (asked["new"], asked["partner"], asked["processes"], str(asked["since"])[:10]) == (
            "new.toml",
            "bigbox",
            2,
            "2026-11-01",
        )

    def test_the_formats_and_the_status(self, invoke: Invoke, asked: dict[str, Any]) -> None:
        assert json.loads(invoke("config", "replay", "n", "-o", "json").out)["changed_messages"] == 7
        assert len(invoke("config", "replay", "n", "-o", "jsonl").out.splitlines()) == 2
        assert invoke("config", "replay", "n", "--deny-changes").status == 3
