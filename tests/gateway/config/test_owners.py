"""`[[owner]]`, and whose failures are whose: what is read, and what is complained of."""

import json
from datetime import timedelta

import pytest

from gateway.config import json_schema, lint, load
from gateway.config.snapshot import Snapshot
from gateway.domain.owner import Owner, parse_address
from gateway.domain.route import Context
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

OFFICE = """
[[calendar]]
id = "office"
timezone = "Europe/Copenhagen"
hours = { mon-fri = "08:00-16:00" }
"""
SERVER = 'mail_server = { host = "smtp.nordic.example", from = "edi@nordic.example" }'
ENVIRONMENT = {**ENVIRON, "SECRET": "s3cret", "CHAT_URL": "https://chat.example/hooks/T0/xyz", "PASSWORD": "pw"}


def routes(owner: str = "", *, gateway: str = "", extra: str = "") -> str:
    text = ROUTES.replace('[[owner]]\nid = "edi"\n', f'[[owner]]\nid = "edi"\n{owner}\n', 1)
    return text.replace('owner = "edi"\n', f'owner = "edi"\n{gateway}\n', 1) + extra


def loaded(project: Project, *owner: str, gateway: str = "", extra: str = "") -> Snapshot:
    return load(project(routes("\n".join(owner), gateway=gateway, extra=extra)), ENVIRONMENT)


def complaints(project: Project, *owner: str, gateway: str = "", extra: str = "") -> list[tuple[str, str]]:
    report = lint(project(routes("\n".join(owner), gateway=gateway, extra=extra)), ENVIRONMENT)
    return [(item.code, item.message) for item in report.items]


class TestReading:
    def test_everything_has_a_default(self, project: Project) -> None:
        assert loaded(project).owners["edi"] == Owner("edi")

    def test_all_of_it(self, project: Project) -> None:
        snapshot = loaded(
            project,
            'notify = ["mail:edi@nordic.example", "webhook:${CHAT_URL}", "exec:/opt/page night"]',
            'attend = "30m"',
            'hours = "office"',
            'every = "5m"',
            'urgent = ["target-unavailable"]',
            'secret = "${SECRET}"',
            gateway=SERVER,
            extra=OFFICE,
        )
        assert snapshot.owners["edi"] == Owner(
            "edi",
            tuple(
                parse_address(a)
                for a in ("mail:edi@nordic.example", f"webhook:{ENVIRONMENT['CHAT_URL']}", "exec:/opt/page night")
            ),
            None,
            "office",
            timedelta(minutes=30),
            timedelta(minutes=5),
            frozenset({"target-unavailable"}),
            "s3cret",
        )
        assert "s3cret" not in repr(snapshot.owners["edi"])
        assert "xyz" not in repr(snapshot.owners["edi"])
        server = snapshot.gateway.mail_server
        assert server is not None
        assert (server.host, server.port, server.security, server.sender) == (
            "smtp.nordic.example", 587, "starttls", "edi@nordic.example"
        )  # fmt: skip

    def test_whose_failures_are_whose(self, project: Project) -> None:
        text = routes(gateway='stage_owners = { deliver = "sales" }').replace(
            'id = "orders"\n', 'id = "orders"\nowner = "sales"\n'
        )
        snapshot = load(project(text), ENVIRONMENT)
        assert snapshot.owner_of(None, stage="deliver") == "sales"
        assert snapshot.owner_of(None, stage="receive") == snapshot.default_owner == "edi"
        assert snapshot.owner_of("bigbox", stage="deliver") == "edi"
        assert snapshot.owner_of("bigbox", stage="deliver", route="orders") == "sales"
        (failed,) = snapshot.decide({"number": "1", "lines": []}, context_of(snapshot)).failures
        assert failed.owner == "sales"

    def test_a_routes_own_failures_are_its_owners(self, project: Project) -> None:
        text = routes().replace('id = "orders"\n', 'id = "orders"\nowner = "sales"\n')
        text = text.replace('otherwise = "failure:sales"', 'otherwise = "failure"')
        snapshot = load(project(text), ENVIRONMENT)
        (failed,) = snapshot.decide({"number": "1", "lines": []}, context_of(snapshot)).failures
        assert failed.owner == "sales"


def context_of(snapshot: Snapshot) -> Context:
    return snapshot.context(document="purchase_order", partner="bigbox", agreement=None, test=False, message={})


class TestComplaints:
    @pytest.mark.parametrize(
        "address", ["edi@nordic.example", "fax:1", "mail:nobody", "webhook:chat.example", "exec:page", "exec:/opt/page 'x"]
    )
    def test_an_address_that_cannot_be_used(self, project: Project, address: str) -> None:
        ((code, message),) = complaints(project, f'notify = ["{address}"]')
        assert code == "R005"
        assert "write" in message or "told by" in message or "quotation" in message

    @pytest.mark.parametrize(
        "address",
        [
            "webhook:https://bot:hunter2@chat.example/x",
            "webhook:https://chat.example/x?token=abc",
            "webhook:https://chat.example/x?room=1&Key=abc",
        ],
    )
    def test_a_secret_in_the_open(self, project: Project, address: str) -> None:
        found = complaints(project, f'notify = ["{address}"]', 'secret = "${SECRET}"')
        assert [code for code, _ in found] == ["R013"]
        assert "hunter2" not in found[0][1]
        assert "abc" not in found[0][1]

    @pytest.mark.parametrize(
        "address",
        ["webhook:${CHAT_URL}", "webhook:https://bot:${PASSWORD}@chat.example/", "webhook:https://c.example/x?token=${SECRET}"],
    )
    def test_a_secret_by_reference_is_fine(self, project: Project, address: str) -> None:
        assert complaints(project, f'notify = ["{address}"]', 'secret = "${SECRET}"') == []

    def test_what_webhooks_are_signed_with_is_a_secret_and_needed(self, project: Project) -> None:
        assert [code for code, _ in complaints(project, 'notify = ["webhook:${CHAT_URL}"]')] == ["R025"]
        assert [code for code, _ in complaints(project, 'notify = ["webhook:${CHAT_URL}"]', 'secret = "open"')] == ["R013"]

    def test_in_production_mails_need_a_server(self, project: Project) -> None:
        mail = 'notify = ["mail:edi@nordic.example"]'
        assert complaints(project, mail) == []
        found = complaints(project, mail, gateway='environment = "production"')
        assert "R024" in [code for code, _ in found]
        found = complaints(project, mail, gateway=f'environment = "production"\n{SERVER}')
        assert "R024" not in [code for code, _ in found]

    def test_the_servers_password_is_a_secret(self, project: Project) -> None:
        server = SERVER.replace("}", ', login = "edi", password = "open" }')
        assert [code for code, _ in complaints(project, gateway=server)] == ["R013"]

    @pytest.mark.parametrize(
        ("owner", "gateway", "what"),
        [
            ('next = "nobody"', "", 'no owner "nobody"'),
            ('hours = "office"', "", 'no calendar "office"'),
            ("", 'stage_owners = { deliver = "it" }', 'no owner "it"'),
        ],
    )
    def test_what_is_named_must_be_there(self, project: Project, owner: str, gateway: str, what: str) -> None:
        ((code, message),) = complaints(project, owner, gateway=gateway)
        assert code == "R021"
        assert what in message

    def test_a_routes_owner_must_be_there(self, project: Project) -> None:
        text = routes().replace('id = "orders"\n', 'id = "orders"\nowner = "it"\n')
        assert [item.code for item in lint(project(text), ENVIRONMENT).items] == ["R021"]

    def test_a_circle_is_told_once(self, project: Project) -> None:
        assert [code for code, _ in complaints(project, 'next = "sales"')] == ["R023"]

    def test_a_calendar_of_an_owner_is_used(self, project: Project) -> None:
        assert complaints(project, 'hours = "office"', extra=OFFICE) == []
        assert [code for code, _ in complaints(project, extra=OFFICE)] == ["R022"]

    @pytest.mark.parametrize(
        "key", ['attend = "0s"', 'every = "often"', 'urgent = [""]', "nonsense = 1", 'stage_owners = { x = "edi" }']
    )
    def test_nonsense(self, project: Project, key: str) -> None:
        found = complaints(project, gateway=key) if key.startswith("stage_owners") else complaints(project, key)
        assert found
        assert {code for code, _ in found} <= {"R003", "R005"}


def test_editors_know_the_keys() -> None:
    schema = json.loads(json_schema())
    assert set(schema["$defs"]["OwnerTable"]["properties"]) == {
        "id", "notify", "next", "attend", "hours", "every", "urgent", "secret"
    }  # fmt: skip
