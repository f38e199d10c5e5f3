"""Profiles: what many partners have in common is written once, and what a partner writes itself goes before it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.config import archived, lint, load, rebuilt
from gateway.domain.agreement import DuplicatePolicy

ENVIRON = {"KEY": "k"}
MAIN = """
include = ["partners/*.toml", "profiles.toml"]
[gateway]
id = "hub"
owner = "edi"
identities = { x12 = "ZZ:HUB" }
[[owner]]
id = "edi"
[[owner]]
id = "sales"
[[application]]
id = "odoo"
type = "odoo"
url = "http://odoo.example"
api_key = "${KEY}"
[[route]]
id = "any"
document = "purchase_order"
deliver = [{ to = "odoo", as = "sale_order" }]
"""
PROFILE = """\
[[profile]]
id = "retail"
partner = { timezone = "America/Chicago", acknowledge_by = "{partner}-folder" }

[[profile.agreement]]
id = "850"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]
duplicates = "ignore"

[[profile.agreement]]
id = "855"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "{partner}-folder"
expect = { ack = "997", within = "24h" }

[[profile.route]]
id = "orders"
document = "purchase_order"
rules = [{ default = "warehouse.identifiers.seller", value = "{partner}" }]
deliver = [{ to = "odoo", as = "sale_order" }]
"""


def partner(name: str, number: int, more: str = "") -> str:
    return f"""
[[partner]]
id = "{name}"
owner = "edi"
profile = "retail"
identities = {{ x12 = "01:{number}" }}
{more}
[[channel]]
id = "{name}-folder"
type = "folder"
partner = "{name}"
inbox = "{name}/in"
outbox = "{name}/out"
"""


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Files of a configuration with two partners; `files` changes some."""

    def written(**files: str) -> Path:
        (tmp_path / "partners").mkdir(exist_ok=True)
        usual = {
            "routes": MAIN, "profiles": PROFILE, "partners/acme": partner("acme", 1), "partners/bigbox": partner("bigbox", 2),
        }  # fmt: skip
        for name, text in {**usual, **{name.replace("__", "/"): text for name, text in files.items()}}.items():
            (tmp_path / f"{name}.toml").write_text(text)
        return tmp_path / "routes.toml"

    return written


def agreements(path: Path) -> dict[str, Any]:
    return {one.id: one for one in load(path, ENVIRON).agreements}


def complaints(path: Path) -> list[str]:
    return [str(one) for one in lint(path, ENVIRON).items]


class TestExtended:
    def test_each_partner_has_what_the_profile_has_under_its_own_name(self, write: Write) -> None:
        snapshot = load(write(), ENVIRON)
        assert [one.id for one in snapshot.agreements] == ["acme-850", "acme-855", "bigbox-850", "bigbox-855"]
        assert {one.id: one.partner for one in snapshot.agreements}["bigbox-855"] == "bigbox"
        assert {one.id: one.channel for one in snapshot.agreements}["bigbox-855"] == "bigbox-folder"
        assert str(snapshot.partners["acme"].timezone) == "America/Chicago"
        assert snapshot.partners["acme"].acknowledge_by == "acme-folder"

    def test_without_a_profile_nothing_is_otherwise(self, write: Write) -> None:
        (line,) = complaints(write(partners__acme="", partners__bigbox=""))
        assert line.endswith('R022 no partner extends profile "retail"')

    def test_its_routes_stand_before_those_for_any_partner(self, write: Write) -> None:
        snapshot = load(write(), ENVIRON)
        assert [(route.id, route.partner) for route in snapshot.routes] == [
            ("acme-orders", "acme"), ("bigbox-orders", "bigbox"), ("any", None),
        ]  # fmt: skip
        assert "'bigbox'" in str(snapshot.routes[1].rules[0])

    def test_but_behind_those_that_a_partner_has_itself(self, write: Write) -> None:
        rush = """
[[route]]
id = "rush"
partner = "acme"
when = 'order.kind == "rush"'
deliver = [{ to = "odoo", as = "sale_order" }]
"""
        snapshot = load(write(routes=MAIN.replace('[[route]]\nid = "any"', f'{rush}\n[[route]]\nid = "any"')), ENVIRON)
        assert [route.id for route in snapshot.routes] == ["rush", "acme-orders", "bigbox-orders", "any"]

    def test_what_a_partner_writes_itself_goes_before_it_member_by_member(self, write: Write) -> None:
        own = '\n[[agreement]]\nid = "acme-850"\npartner = "acme"\nduplicates = "accept"\n'
        zone = 'timezone = "Europe/Oslo"'
        path = write(partners__acme=partner("acme", 1, zone) + own)
        found = agreements(path)
        assert (found["acme-850"].duplicates, found["bigbox-850"].duplicates) == (DuplicatePolicy.ACCEPT, DuplicatePolicy.IGNORE)
        assert found["acme-850"].acknowledgement.functional == "997", "what it does not say is the profile's"
        assert str(load(path, ENVIRON).partners["acme"].timezone) == "Europe/Oslo"

    def test_what_a_partner_has_not_is_left_out(self, write: Write) -> None:
        path = write(partners__acme=partner("acme", 1, 'without = ["855", "orders"]'))
        assert list(agreements(path)) == ["acme-850", "bigbox-850", "bigbox-855"]
        assert [route.id for route in load(path, ENVIRON).routes] == ["bigbox-orders", "any"]

    def test_an_environment_changes_what_was_made(self, write: Write) -> None:
        path = write()
        (path.parent / "environments").mkdir()
        overlay = '[[agreement]]\nid = "acme-850"\nduplicates = "reject"\n'
        (path.parent / "environments" / "development.toml").write_text(overlay)
        assert agreements(path)["acme-850"].duplicates is DuplicatePolicy.REJECT


TABLES = (
    PROFILE.replace(
        'rules = [{ default = "warehouse.identifiers.seller", value = "{partner}" }]',
        'rules = [{ map = "lines[].item.identifiers.seller", from = "lines[].item.identifiers.buyer", table = "{partner}-sku" }]',
    )
    + """
[[profile.table]]
id = "sku"
file = "tables/{partner}.csv"
"""
)


class TestTables:
    """A table of a profile is a table of each partner: each has its own file, or another one that it names itself."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> Path:
        (tmp_path / "tables").mkdir()
        for name in ("acme", "bigbox", "special"):
            (tmp_path / "tables" / f"{name}.csv").write_text(f"theirs,ours\nX,{name.upper()}\n")
        return tmp_path / "tables"

    def codes(self, path: Path) -> dict[str, str]:
        return {name: table.codes["X"] for name, table in load(path, ENVIRON).tables.items()}

    @pytest.mark.usefixtures("files")
    def test_each_partner_has_its_own(self, write: Write) -> None:
        path = write(profiles=TABLES)
        assert complaints(path) == []
        assert self.codes(path) == {"acme-sku": "ACME", "bigbox-sku": "BIGBOX"}

    @pytest.mark.usefixtures("files")
    def test_a_partner_may_name_another_file_or_leave_it_out(self, write: Write) -> None:
        own = '\n[[table]]\nid = "acme-sku"\nfile = "tables/special.csv"\n'
        left_out = partner("bigbox", 2, 'without = ["sku", "orders"]')
        path = write(profiles=TABLES, partners__acme=partner("acme", 1) + own, partners__bigbox=left_out)
        assert self.codes(path) == {"acme-sku": "SPECIAL"}

    def test_a_file_that_is_missing_is_complained_of_in_the_profile(self, write: Write, files: Path) -> None:
        (files / "acme.csv").unlink()
        (said,) = complaints(write(profiles=TABLES))
        assert said.startswith("profiles.toml:")
        assert "tables/acme.csv" in said

    @pytest.mark.usefixtures("files")
    def test_it_is_kept_with_its_files(self, write: Write) -> None:
        path = write(profiles=TABLES)
        kept = archived(path, ENVIRON, digest=load(path, ENVIRON).digest)
        assert {"tables/acme.csv", "tables/bigbox.csv"} <= set(kept.files)


class TestComplaints:
    def test_a_right_one_has_none(self, write: Write) -> None:
        assert complaints(write()) == []

    def test_what_is_wrong_in_a_profile_is_complained_of_there(self, write: Write) -> None:
        found = complaints(write(profiles=PROFILE.replace("x12/004010/855", "x12/4010")))
        assert found
        assert all(one.startswith("profiles.toml:17:1") for one in found), found

    def test_what_is_wrong_in_what_a_partner_writes_is_complained_of_there(self, write: Write) -> None:
        own = '\n[[agreement]]\nid = "acme-850"\npartner = "acme"\nduplicates = "never"\n'
        (found,) = complaints(write(partners__acme=partner("acme", 1) + own))
        assert found.startswith("partners/acme.toml:18:")

    def test_places_of_what_is_written_stay_right(self, write: Write) -> None:
        found = complaints(write(routes=MAIN.replace('to = "odoo"', 'to = "odo"')))
        (line,) = [one for one in found if 'did you mean "odoo"?' in one]
        assert line.startswith("routes.toml:19:19")

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ('profile = "retail"', 'profile = "retial"', 'there is no profile "retial"; did you mean "retail"?'),
            (
                'profile = "retail"',
                'profile = "retail"\nwithout = ["865"]',
                'has no agreement, route or table "865"; did you',
            ),
            ('profile = "retail"', 'without = ["855"]', "acme extends no profile, and leaves something out"),
        ],
    )
    def test_of_what_is_not_there(self, write: Write, before: str, after: str, said: str) -> None:
        found = complaints(write(partners__acme=partner("acme", 1).replace(before, after)))
        assert any(said in one and one.startswith("partners/acme.toml:") for one in found), found

    def test_what_has_no_id_makes_nothing(self, write: Write) -> None:
        found = complaints(write(profiles=PROFILE.replace('id = "850"\n', "")))
        assert any("without an id" in one and one.startswith("profiles.toml:5:") for one in found), found

    @pytest.mark.parametrize(
        "text", ["profile = 3", "[profile]\nid = 3", "[[profile]]\nid = 3", '[[profile]]\nid = "x"\nroute = 3\n']
    )
    def test_of_what_is_no_profile(self, write: Write, text: str) -> None:
        assert complaints(write(profiles=text))


class TestKept:
    def test_a_change_of_the_profile_is_another_configuration(self, write: Write) -> None:
        before = load(write(), ENVIRON).digest
        assert load(write(profiles=PROFILE.replace('"ignore"', '"accept"')), ENVIRON).digest != before

    def test_it_is_kept_with_its_file_and_built_again(self, write: Write) -> None:
        path = write()
        before = load(path, ENVIRON)
        document = archived(path, ENVIRON, digest=before.digest)
        assert "profiles.toml" in document.files
        write(profiles="")
        kept = {"digest": document.digest, "main": "routes.toml", "environment": "", "written": document.written}
        again = rebuilt({**kept, "files": dict(document.files)}, path.parent, ENVIRON)
        assert again.agreements == before.agreements
