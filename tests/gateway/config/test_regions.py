"""[[region]]: which part of a configuration a region works with, and what it knows of the rest."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config import REGION, Snapshot, lint, load
from gateway.config.lint import examine
from gateway.config.load import build_examined
from gateway.config.report import LintReport
from gateway.domain.application import OdooConnection
from gateway.domain.as2_terms import As2Options
from gateway.domain.region import OWN, Region
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.config.conftest import ROUTES as WITHOUT_REGIONS
from tests.gateway.config.conftest import Project
from tests.gateway.config.regional import ENVIRON, ROUTES, with_more
from translators.contract import Envelope, Family, Identity, Separators

SHARED = """
[[channel]]
id = "network"
type = "folder"
inbox = "network/in"
outbox = "network/out"

[[agreement]]
id = "{partner}-855"
partner = "{partner}"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "network"
expect = []
"""


def of(project: Project, region: str, routes: str = ROUTES, **environ: str) -> Snapshot:
    return load(project(routes), {**ENVIRON, **environ, REGION: region})


def codes(project: Project, routes: str, **environ: str) -> list[str]:
    return [item.code for item in lint(project(routes), {**ENVIRON, **environ}).items]


class TestWhatIsOfARegion:
    def test_nothing_changes_where_there_are_none(self, project: Project) -> None:
        snapshot = load(project(WITHOUT_REGIONS), ENVIRON)
        assert (snapshot.region, dict(snapshot.elsewhere.partners), dict(snapshot.elsewhere.channels)) == (OWN, {}, {})

    @pytest.mark.parametrize(
        ("region", "partner", "routes", "channels"),
        [
            ("", "bigbox", ["orders"], ["bigbox-http"]),
            ("eu", "nordmart", ["nordmart-orders", "orders"], ["nordmart-http"]),
            ("ca", "maple", ["orders"], ["maple-folder"]),
        ],
    )
    def test_partners_with_all_that_is_theirs_and_what_is_shared(
        self, project: Project, region: str, partner: str, routes: list[str], channels: list[str]
    ) -> None:
        snapshot = of(project, region)
        assert [*snapshot.partners] == [partner]
        assert [agreement.id for agreement in snapshot.agreements] == [f"{partner}-850"]
        assert [route.id for route in snapshot.routes] == routes
        assert [*snapshot.channels] == channels
        assert [*snapshot.applications] == ["odoo"]
        assert snapshot.region.id == region

    def test_all_regions_have_the_same_digest(self, project: Project) -> None:
        assert len({of(project, region).digest for region in ("", "eu", "ca")}) == 1

    def test_what_is_elsewhere_is_known_by_name_and_channel(self, project: Project) -> None:
        elsewhere = of(project, "ca").elsewhere
        eu = Region("eu", "https://eu.edi.nordic.example", "backups/eu")
        assert dict(elsewhere.partners) == {"bigbox": OWN, "nordmart": eu}
        assert sorted(elsewhere.channels) == ["bigbox-http", "nordmart-http"]
        assert str(eu) == 'the region "eu", at https://eu.edi.nordic.example'
        assert (str(OWN), str(Region("ca"))) == ("the gateway without a region", 'the region "ca"')

    @pytest.mark.parametrize(
        ("sender", "said"),
        [
            ("NORDMART", 'ZZ:NORDMART is nordmart, who is served by the region "eu", at https://eu.edi.nordic.example.'),
            ("MAPLE", 'ZZ:MAPLE is maple, who is served by the region "ca".'),
            ("NOBODY", "No partner has the identity ZZ:NOBODY."),
        ],
    )
    def test_a_sender_of_another_region_is_unknown_and_named(self, project: Project, sender: str, said: str) -> None:
        us, them = Identity("ZZ", "US"), Identity("ZZ", sender)
        envelope = Envelope(Family.X12, them, us, "000000001", "00401", False, "0", "", 7, (), Separators("*", ":", "~"))
        snapshot = of(project, "")
        assert snapshot.partner_of(envelope) is None
        assert [(one.code.value, one.message) for one in snapshot.terms_for(envelope).findings] == [("sender-unknown", said)]

    def test_what_follows_from_partners_elsewhere_is_left_out(self, project: Project) -> None:
        routes = with_more(
            '[[reconciliation]]\nid = "theirs"\nwhat = "stock"\napplication = "odoo"\npartner = "nordmart"',
            '[[schedule]]\nid = "nightly"\ncron = "0 2 * * *"\nrun = "reconcile"\nof = ["theirs"]',
            '[[schedule]]\nid = "both"\ncron = "0 3 * * *"\nrun = "reconcile"\nof = ["theirs", "numbers"]',
            '[[expected_traffic]]\nid = "mornings"\nsource = "nordmart"\nby = "10:00"',
            '[[warehouse]]\nid = "oslo"\npartner = "nordmart"\napplication = "odoo"',
        )
        here, there = (load_leniently(project, region, routes) for region in ("", "eu"))
        assert [len(there.reconciliations), len(there.schedules), len(there.silence.expected)] == [1, 2, 1]
        assert [len(here.reconciliations), len(here.silence.expected)] == [0, 0]
        assert [(one.id, one.options) for one in here.schedules] == [("both", {"of": ["numbers"]})]
        assert [[one.id for one in snapshot.release.warehouses] for snapshot in (here, there)] == [[], ["oslo"]]

    def test_applications_say_nothing_in_the_name_of_partners_elsewhere(self, project: Project) -> None:
        changes = (
            '[application.changes]\npartners = { bigbox = "ref:B", nordmart = "ref:N" }\nwarehouses = { WH = "nordmart" }\n'
            'stock = [{ partner = "nordmart" }, { partner = "bigbox" }]\n'
            'publish = [{ partner = "nordmart", records = ["items"] }]\n'
        )
        snapshot = load_leniently(project, "", ROUTES.replace("[[partner]]", f"{changes}\n[[partner]]", 1))
        connection = snapshot.applications["odoo"].connection
        assert isinstance(connection, OdooConnection)
        assert connection.changes is not None
        assert dict(connection.changes.partners) == {"bigbox": "ref:B"}
        assert dict(connection.changes.warehouses) == {}
        assert [report.partner for report in connection.changes.stock] == ["bigbox"]
        assert connection.changes.publications == ()

    def test_a_rest_system_tells_and_is_asked_for_partners_here_alone(self, project: Project) -> None:
        system = (
            '[[application]]\nid = "wms"\ntype = "http"\nurl = "https://wms"\n'
            '[application.webhook]\ntoken_hashes = ["${TOKEN}"]\nkey = "id"\nkind = "type"\npartner = "nordmart"\n'
            'number = "order"\nevent = [{ kind = "picked", milestone = "picked" }]\n'
        )
        here, there = (load_leniently(project, region, with_more(system)) for region in ("", "eu"))
        assert (_hook(here), _hook(there)) == (False, True)


def load_leniently(project: Project, region: str, routes: str) -> Snapshot:
    """Only what keeps it from being built matters here: what belongs together is checked elsewhere."""
    path = project(routes)
    examined = examine(path, {**ENVIRON, REGION: region})
    assert examined.configuration is not None, examined.report.errors
    return build_examined(replace(examined, report=LintReport.of([])), path.parent)


def _hook(snapshot: Snapshot) -> bool:
    return getattr(snapshot.applications["wms"].connection, "webhook", None) is not None


class TestWhereARegionKeepsThings:
    def test_what_it_says_stands_in_the_place_of_the_gateways(self, project: Project, tmp_path: Path) -> None:
        own = {"OWN_READ_URL": "postgresql://edi@replica/edi", "OWN_AMQP": "amqp://own", "CA_AMQP": "amqp://own"}
        here, eu, ca = (of(project, region, **own).gateway for region in ("", "eu", "ca"))
        assert [g.database_url for g in (here, eu, ca)] == [ENVIRON["OWN_URL"], ENVIRON["EU_URL"], ENVIRON["CA_URL"]]
        assert [g.database_read_url for g in (here, eu, ca)] == ["postgresql://edi@replica/edi", "", ""]
        assert [g.amqp_urls for g in (here, eu, ca)] == [("amqp://own",), (), ("amqp://own",)]
        assert [g.virtual_host for g in (here, eu, ca)] == [None, None, "ca"]
        assert [g.data for g in (here, eu, ca)] == [tmp_path / name for name in ("data", "data/eu", "elsewhere")]
        assert [g.port for g in (here, eu, ca)] == [8080, 8080, 8099]

    def test_asynchronous_receipts_come_to_the_region(self, project: Project, tmp_path: Path) -> None:
        key = pair("us")
        (tmp_path / "us.pem").write_bytes(key.certificate)
        (tmp_path / "us.key").write_bytes(key.key)
        own = (
            '[gateway.as2]\nurl = "https://edi.nordic.example/as2"\n'
            'keys = [{ certificate = "us.pem", key = "${file:us.key}" }]\n\n[[owner]]'
        )
        channel = (
            '[[channel]]\nid = "nordmart-as2"\npartner = "nordmart"\ntype = "as2"\ntheirs = "NORDMART"\nmdn = "async"\n'
            'url = "https://as2.nordmart.example"\ncertificates = ["us.pem"]\n'
        )
        routes = with_more(channel).replace("[[owner]]", own, 1)
        eu = of(project, "eu", routes).channels["nordmart-as2"].options
        assert isinstance(eu, As2Options)
        assert eu.receipt_url == "https://eu.edi.nordic.example/as2"
        assert "R073" in codes(project, routes.replace('url = "https://eu.edi.nordic.example/"\n', ""))


class TestChannelsOfNobody:
    def test_one_regions_partners_have_it_for_themselves(self, project: Project) -> None:
        routes = with_more(SHARED.format(partner="nordmart"))
        assert [("network" in of(project, region, routes).channels) for region in ("", "eu", "ca")] == [False, True, False]
        assert codes(project, routes) == []

    def test_what_several_use_only_the_gateway_without_a_region_reads(self, project: Project) -> None:
        channel, agreement = SHARED.split("\n\n")
        routes = with_more(channel, *(agreement.format(partner=partner) for partner in ("nordmart", "maple")))
        shared = {region: of(project, region, routes).channels["network"] for region in ("", "eu", "ca")}
        assert {region: (one.receives, one.sends) for region, one in shared.items()} == {
            "": (True, True),
            "eu": (False, True),
            "ca": (False, True),
        }
        assert codes(project, routes) == ["R203"]

    def test_what_nobody_names_is_warned_of(self, project: Project) -> None:
        routes = with_more('[[channel]]\nid = "anybody"\ntype = "folder"\ninbox = "anybody"')
        assert codes(project, routes) == ["R203"]
        assert [("anybody" in of(project, region, routes).channels) for region in ("", "eu")] == [True, False]


class TestComplaints:
    def test_there_are_none(self, project: Project) -> None:
        assert codes(project, ROUTES) == []

    def test_a_region_that_is_not_there(self, project: Project) -> None:
        (found,) = lint(project(ROUTES), {**ENVIRON, REGION: "eux"}).items
        assert found.code == "R200"
        assert 'did you mean "eu"' in str(found).lower()
        (found,) = lint(project(WITHOUT_REGIONS), {**ENVIRON, REGION: "eu"}).items
        assert found.code == "R200"

    def test_a_partner_of_a_region_that_is_not_there(self, project: Project) -> None:
        found = lint(project(ROUTES.replace('region = "eu"', 'region = "eo"')), ENVIRON).items
        assert {(item.code, item.message) for item in found} == {
            ("R021", 'there is no region "eo"'),
            ("R022", 'no partner is of region "eu"'),
        }

    def test_only_the_region_in_use_must_have_its_database(self, project: Project) -> None:
        assert codes(project, ROUTES, EU_URL="") == []
        assert codes(project, ROUTES, EU_URL="", **{REGION: "ca"}) == []
        assert codes(project, ROUTES, EU_URL="", **{REGION: "eu"}) == ["R201"]

    def test_a_region_names_a_database(self, project: Project) -> None:
        assert codes(project, ROUTES.replace('database_url = "${EU_URL:-}"\n', "")) == ["R004"]
        assert codes(project, ROUTES.replace("${EU_URL:-}", "postgresql://edi@eu/edi")) == ["R013"]

    @pytest.mark.parametrize(
        ("environ", "said"),
        [
            ({"EU_URL": "postgresql://other:secret@OWN:5432/edi?sslmode=require"}, 'region "eu" and the gateway have'),
            ({"CA_URL": "postgresql://edi@eu/edi"}, 'region "ca" and region "eu" have'),
            ({"CA_URL": "postgresql://edi@first,eu/edi"}, 'region "ca" and region "eu" have'),
            ({"OWN_READ_URL": "postgresql://edi@eu/edi"}, 'region "eu" and the gateway have'),
            ({"OWN_AMQP": "amqp://guest@mq/ca", "CA_AMQP": "amqp://other@mq:5672/other"}, 'region "ca" and the gateway have'),
        ],
    )
    def test_what_is_of_two(self, project: Project, environ: dict[str, str], said: str) -> None:
        (found,) = lint(project(ROUTES), {**ENVIRON, **environ}).items
        assert found.code == "R202"
        assert found.message.startswith(said)
        assert "secret" not in found.message

    def test_other_databases_and_hosts_are_nobody_elses(self, project: Project) -> None:
        assert codes(project, ROUTES, CA_URL="postgresql://edi@eu/edi_ca") == []
        assert codes(project, ROUTES, CA_URL="postgresql://edi@eu:5433/edi", OWN_AMQP="amqp://mq", CA_AMQP="amqp://mq") == []

    @pytest.mark.parametrize(
        ("there", "instead"), [('data = "elsewhere"', 'data = "data/eu"'), ('data = "elsewhere"', 'backup = "backups/eu"')]
    )
    def test_folders_of_two(self, project: Project, there: str, instead: str) -> None:
        assert codes(project, ROUTES.replace(there, instead)) == ["R202"]
