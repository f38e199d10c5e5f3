"""What is simulated is read from routes.toml: whom it is, what it speaks, by which line; and what is wrong is said there."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.simulate.lines import line_of, port_of
from gateway.cli.simulate.odoo import seed_of
from gateway.cli.simulate.speaking import Wanted, channel_of, partner_of, record_of, simulated, spoken
from gateway.config import Snapshot, load
from gateway.simulators.odoo import OdooSimulator
from gateway.simulators.partner import Manners
from gateway.simulators.partner.acting import Act
from gateway.simulators.partner.folder_line import FolderLine
from tests.gateway.cli.invented import run_command
from translators.contract import Family, Identity

HEAD = """
[gateway]
id = "us"
owner = "edi"
identities = { x12 = "ZZ:US", edifact = "5790000000012:14", xml = "0088:5790000000012" }
[[owner]]
id = "edi"
[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:9"
api_key = "${KEY:-key}"
[[route]]
id = "all"
deliver = [{ to = "odoo", as = "sale_order" }]
"""
BIGBOX = """
[[partner]]
id = "bigbox"
name = "BigBox Stores"
owner = "edi"
identities = { x12 = "01:123456789", edifact = "5798000000025:14" }
[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
"""
AGREEMENT = """
[[agreement]]
id = "{partner}-{number}"
partner = "{partner}"
direction = "{direction}"
document = "{document}"
format = "{form}"
{more}
"""


def agreed(direction: str, document: str, form: str, more: str = "", *, partner: str = "bigbox", number: int = 1) -> str:
    return AGREEMENT.format(partner=partner, number=number, direction=direction, document=document, form=form, more=more)


X12_IN = agreed("in", "purchase_order", "x12/004010/850", 'acknowledge = ["997"]')
EDIFACT_IN = agreed("in", "invoice", "edifact/D.96A/INVOIC", number=2)
X12_OUT = agreed(
    "out", "order_response", "x12/004010/855", 'channel = "bigbox-folder"\nexpect = { ack = "997", within = "24h" }', number=3
)
OUTBOX = BIGBOX + 'outbox = "out"\n'


def configured(folder: Path, *parts: str, environ: Mapping[str, str] | None = None) -> Snapshot:
    path = folder / "routes.toml"
    path.write_text("".join((HEAD, *parts)), encoding="utf-8")
    return load(str(path), dict(environ or {}))


def wanted(folder: Path, partner: str = "bigbox", channel: str = "") -> Wanted:
    return Wanted(partner, channel, "", folder / "simulated", Manners(), 7)


class TestSpeaking:
    def test_it_speaks_the_family_of_its_orders_and_owes_what_we_expect(self, tmp_path: Path) -> None:
        said = spoken(configured(tmp_path, OUTBOX, EDIFACT_IN, X12_IN, X12_OUT), wanted(tmp_path))
        assert (said.family, said.identity, said.other) == (Family.X12, Identity("01", "123456789"), Identity("ZZ", "US"))
        assert said.agreed.owed == {"order_response": ["997"]}
        assert said.agreed.formats == {"purchase_order": ("850", "004010")}
        partner = simulated(said, wanted(tmp_path), tell=print)
        assert (partner.side.family, partner.side.coming) == (Family.X12, 7)

    def test_without_orders_it_speaks_what_it_sends(self, tmp_path: Path) -> None:
        said = spoken(configured(tmp_path, BIGBOX, EDIFACT_IN), wanted(tmp_path))
        assert (said.family, said.orders, said.other) == (Family.EDIFACT, None, Identity("14", "5790000000012"))

    @pytest.mark.parametrize(
        ("name", "parts", "message"),
        [
            ("bigbox", (BIGBOX,), "nothing was agreed with bigbox"),
            ("bigbx", (BIGBOX, X12_IN), 'there is no partner "bigbx"'),
        ],
    )
    def test_who_has_nothing_to_say_is_told_so(self, tmp_path: Path, name: str, parts: tuple[str, ...], message: str) -> None:
        with pytest.raises(CommandFailed, match=message) as failure:
            spoken(configured(tmp_path, *parts), wanted(tmp_path, name))
        assert failure.value.remedy

    def test_those_that_there_are_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandFailed) as failure:
            partner_of(configured(tmp_path, BIGBOX), "nobody")
        assert (failure.value.remedy, failure.value.exit_status) == ("There are: bigbox.", ExitStatus.USAGE)

    def test_an_act_is_a_record_of_plain_values(self) -> None:
        record = record_of(Act("sent", "interchange", "a.edi", "7", 12, "taken"))
        assert list(record) == ["at", "did", "what", "name", "number", "size", "said"]
        assert (record["did"], record["size"], str(record["at"]).endswith("+00:00")) == ("sent", 12, True)


class TestLines:
    def test_the_first_channel_of_the_partner_that_can_be_simulated_is_used(self, tmp_path: Path) -> None:
        second = BIGBOX.partition("[[channel]]")[2].replace("bigbox-folder", "second").replace('"in"', '"in2"')
        snapshot = configured(tmp_path, BIGBOX, f"[[channel]]{second}")
        assert channel_of(snapshot, wanted(tmp_path)).id == "bigbox-folder"
        assert channel_of(snapshot, wanted(tmp_path, channel="second")).id == "second"
        with pytest.raises(CommandFailed, match=r"there are: bigbox-folder \(folder\), second \(folder\)"):
            channel_of(snapshot, wanted(tmp_path, channel="third"))

    def test_the_channel_of_somebody_else_is_not_taken(self, tmp_path: Path) -> None:
        other = BIGBOX.partition("[[channel]]")[0].replace("bigbox", "mute").replace("123456789", "987654321")
        snapshot = configured(tmp_path, BIGBOX, other.replace("5798000000025", "5798000000032"))
        with pytest.raises(CommandFailed, match="there are: none"):
            channel_of(snapshot, wanted(tmp_path, "mute", channel="bigbox-folder"))

    async def test_a_folder_line_is_the_other_end_of_the_folders_beside_routes_toml(self, tmp_path: Path) -> None:
        snapshot = configured(tmp_path, BIGBOX)
        (tmp_path / "in").mkdir()
        line = line_of(snapshot, channel_of(snapshot, wanted(tmp_path)), wanted(tmp_path), take=_nothing, environ={})
        assert isinstance(line, FolderLine)
        await line.send("a.edi", b"ISA*")
        assert (tmp_path / "in" / "a.edi").read_bytes() == b"ISA*"

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:8069", "http://LOCALHOST:8069/x", "http://[::1]:8069", "http://u:p@localhost:8069"]
    )
    def test_addresses_on_this_machine_have_a_port(self, url: str) -> None:
        assert port_of(url) == 8069

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("http://odoo.example:8069", "leads to odoo.example:8069"),
            ("http://127.0.0.1.example:80", "listens on this machine only"),
            ("http://127.0.0.1", "plain HTTP at a port"),
            ("https://127.0.0.1:8069", "plain HTTP at a port"),
            ("http://127.0.0.1:99999", "cannot be read: Port out of range"),
            ("http://127.0.0.1:x", "cannot be read: Port could not be cast"),
            ("http://[::1", "cannot be read: Invalid IPv6 URL"),
            ("", "listens on this machine only"),
        ],
    )
    def test_others_are_refused_with_what_to_write(self, url: str, message: str) -> None:
        with pytest.raises(CommandFailed, match=message.replace(".", r"\.")) as failure:
            port_of(url)
        assert (failure.value.exit_status, "http://127.0.0.1" in (failure.value.remedy or "")) == (ExitStatus.USAGE, True)

    def test_an_address_that_is_none_is_no_internal_error(self, tmp_path: Path) -> None:
        configured(tmp_path, BIGBOX)
        path = tmp_path / "routes.toml"
        path.write_text(path.read_text().replace("http://127.0.0.1:9", "http://127.0.0.1:99999"))
        result = run_command("simulate", "odoo", "--config", str(path))
        assert (result.status, "internal error" in result.err, "99999 cannot be read" in result.err) == (2, False, True)


class TestSeed:
    @pytest.mark.parametrize(
        ("identities", "reference", "gln"),
        [
            ('{ x12 = "01:123456789" }', "123456789", None),
            ('{ edifact = "5798000000025:14" }', "5798000000025", "5798000000025"),
            ('{ xml = "0088:5798000000032" }', "5798000000032", "5798000000032"),
            ('{ xml = "iso6523-actorid-upis:0088:5798000000032" }', "5798000000032", "5798000000032"),
            ('{ x12 = "01:123456789", edifact = "5798000000025:14" }', "123456789", "5798000000025"),
        ],
    )
    def test_each_partner_is_a_customer_by_its_identities(
        self, tmp_path: Path, identities: str, reference: str, gln: str | None
    ) -> None:
        text = f'[[partner]]\nid = "big-box"\nname = "BigBox"\nowner = "edi"\nidentities = {identities}\n'
        (customer,) = seed_of(configured(tmp_path, text))["partners"]
        assert (customer["name"], customer["ref"], customer["external_id"]) == ("BigBox", reference, "sales.big_box")
        assert customer.get("global_location_number") == gln

    async def test_a_simulated_odoo_starts_with_it(self, tmp_path: Path) -> None:
        async with OdooSimulator(seed=seed_of(configured(tmp_path, BIGBOX))) as simulator:
            assert simulator.url.startswith("http://127.0.0.1:")

    def test_an_odoo_that_there_is_none_of_is_said_with_those_there_are(self, tmp_path: Path) -> None:
        configured(tmp_path, BIGBOX)
        result = run_command("simulate", "odoo", "--application", "odo", "--config", str(tmp_path / "routes.toml"))
        assert result.status == 2
        assert 'there is no Odoo "odo"' in result.err
        assert "Name one with --application: odoo." in result.err


async def _nothing(_body: bytes, _name: str) -> None: ...
