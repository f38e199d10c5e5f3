"""The snapshot: what it holds, what its digest depends on, and how the environment changes it."""

import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import ConfigurationRefused, Snapshot, load
from gateway.domain.application import OdooConnection
from gateway.domain.breaker import BreakerPolicy
from gateway.domain.channel import FolderOptions, HttpOptions
from gateway.domain.token import hash_token
from gateway.errors import ConfigurationInvalid
from gateway.ports import Configuration
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project
from translators.finding import Code, Severity

HTTP = '[[channel]]\nid = "post"\npartner = "bigbox"\ntype = "http"\ntoken_hashes = ["${TOKEN}"]\n'


def odoo_of(snapshot: Snapshot) -> OdooConnection:
    connection = snapshot.applications["odoo"].connection
    assert isinstance(connection, OdooConnection)
    return connection


def test_defaults_are_filled_in(project: Project, tmp_path: Path) -> None:
    snapshot = load(project(), ENVIRON)
    odoo = snapshot.applications["odoo"]
    assert (odoo_of(snapshot).timeout, odoo.rate, odoo.max_batch, odoo.production) == (30.0, None, 20, False)
    assert (odoo.retry.first, odoo.retry.attempts) == (timedelta(seconds=5), 12)
    assert (odoo.breaker, odoo.owner) == (BreakerPolicy(), None)
    assert snapshot.channels["bigbox-folder"].options == FolderOptions(str(tmp_path / "in"), str(tmp_path / "out"))
    assert (snapshot.gateway.host, snapshot.gateway.port, snapshot.gateway.amqp_urls) == ("127.0.0.1", 8080, ())
    assert snapshot.gateway.data == tmp_path / "var"


def test_the_breaker_of_an_application_is_as_written(project: Project) -> None:
    written = 'breaker = { share = 0.2, failures = 9, first = "1s", factor = 3, longest = "5m" }\nowner = "edi"\n'
    text = ROUTES.replace('url = "http://odoo"\n', f'url = "http://odoo"\n{written}')
    odoo = load(project(text), ENVIRON).applications["odoo"]
    assert odoo.breaker == BreakerPolicy(0.2, 9, timedelta(seconds=1), 3.0, timedelta(minutes=5))
    assert odoo.owner == "edi"


def test_relative_paths_start_at_the_file_wherever_the_process_is(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project()
    monkeypatch.chdir(path.parent)
    assert load("routes.toml", ENVIRON).gateway.data == tmp_path / "var"


def test_errors_refuse_and_say_what_and_where(project: Project) -> None:
    path = project(ROUTES.replace('next = "edi"', 'next = "edy"').replace('to = "odoo"', 'to = "odo"'))
    with pytest.raises(ConfigurationRefused, match=r"^routes.toml:11:8 R021 .* \(and 1 more\)$") as refused:
        load(path, ENVIRON)
    assert isinstance(refused.value, ConfigurationInvalid)
    assert refused.value.exit_status == 78
    assert len(refused.value.report.errors) == 2


def test_warnings_do_not_refuse(project: Project) -> None:
    load(project(ROUTES + '[[table]]\nid = "unused"\nfile = "sku.csv"\n'), ENVIRON)


def test_the_digest_is_of_the_meaning_not_of_the_text(project: Project) -> None:
    first = load(project(), ENVIRON).digest
    assert (
        load(project("# a comment\n" + ROUTES.replace('type = "folder"\n', 'settle = "1s"\ntype = "folder"\n')), ENVIRON).digest
        == first
    )


def test_the_digest_changes_with_a_value_and_with_a_table(project: Project) -> None:
    digests = {
        load(project(), ENVIRON).digest,
        load(project(ROUTES.replace('value = "east"', 'value = "west"')), ENVIRON).digest,
        load(project(ROUTES, sku_dot_csv="theirs,ours\nA1,X2\n"), ENVIRON).digest,
    }
    assert len(digests) == 3


def test_the_digest_does_not_depend_on_secrets(project: Project) -> None:
    assert load(project(), {"ODOO_KEY": "one"}).digest == load(project(), {"ODOO_KEY": "two"}).digest


def test_secrets_show_in_no_representation(project: Project) -> None:
    snapshot = load(project(ROUTES + HTTP), {"ODOO_KEY": "hunter2", "TOKEN": hash_token("t0ken")})
    assert odoo_of(snapshot).api_key == "hunter2"
    assert snapshot.channels["post"].options == HttpOptions((hash_token("t0ken"),))
    assert "hunter2" not in repr(snapshot)
    assert hash_token("t0ken") not in repr(snapshot)


def test_secrets_show_in_no_complaint(project: Project) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        load(project(ROUTES + HTTP), {"ODOO_KEY": "x", "TOKEN": "not-a-hash-s3cret"})
    assert [item.code for item in refused.value.report.items] == ["R005"]
    assert "s3cret" not in str(refused.value.report)


def test_the_environment_of_the_process_goes_before_the_file(project: Project) -> None:
    overlay = '[gateway]\nvirtual_host = "live"\n[[application]]\nid = "odoo"\nurl = "https://live"\nretry = { attempts = 3 }\n'
    path = project(ROUTES, environments__production_dot_toml=overlay)
    assert load(path, ENVIRON).applications["odoo"].connection.url == "http://odoo"
    snapshot = load(path, ENVIRON | {"GATEWAY_ENVIRONMENT": "production"})
    odoo = snapshot.applications["odoo"]
    assert (snapshot.gateway.environment, snapshot.gateway.virtual_host) == ("production", "live")
    assert (odoo_of(snapshot).url, odoo_of(snapshot).database, odoo.retry.attempts, odoo.production) == (
        "https://live",
        "odoo",
        3,
        True,
    )


def test_an_environment_without_a_file_changes_only_its_name(project: Project) -> None:
    assert load(project(), ENVIRON | {"GATEWAY_ENVIRONMENT": "test"}).gateway.environment == "test"


def test_an_unknown_environment_is_refused(project: Project) -> None:
    with pytest.raises(ConfigurationRefused, match="environment is"):
        load(project(), ENVIRON | {"GATEWAY_ENVIRONMENT": "prod"})


def test_included_files_are_read_in_the_order_of_their_names(project: Project) -> None:
    partners = {f"partners__{name}_dot_toml": f'[[owner]]\nid = "{name}"\n' for name in ("b", "a")}
    snapshot = load(project('include = ["partners/*.toml"]\n' + ROUTES, **partners), ENVIRON)
    assert list(snapshot.owners) == ["edi", "sales", "a", "b"]


def test_several_brokers_are_joined_by_commas(project: Project) -> None:
    path = project(ROUTES.replace('id = "gw"', 'id = "gw"\namqp_urls = "${AMQP_URL}"'))
    urls = load(path, ENVIRON | {"AMQP_URL": "amqp://a, amqp://b"}).gateway.amqp_urls
    assert urls == ("amqp://a", "amqp://b")


def test_a_single_code_goes_before_its_group(project: Project) -> None:
    strict = '{ segment_unknown = "off", structure = "warn", code_lists = "error" }'
    (agreement,) = load(project(ROUTES.replace('{ code_lists = "warn" }', strict)), ENVIRON).agreements
    assert agreement.severities[Code.SEGMENT_UNKNOWN] is None
    assert agreement.severities[Code.SEGMENT_UNEXPECTED] is Severity.WARNING
    assert agreement.severities[Code.ELEMENT_CODE] is Severity.ERROR


def test_a_snapshot_cannot_be_changed(project: Project) -> None:
    snapshot = load(project(), ENVIRON)
    with pytest.raises(AttributeError):
        snapshot.digest = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        snapshot.channels["x"] = snapshot.channels["bigbox-folder"]  # type: ignore[index]


def test_partners_and_agreements_can_be_handed_to_another_process(project: Project) -> None:
    partnerships = load(project(), ENVIRON).partnerships
    assert pickle.loads(pickle.dumps(partnerships)) == partnerships


def test_a_snapshot_is_what_the_stages_ask_for(project: Project) -> None:
    configuration: Configuration = load(project(), ENVIRON)
    assert (configuration.gateway_id, configuration.owner_of("bigbox"), configuration.owner_of(None)) == ("gw", "edi", "edi")


def test_a_document_is_routed_with_what_the_configuration_says(project: Project) -> None:
    snapshot = load(project(), ENVIRON)
    context = snapshot.context(document="purchase_order", partner="bigbox", agreement="bigbox-850", test=False, message={})
    order = {
        "schema": "purchase_order/1",
        "number": "4711",
        "requested_delivery": "2026-12-01",
        "lines": [{"item": {"identifiers": {"buyer": "A1"}}}],
    }
    decision = snapshot.decide(order, context)
    assert decision.route == "orders"
    assert decision.document["lines"] == [{"item": {"identifiers": {"buyer": "A1", "seller": "X1"}}}]
    assert decision.document["warehouse"] == {"name": "east"}
    assert [(d.target, d.action, d.sequence_key) for d in decision.deliveries] == [("odoo", "sale_order", "odoo:bigbox:4711")]
    missing = snapshot.decide({name: value for name, value in order.items() if name != "requested_delivery"}, context)
    assert [(failed.code, failed.owner) for failed in missing.failures] == [("required-missing", "sales")]


def test_acknowledgements_go_back_the_way_they_came_or_where_the_partner_says(project: Project) -> None:
    more = HTTP + '[[channel]]\nid = "away"\npartner = "bigbox"\ntype = "folder"\noutbox = "away"\n'
    environ = ENVIRON | {"TOKEN": hash_token("x")}
    snapshot = load(project(ROUTES + more), environ)
    ways = {by: snapshot.reply_channel("bigbox", by) for by in ("away", "bigbox-folder", "post", None)}
    assert {by: way.id if way else None for by, way in ways.items()} == {
        "away": "away",
        "bigbox-folder": "bigbox-folder",
        "post": "bigbox-folder",
        None: "bigbox-folder",
    }
    named = ROUTES.replace(
        'identities = { x12 = "01:123456789" }', 'identities = { x12 = "01:123456789" }\nacknowledge_by = "away"'
    )
    way = load(project(named + more), environ).reply_channel("bigbox", "bigbox-folder")
    assert way is not None
    assert way.id == "away"


def test_a_guide_of_an_agreement_is_in_the_terms_of_its_documents(project: Project) -> None:
    places = 'map = { release = "REF+DP.02" }, mandatory = ["N1+ST.04"], codes = { "PO1.06" = ["UP"] }'
    guide = f'guide = {{ name = "BigBox guide 3", {places} }}'
    changed = ROUTES.replace('direction = "in"\n', f'direction = "in"\n{guide}\n', 1)
    agreements = load(project(changed), ENVIRON).partnerships.agreements
    found = next(agreement.guide for agreement in agreements.values() if agreement.guide is not None)
    assert (found.name, found.mapping, found.mandatory) == ("BigBox guide 3", (("release", "REF+DP.02"),), ("N1+ST.04",))
    assert found.codes == (("PO1.06", frozenset({"UP"})),)
