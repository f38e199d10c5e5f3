"""Configurations compared by meaning, and whom each difference touches."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.config_difference import Difference, differences

TREE: dict[str, Any] = {
    "gateway": {"id": "us", "owner": "edi"},
    "owner": [{"id": "edi"}, {"id": "sales"}],
    "application": [{"id": "odoo", "type": "odoo", "url": "http://odoo"}, {"id": "wms", "type": "http", "url": "http://wms"}],
    "partner": [{"id": "bigbox", "owner": "edi"}, {"id": "nordmart", "owner": "sales"}],
    "channel": [{"id": "bigbox-as2", "partner": "bigbox", "type": "as2"}],
    "calendar": [{"id": "office"}],
    "agreement": [
        {"id": "bigbox-850", "partner": "bigbox", "direction": "in", "document": "purchase_order", "format": "x12/004010/850"},
        {"id": "nordmart-flat", "partner": "nordmart", "direction": "in", "document": "purchase_order",
         "format": "flat/orders/purchase_order", "expect": [{"ack": "997", "calendar": "office"}]},
        {"id": "bigbox-856", "partner": "bigbox", "direction": "out", "document": "despatch_advice", "format": "x12/004010/856"},
    ],
    "table": [{"id": "sku", "file": "sku.csv", "codes": {"A": "1", "B": "2"}}, {"id": "unused", "file": "u.csv", "codes": {}}],
    "layout": [{"id": "orders", "sha256": "1"}],
    "route": [
        {"id": "rush", "partner": "bigbox", "document": "purchase_order", "rules": [{"map": "x", "table": "sku"}],
         "deliver": [{"to": "odoo"}]},
        {"id": "all", "partner": None, "document": "purchase_order", "direction": "in", "deliver": [{"to": "wms"}]},
        {"id": "last", "agreement": "nordmart-flat", "deliver": [{"to": "odoo"}]},
    ],
    "process": {"late": "1h"},
    "deadline": [],
}  # fmt: skip


def changed(change: Callable[[dict[str, Any]], Any]) -> list[Difference]:
    tree = copy.deepcopy(TREE)
    change(tree)
    return differences(TREE, tree)


def test_what_says_the_same_has_no_differences() -> None:
    assert differences(TREE, copy.deepcopy(TREE)) == []


def test_the_order_of_everything_but_routes_means_nothing() -> None:
    def turned(tree: dict[str, Any]) -> None:
        for section in ("partner", "agreement", "table"):
            tree[section].reverse()

    assert changed(turned) == []


@pytest.mark.parametrize(
    ("change", "section", "name", "partners"),
    [
        (lambda t: t["partner"][0].update(owner="sales"), "partner", "bigbox", ["bigbox"]),
        (lambda t: t["agreement"][0].update(duplicates="ignore"), "agreement", "bigbox-850", ["bigbox"]),
        (lambda t: t["channel"][0].update(url="x"), "channel", "bigbox-as2", ["bigbox"]),
        (lambda t: t["table"][0]["codes"].update(A="9"), "table", "sku", ["bigbox"]),
        (lambda t: t["table"][1]["codes"].update(A="9"), "table", "unused", []),
        (lambda t: t["layout"][0].update(sha256="2"), "layout", "orders", ["nordmart"]),
        (lambda t: t["calendar"][0].update(holidays=["x"]), "calendar", "office", ["nordmart"]),
        (lambda t: t["owner"][1].update(attend="1h"), "owner", "sales", ["nordmart"]),
        (lambda t: t["application"][0].update(url="y"), "application", "odoo", ["bigbox", "nordmart"]),
        (lambda t: t["application"][1].update(url="y"), "application", "wms", ["bigbox", "nordmart"]),
        (lambda t: t["route"][0].update(when="true"), "route", "rush", ["bigbox"]),
        (lambda t: t["route"][1].update(when="true"), "route", "all", ["bigbox", "nordmart"]),
        (lambda t: t["route"][2].update(when="true"), "route", "last", ["nordmart"]),
        (lambda t: t["gateway"].update(id="them"), "gateway", "", ["bigbox", "nordmart"]),
        (lambda t: t["process"].update(late="2h"), "process", "", []),
    ],
)
def test_whom_a_change_touches(change: Callable[[dict[str, Any]], Any], section: str, name: str, partners: list[str]) -> None:
    (found,) = changed(change)
    assert (found.section, found.id, found.what, list(found.partners)) == (section, name, "changed", partners)


def test_each_member_that_differs_is_told() -> None:
    (found,) = changed(lambda tree: tree["table"][0]["codes"].update(A="9", C="3"))
    assert [(one.path, one.before, one.after) for one in found.members] == [("codes.A", "1", "9"), ("codes.C", None, "3")]


def test_entries_that_come_and_go() -> None:
    def other(tree: dict[str, Any]) -> None:
        tree["agreement"][2] = {**tree["agreement"][2], "id": "bigbox-ship"}

    assert [(one.id, one.what, one.partners) for one in changed(other)] == [
        ("bigbox-856", "removed", ("bigbox",)),
        ("bigbox-ship", "added", ("bigbox",)),
    ]


def test_a_route_that_is_tried_at_another_place_has_moved() -> None:
    def last_first(tree: dict[str, Any]) -> None:
        tree["route"].insert(0, tree["route"].pop())

    assert [(one.id, one.what, one.partners) for one in changed(last_first)] == [("last", "moved", ("nordmart",))]


def test_a_new_route_in_front_moves_no_other() -> None:
    found = changed(lambda tree: tree["route"].insert(0, {"id": "first", "partner": "bigbox"}))
    assert [(one.id, one.what) for one in found] == [("first", "added")]


def test_a_partner_that_only_one_side_names_is_touched() -> None:
    (found,) = changed(lambda tree: tree["route"][0].update(partner="nordmart"))
    assert found.partners == ("bigbox", "nordmart")


def test_profiles_touch_all_who_extend_them() -> None:
    tree = {"profile": [{"id": "retail", "x": 1}], "partner": [{"id": "a", "extends": "retail"}, {"id": "b"}]}
    other = {**tree, "profile": [{"id": "retail", "x": 2}]}
    (found,) = differences(tree, other)
    assert found.partners == ("a",)


@pytest.mark.parametrize("section", ["deadline", "service_level", "hold", "subscriber"])
def test_what_names_partners_touches_these(section: str) -> None:
    one = {"id": "fast", "within": "5m", "partners": ["nordmart", "bigbox"]}
    before, after = ({**TREE, section: [{**one, "within": within}]} for within in ("5m", "9m"))
    (found,) = differences(before, after)
    assert found.partners == ("bigbox", "nordmart")


def test_a_calendar_touches_those_whose_deadline_counts_by_it() -> None:
    deadline = {"id": "fast", "calendar": "office", "partners": ["bigbox"]}
    before = {**TREE, "deadline": [deadline]}
    after = {**before, "calendar": [{"id": "office", "holidays": ["x"]}]}
    (found,) = differences(before, after)
    assert found.partners == ("bigbox", "nordmart"), "nordmart is expected to answer by it"


def test_owners_that_follow_each_other_in_a_circle_end_somewhere() -> None:
    owners = [{"id": "a", "next": "b"}, {"id": "b", "next": "a"}]
    before = {"owner": owners, "partner": [{"id": "bigbox", "owner": "a"}]}
    (found,) = differences(before, {**before, "owner": [owners[0], {**owners[1], "attend": "1h"}]})
    assert found.partners == ("bigbox",)


def test_a_section_that_comes_is_one_entry_without_an_id() -> None:
    (found,) = changed(lambda tree: tree.update(silence={"weeks": 4}))
    assert (found.section, found.id, found.what, found.members) == ("silence", "", "added", ())


@given(st.permutations(["a", "b", "c", "d"]), st.permutations(["a", "b", "c", "d"]))
def test_taking_out_the_routes_that_moved_leaves_the_same_order(old: list[str], new: list[str]) -> None:
    before, after = ({"route": [{"id": name, "partner": "x"} for name in names]} for names in (old, new))
    moved = [one.id for one in differences(before, after)]
    assert [name for name in old if name not in moved] == [name for name in new if name not in moved]
    assert (moved == []) == (old == new)


@given(st.lists(st.sampled_from(list(TREE)), unique=True))
def test_what_comes_one_way_goes_the_other_way_and_touches_the_same(sections: list[str]) -> None:
    less = {name: value for name, value in TREE.items() if name not in sections}
    there, back = differences(TREE, less), differences(less, TREE)
    assert {(one.section, one.id, one.partners) for one in there} == {(one.section, one.id, one.partners) for one in back}
    assert {one.what for one in there} <= {"removed"}
    assert {one.what for one in back} <= {"added"}
