"""What would become of a document, as people and tests see it: plain values, whatever came, and nothing left out."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.bootstrap.foreseen_view import finding_view, finding_words, foreseen_view
from gateway.config import Snapshot, load
from gateway.stages.foresee import claimed, foresee
from gateway.stages.outgoing import OUTBOUND
from gateway.system import TimeOrderedIds
from tests.integration.deciding import configured, our_order
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850
from translators.finding import Code, found
from translators.position import Position

ORDER = order_850(control_number=1, order_number="PO-1", lines=2, sender="01:123456789", receiver="ZZ:NORDICDC")
LARGE = order_850(control_number=1, order_number="PO-2", lines=6, sender="01:123456789", receiver="ZZ:NORDICDC")
EDIFACT = order_edifact(control_number="7", order_number="N-1", lines=1, sender="5798000000025", receiver="5790000000012")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    path: Path = configured(tmp_path_factory.mktemp("foreseen"), "before")
    return load(str(path), {})


def view(
    snapshot: Snapshot, body: bytes, *, channel: str = "bigbox-folder", partner: str | None = None, whole: bool = False
) -> dict[str, Any]:
    """The view as it leaves the process: whatever is no JSON would fail here."""
    new_id = TimeOrderedIds()
    transmission = claimed(body, snapshot, channel=channel, partner=partner, name="a", new_id=new_id)
    made: dict[str, Any] = orjson.loads(
        orjson.dumps(foreseen_view(foresee(transmission, snapshot, new_id), snapshot, whole=whole))
    )
    return made


def documents(seen: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for interchange in seen["interchanges"] for one in interchange["documents"]]


class TestOrders:
    def test_an_order_says_who_sent_it_where_it_goes_and_what_is_answered(self, snapshot: Snapshot) -> None:
        seen = view(snapshot, ORDER)
        (interchange,) = seen["interchanges"]
        assert (seen["configuration"], seen["state"]) == (snapshot.digest, "translated")
        assert (interchange["family"], interchange["partner"], interchange["verdict"]) == ("x12", "bigbox", "accepted")
        assert [(one["type"], one["verdict"], one["channel"]) for one in interchange["acknowledgements"]] == [
            ("997", "accepted", "bigbox-folder")
        ]
        (document,) = interchange["documents"]
        assert document["deliveries"] == [{"to": "odoo", "as": "sale_order", "after": None, "sequence_key": None}]
        assert (document["failures"], document["lookups"], interchange["written"]) == ([], [], [])

    def test_routes_are_told_in_the_order_in_which_they_are_tried_with_their_conditions(self, snapshot: Snapshot) -> None:
        (small,), (large,) = documents(view(snapshot, ORDER)), documents(view(snapshot, LARGE))
        assert [(one["route"], one["matched"]) for one in small["tried"]] == [("large", False), ("bigbox-orders", True)]
        assert [(one["route"], one["when"]) for one in large["tried"]] == [("large", "size(order.lines) > 5")]
        assert (small["route"], large["route"]) == ("bigbox-orders", "large")

    def test_rules_are_told_with_what_was_there_before(self, snapshot: Snapshot) -> None:
        (document,) = documents(view(snapshot, ORDER))
        changed = {one["path"]: (one["before"], one["after"]) for one in document["rules"]}
        assert changed["lines[0].item.identifiers.seller"] == ("WIDGET-0001", "W1")
        assert changed["warehouse.identifiers.seller"] == (None, "east")

    def test_the_forms_of_a_document_are_there_only_when_they_are_asked_for(self, snapshot: Snapshot) -> None:
        (short,), (whole,) = documents(view(snapshot, ORDER)), documents(view(snapshot, ORDER, whole=True))
        assert not {"canonical", "routed"} & short.keys()
        seller = [form["lines"][0]["item"]["identifiers"]["seller"] for form in (whole["canonical"], whole["routed"])]
        assert seller == ["WIDGET-0001", "W1"]

    def test_where_no_rule_changed_it_both_forms_are_one(self, snapshot: Snapshot) -> None:
        (document,) = documents(view(snapshot, EDIFACT, channel="nordmart-folder", whole=True))
        assert document["rules"] == []
        assert document["routed"] == document["canonical"] != None  # noqa: E711 - of three in a row


class TestOthers:
    def test_what_is_ours_is_seen_as_it_is_written(self, snapshot: Snapshot) -> None:
        (interchange,) = view(snapshot, our_order(1), channel=OUTBOUND, partner="bigbox")["interchanges"]
        (written,) = interchange["written"]
        assert (written["type"], written["verdict"], written["channel"]) == ("850", "", "bigbox-folder")
        assert "BEG*00*SA*OUR-1**20260302~" in written["content"]

    def test_a_stranger_is_nobody_and_his_order_goes_nowhere(self, snapshot: Snapshot) -> None:
        seen = view(snapshot, ORDER.replace(b"123456789", b"987654321"))
        (interchange,) = seen["interchanges"]
        assert (interchange["partner"], [one["deliveries"] for one in interchange["documents"]]) == (None, [[]])

    def test_a_refused_document_has_findings_with_their_place_and_no_forms(self, snapshot: Snapshot) -> None:
        (document,) = documents(view(snapshot, ORDER.replace(b"BEG*00*", b"BEG**"), whole=True))
        assert (document["verdict"], document["canonical"], document["routed"]) == ("rejected", None, None)
        worst = next(one for one in document["findings"] if one["severity"] == "error")
        assert (worst["tag"], worst["element"], bool(worst["remedy"])) == ("BEG", 1, True)
        assert finding_words(worst).startswith(f"error {worst['code']} at {worst['segment']} BEG-01")

    @given(cut=st.integers(0, len(ORDER)), junk=st.binary(max_size=12))
    def test_whatever_comes_there_is_a_view_of_it(self, snapshot: Snapshot, cut: int, junk: bytes) -> None:
        seen = view(snapshot, ORDER[:cut] + junk, whole=True)
        assert seen["state"] in ("translated", "unreadable")
        assert all(finding_words(one) for one in seen["findings"])

    @pytest.mark.parametrize(
        ("place", "words"),
        [
            (Position(0), "error truncated"),
            (Position(9, 3, "BEG", 3), "error truncated at 3 BEG-03"),
            (Position(9, 3, "BEG"), "error truncated at 3 BEG"),
        ],
    )
    def test_words_of_a_finding_name_its_place_as_far_as_it_is_known(self, place: Position, words: str) -> None:
        seen = finding_view(found(Code.TRUNCATED, "The end is missing.", place, expected="IEA", actual="nothing"))
        assert finding_words(seen) == words
        assert (seen["offset"], seen["expected"], seen["actual"]) == (place.offset, "IEA", "nothing")
