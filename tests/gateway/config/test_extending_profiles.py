"""Profiles laid under partners, as the tree of a configuration: whatever is written there, nothing is lost or told twice."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import lint
from gateway.config.positions import positions
from gateway.config.profiles import extend_profiles
from gateway.config.source import Source, SourceFile
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

PROFILE = {
    "id": "retail",
    "partner": {"timezone": "Europe/Oslo", "codes": ["{partner}", {"deep": "to {partner}"}], "most": 3},
    "agreement": [{"id": "850", "channel": "{partner}-as2"}, {"id": "855"}],
    "route": [{"id": "orders", "when": "true"}],
}


def extended(data: dict[str, Any]) -> dict[str, Any]:
    tree = copy.deepcopy(data)
    source = Source(Path("routes.toml"), tree, main=SourceFile("routes.toml", positions(""), tree))
    extend_profiles(source)
    return source.data


def ids(data: dict[str, Any], kind: str) -> list[str]:
    return [one["id"] for one in data.get(kind, [])]


class TestPartners:
    def test_the_name_of_the_partner_stands_wherever_it_is_asked_for(self) -> None:
        (acme,) = extended({"profile": [PROFILE], "partner": [{"id": "acme", "profile": "retail"}]})["partner"]
        assert (acme["codes"], acme["most"], acme["timezone"]) == (["acme", {"deep": "to acme"}], 3, "Europe/Oslo")

    def test_what_it_says_itself_stays_even_when_it_is_nothing(self) -> None:
        own = {"id": "acme", "profile": "retail", "codes": [], "most": 0, "timezone": ""}
        (acme,) = extended({"profile": [PROFILE], "partner": [own]})["partner"]
        assert acme == own

    def test_one_that_extends_nothing_is_left_alone(self) -> None:
        others = [{"id": "solo"}, {"id": "lost", "profile": "unknown"}]
        found = extended({"profile": [PROFILE], "partner": others})
        assert found["partner"] == others
        assert ids(found, "agreement") == ids(found, "route") == []


class TestMade:
    def test_what_is_made_says_whose_it_is_and_of_which_profile(self) -> None:
        one, _ = extended({"profile": [PROFILE], "partner": [{"id": "acme", "profile": "retail"}]})["agreement"]
        assert one == {"id": "acme-850", "partner": "acme", "profile": "retail", "channel": "acme-as2"}

    def test_two_partners_do_not_share_what_was_made(self) -> None:
        partners = [{"id": name, "profile": "retail"} for name in ("acme", "bigbox")]
        found = extended({"profile": [PROFILE], "partner": partners})["agreement"]
        found[0]["channel"] = "changed"
        assert [one.get("channel") for one in found[1:]] == [None, "bigbox-as2", None]

    def test_a_written_agreement_keeps_its_place(self) -> None:
        written = [{"id": "first"}, {"id": "acme-855", "test": True}, {"id": "last"}]
        found = extended({"profile": [PROFILE], "partner": [{"id": "acme", "profile": "retail"}], "agreement": written})
        assert ids(found, "agreement") == ["first", "acme-855", "last", "acme-850"]
        assert found["agreement"][1] == {"id": "acme-855", "partner": "acme", "profile": "retail", "test": True}

    def test_two_of_one_name_are_both_there_for_the_checks(self) -> None:
        twice = {**PROFILE, "agreement": [{"id": "850", "x": 1}, {"id": "850", "x": 2}]}
        found = extended({"profile": [twice], "partner": [{"id": "acme", "profile": "retail"}]})["agreement"]
        assert [(one["id"], one["x"]) for one in found] == [("acme-850", 1), ("acme-850", 2)]

    @pytest.mark.parametrize("without", ["850", 7, None, {"850": True}])
    def test_what_is_no_list_leaves_nothing_out(self, without: Any) -> None:
        partner = {"id": "acme", "profile": "retail", "without": without}
        assert ids(extended({"profile": [PROFILE], "partner": [partner]}), "agreement") == ["acme-850", "acme-855"]


NAMES = st.sampled_from(["a", "b", "c", "a-b"])
ANYTHING = st.recursive(
    st.none() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "partner", "profile"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["profile", "partner", "agreement", "route"]), ANYTHING))
def test_a_tree_of_any_shape_is_left_for_the_checks(data: dict[str, Any]) -> None:
    assert isinstance(extended(data), dict)


@given(
    st.lists(NAMES, unique=True, max_size=3), st.lists(NAMES, unique=True, max_size=3), st.lists(NAMES, unique=True, max_size=3)
)
def test_every_partner_has_everything_but_what_it_leaves_out(partners: list[str], kinds: list[str], without: list[str]) -> None:
    profile = {"id": "p", "agreement": [{"id": kind} for kind in kinds]}
    data = {"profile": [profile], "partner": [{"id": name, "profile": "p", "without": without} for name in partners]}
    expected = [f"{name}-{kind}" for name in partners for kind in kinds if kind not in without]
    assert sorted(ids(extended(data), "agreement")) == sorted(expected)


@given(st.lists(NAMES, unique=True, min_size=1, max_size=3), st.lists(st.booleans(), max_size=4))
def test_routes_for_any_partner_come_last_and_written_ones_keep_their_order(partners: list[str], general: list[bool]) -> None:
    routes = [{"id": f"r{n}"} | ({} if any_partner else {"partner": "x"}) for n, any_partner in enumerate(general)]
    profile = {"id": "p", "route": [{"id": "orders"}]}
    data = {"profile": [profile], "partner": [{"id": name, "profile": "p"} for name in partners], "route": routes}
    found = ids(extended(data), "route")
    assert [name for name in found if name.startswith("r")] == ids(data, "route")
    made = [found.index(f"{name}-orders") for name in partners]
    first = general.index(True) if True in general else len(general)
    assert made == list(range(first, first + len(partners)))


def test_two_of_one_name_in_a_profile_are_complained_of_where_they_stand(project: Project) -> None:
    agreement = '[[profile.agreement]]\nid = "855"\ndirection = "out"\ndocument = "{}"\nformat = "x12/004010/855"\n'
    profile = '[[profile]]\nid = "retail"\n' + agreement.format("order_response") * 2
    extending = ROUTES.replace('id = "bigbox"\nowner', 'id = "bigbox"\nprofile = "retail"\nowner')
    path = project(f"{extending}\n{profile}")
    (found,) = [one for one in lint(path, ENVIRON).items if one.code == "R020"]
    assert found.message == 'there is another agreement "bigbox-855"'
    lines = path.read_text().splitlines()
    assert found.line in (len(lines) - 4, len(lines) - 3), found
