"""Where a new partner's documents are proposed to go, by which codes its items are looked up, and what is asked beside that."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agreement import Direction
from gateway.domain.identity import parse_identity
from gateway.domain.onboarding.partner_file import PartnerFile, Setting
from gateway.domain.onboarding.recognised import Items, OutsideCode, Recognised, SeenDocument
from gateway.domain.onboarding.wish import Format, KnownApplication, Surroundings, Transport, Wish
from gateway.operations.propose_partner import propose, written
from translators.contract import Family, Identity

ODOO = KnownApplication("odoo", "odoo", production=False)
AROUND = Surroundings(
    ours={Family.X12: [Identity("ZZ", "US")]}, owner="edi", owners=["edi"], applications=[ODOO], production=False
)
WISH = Wish(partner="acme", transport=Transport.FOLDER, sends=[])
THEIRS = Items(lines=2, schemes={"buyer": 2}, codes={"buyer": ["A-1"]}, known={"buyer": {"A-2": "OURS-2"}})
ORDERS = SeenDocument(
    family=Family.X12, direction=Direction.IN, type="850", version="004010", written=frozenset(), document="purchase_order",
    count=1, complaints={}, outside=[], items=THEIRS, without_currency=False, units=["EA"],
)  # fmt: skip
IDS = st.text("ABCXYZ019", min_size=1, max_size=15)


def proposed(*documents: SeenDocument, around: Surroundings = AROUND, wish: Wish = WISH, **found: Any) -> PartnerFile:
    return propose(wish, Recognised(samples=["a"], documents=documents or [ORDERS], **found), around)


def settings(file: PartnerFile, heading: str) -> list[dict[str, Any]]:
    """The tables of a kind that are not comments."""
    blocks = [block for block in file.blocks if block.heading == heading and block.chosen]
    return [{part.key: part.value for part in block.parts if isinstance(part, Setting)} for block in blocks]


def asked(file: PartnerFile) -> dict[str, str]:
    return {question.code: question.text for _, question in file.decisions()}


class TestItems:
    def test_codes_of_the_partner_are_looked_up_in_a_table_that_holds_what_the_samples_tell(self) -> None:
        file = proposed()
        assert settings(file, "[[table]]") == [{"id": "acme-items", "file": "tables/acme_items.csv"}]
        assert file.tables == {"tables/acme_items.csv": "their code,our code\nA-2,OURS-2\n"}
        (route,) = settings(file, "[[route]]")
        assert route["rules"][0]["from"] == "lines[].item.identifiers.buyer"
        assert asked(file)["items"].endswith("their code and ours: A-1.")

    @pytest.mark.parametrize(
        "items",
        [
            Items(),
            Items(lines=2, schemes={}),
            Items(lines=2, schemes={"seller": 2, "buyer": 2}),
            Items(lines=2, schemes={"gtin": 2, "buyer": 1}),
            Items(lines=2, schemes={"upc": 2}),
            Items(lines=2, schemes={"nobody_knows": 2}),
        ],
    )
    def test_no_table_is_needed_where_every_line_says_what_we_know(self, items: Items) -> None:
        file = proposed(replace(ORDERS, items=items))
        assert (file.tables, settings(file, "[[table]]")) == ({}, [])
        assert settings(file, "[[route]]")[0]["rules"] == [{"require": "lines[].quantity"}]

    def test_the_scheme_that_most_lines_have_is_the_one(self) -> None:
        items = Items(lines=5, schemes={"buyer": 1, "manufacturer": 4, "gtin": 4}, codes={"manufacturer": ["M"]})
        (route,) = settings(proposed(replace(ORDERS, items=items)), "[[route]]")
        assert route["rules"][0]["from"] == "lines[].item.identifiers.manufacturer"

    def test_a_document_that_another_route_takes_decides_nothing_about_the_table(self) -> None:
        other = Items(lines=1, schemes={"manufacturer": 1}, codes={"manufacturer": ["M-1"]}, known={})
        bill = replace(ORDERS, type="810", document="invoice", items=other)
        file = proposed(bill, ORDERS, around=replace(AROUND, taken={"invoice": "bills"}))
        (block,) = [block for block in file.blocks if block.heading == "[[table]]"]
        assert '"buyer" codes' in block.remarks[0]
        assert asked(file)["items"].endswith("A-1.")

    def test_two_ways_of_naming_items_are_not_mixed_up_in_one_table(self) -> None:
        bill = replace(ORDERS, type="810", document="invoice", items=Items(lines=1, schemes={"manufacturer": 1}))
        routes = {one["document"]: one.get("rules", []) for one in settings(proposed(ORDERS, bill), "[[route]]")}
        assert any("table" in rule for rule in routes["purchase_order"])
        assert not any("table" in rule for rule in routes["invoice"])

    def test_of_many_codes_some_are_listed_and_the_others_counted(self) -> None:
        many = replace(THEIRS, codes={"buyer": [f"A-{number}" for number in range(50)]})
        assert asked(proposed(replace(ORDERS, items=many)))["items"].endswith("A-19 and 30 more.")

    @given(st.dictionaries(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12), max_size=5))
    def test_whatever_codes_hold_the_table_is_read_as_they_were(self, known: Mapping[str, str]) -> None:
        (text,) = proposed(replace(ORDERS, items=replace(THEIRS, known={"buyer": known}))).tables.values()
        head, *rows = csv.reader(io.StringIO(text, newline=""))
        assert head == ["their code", "our code"]
        assert dict(rows) == known


class TestRoutes:
    @pytest.mark.parametrize(
        ("applications", "named", "target"),
        [
            ([ODOO], "", "odoo"),
            ([ODOO, KnownApplication("other", "http", production=False)], "", "odoo"),
            ([ODOO, replace(ODOO, id="second")], "", None),
            ([ODOO, replace(ODOO, id="second")], "second", "second"),
            ([ODOO], "nowhere", None),
            ([KnownApplication("wms", "http", production=False)], "wms", None),
            ([], "", None),
        ],
    )
    def test_it_is_asked_where_documents_go_unless_one_thing_can_be_meant(
        self, applications: Sequence[KnownApplication], named: str, target: str | None
    ) -> None:
        file = proposed(around=replace(AROUND, applications=applications), wish=replace(WISH, application=named))
        targets = [one["deliver"][0]["to"] for one in settings(file, "[[route]]")]
        assert targets == ([target] if target else [])
        assert ("route" in asked(file)) == (target is None)

    @pytest.mark.parametrize("taken", [{"purchase_order": "orders"}, {"": "orders"}])
    def test_a_route_that_takes_it_from_everybody_is_named_instead(self, taken: Mapping[str, str]) -> None:
        file = proposed(around=replace(AROUND, taken=taken))
        assert settings(file, "[[route]]") == []
        assert asked(file)["route"].startswith('Route "orders" takes it from every partner.')

    def test_a_document_in_two_versions_has_one_route(self) -> None:
        file = proposed(ORDERS, replace(ORDERS, version="005010"))
        assert [one["id"] for one in settings(file, "[[route]]")] == ["acme-purchase-order"]

    def test_prices_without_a_currency_are_asked_about(self) -> None:
        assert "currency" in asked(proposed(replace(ORDERS, without_currency=True)))
        assert "currency" not in asked(proposed())


class TestWhatIsSaid:
    def test_a_document_that_no_format_is_known_for_is_asked_about_and_not_forgotten(self) -> None:
        named = Format(Family.FLAT, "farm", "purchase_order", "purchase_order")
        file = propose(replace(WISH, formats=[named], sends=["invoice"]), Recognised(), AROUND)
        assert "In which format do we send invoice?" in asked(file)["sends-format"]
        assert "sends-format" not in asked(proposed(wish=replace(WISH, sends=["invoice"])))

    def test_json_is_known_by_the_way_it_comes_unless_it_names_somebody(self) -> None:
        wish = replace(WISH, formats=[Format(Family.JSON, "1", "purchase_order", "purchase_order")])
        file = propose(wish, Recognised(), AROUND)
        assert settings(file, "[[partner]]")[0]["identities"] == {}
        assert "identity" not in asked(file)
        named = propose(replace(wish, identities={Family.JSON: [Identity("gln", "5790000000029")]}), Recognised(), AROUND)
        assert settings(named, "[[partner]]")[0]["identities"] == {"json": "gln:5790000000029"}

    def test_several_identities_are_all_kept_and_asked_about(self) -> None:
        both = [Identity("01", "1"), Identity("ZZ", "ACME")]
        file = proposed(theirs={Family.X12: both})
        assert settings(file, "[[partner]]")[0]["identities"] == {"x12": ["01:1", "ZZ:ACME"]}
        assert "identities" in asked(file)

    def test_remarks_tell_what_stands_in_the_samples(self) -> None:
        file = proposed(replace(ORDERS, outside=[OutsideCode("PO103", "QZ", 2)]), characters=frozenset({"utf-8", "ascii"}))
        assert "In the samples it sends 850 004010, 1 of them." in file.remarks
        assert "Codes of 850 that are in no list of ours: PO103 QZ." in file.remarks
        assert "Characters of the samples: ascii, utf-8." in file.remarks

    def test_what_could_not_be_read_is_named_with_the_reason(self) -> None:
        assert (
            "order.edi could not be read: It is cut off." in asked(proposed(unread={"order.edi": "It is cut off."}))["unreadable"]
        )


@given(
    st.one_of(
        st.tuples(st.just(Family.X12), st.builds(Identity, st.text("0189Z", min_size=2, max_size=2), IDS)),
        st.tuples(st.just(Family.EDIFACT), st.builds(Identity, st.text("0189Z", max_size=4), IDS)),
        st.tuples(st.just(Family.XML), st.builds(Identity, st.sampled_from(["", "0088", "iso6523-actorid-upis:0088"]), IDS)),
        st.tuples(st.just(Family.JSON), st.builds(Identity, st.sampled_from(["", "gln"]), IDS)),
    )
)
def test_an_identity_is_written_as_the_configuration_reads_it(one: tuple[Family, Identity]) -> None:
    family, identity = one
    assert parse_identity(family, written(family, identity)) == identity
