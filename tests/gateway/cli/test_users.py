"""`gateway users`, `gateway tokens`: over a real database, as somebody does it who sets a gateway up."""

import asyncio
import csv
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.bootstrap import accounts
from gateway.domain.access import Caller, Right
from gateway.errors import NotSignedIn
from gateway.operations.sign_in import SignedIn
from gateway.security.passwords import ArgonPasswords
from tests.gateway.bootstrap.places import small
from tests.gateway.cli.invented import Result
from tests.gateway.store.entrance import QUICK

Invoke = Callable[..., Result]
PASSWORD = "correct horse battery"


@pytest.fixture
def config(tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A configuration with a partner, over a migrated database."""
    return small(tmp_path, migrated_url, monkeypatch)


@pytest.fixture
def gateway(config: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Commands on that configuration."""
    monkeypatch.setattr(accounts, "_PASSWORDS", ArgonPasswords(QUICK))
    monkeypatch.setenv("GATEWAY_CONFIG", config)

    def gateway(*words: str) -> Result:
        result = invoke(*words)
        assert "Traceback" not in result.err
        return result

    return gateway


def chosen(link: str) -> str:
    secret = re.fullmatch(r"/password/([0-9a-f]{48})\n", link)
    assert secret
    return asyncio.run(accounts.choose_password(os.environ["GATEWAY_CONFIG"], secret[1], PASSWORD))


def signed_in(name: str) -> SignedIn:
    return asyncio.run(accounts.sign_in(os.environ["GATEWAY_CONFIG"], name, PASSWORD, address="192.0.2.7", agent="a browser"))


def shown(token: str) -> Caller | None:
    return asyncio.run(accounts.caller_of_token(os.environ["GATEWAY_CONFIG"], token, address="192.0.2.7"))


def test_the_life_of_an_account(gateway: Invoke) -> None:
    assert "nobody yet" in gateway("users").err
    added = gateway("users", "add", "Ada", "--role", "administrator", "--display", "Ada Lovelace", "--by", "root")
    assert "ada chooses a password there" in added.err
    assert chosen(added.out) == "ada"
    assert signed_in("ada").caller.rights == frozenset(Right) - {Right.PAYLOADS}

    changed = gateway("users", "change", "ada", "--payloads", "--role", "administrator", "--role", "operator")
    assert changed.err == "ada is now administrator, operator, sees what documents hold.\n"
    (listed,) = json.loads(gateway("users", "list", "-o", "json").out)
    assert (listed["name"], listed["display"], listed["state"], listed["payloads"], listed["sessions"]) == (
        "ada", "Ada Lovelace", "open", True, 1
    )  # fmt: skip
    table = gateway("users").out.splitlines()
    assert re.fullmatch(r"NAME +STATE +MAY +LAST SEEN +SESSIONS +TOKENS", table[0])
    assert re.fullmatch(r"ada +open +administrator, operator, sees what documents hold +\S+ m?s ago +1 +0", table[1])

    (session,) = csv.DictReader(io.StringIO(gateway("users", "sessions", "-o", "csv").out))
    assert (session["account"], session["address"], session["agent"]) == ("ada", "192.0.2.7", "a browser")
    assert "192.0.2.7" in gateway("users", "sessions", "ada").out
    assert gateway("users", "sign-out", "ada").err == "1 session of ada ended.\n"
    assert gateway("users", "sessions").err == "Nobody is signed in.\n"

    refused = gateway("users", "close", "ada")
    assert refused.status == 4
    assert "left to administer" in refused.err
    assert chosen(gateway("users", "add", "bo", "--role", "administrator").out) == "bo"
    assert gateway("users", "close", "ada").status == 0
    assert [one["name"] for one in json.loads(gateway("users", "--json").out)] == ["bo"]
    assert "closed" in gateway("users", "--all").out
    with pytest.raises(NotSignedIn):
        signed_in("ada")


def test_what_is_wrong_is_told_in_three_lines(gateway: Invoke) -> None:
    for words, status, says in (
        (("users", "invite", "nobody"), 1, "no open account 'nobody'"),
        (("users", "change", "nobody", "--payloads"), 1, "no such account"),
        (("users", "add", "x y", "--role", "viewer"), 4, "no name of an account"),
        (("users", "add", "ada"), 4, "would have no role"),
        (("users", "add", "ada", "--role", "viewer", "--partner", "unknown"), 4, "no partner"),
        (("users", "add", "ada", "--role", "emperor"), 2, "emperor"),
        (("tokens", "add", "nobody", "--name", "x", "--scope", "see"), 1, "no open account"),
        (("tokens", "add", "nobody", "--name", "x", "--scope", "see", "--lasting", "soon"), 2, "--lasting"),
        (("tokens", "revoke", "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"), 1, "No such token holds"),
    ):
        result = gateway(*words)
        assert result.status == status, result.err
        assert says in result.err
        assert [line.split(":")[0].strip() for line in result.err.splitlines()] == ["error", "where", "next"]


def test_a_new_link_lets_somebody_choose_again(gateway: Invoke, config: str) -> None:
    chosen(gateway("users", "add", "ada", "--role", "viewer").out)
    cookie = signed_in("ada").cookie
    assert chosen(gateway("users", "invite", "ada").out) == "ada"
    assert asyncio.run(accounts.caller_of_session(config, cookie)) is None
    assert asyncio.run(accounts.sign_out(config, signed_in("ada").cookie))


def test_the_life_of_a_token(gateway: Invoke) -> None:
    assert gateway("tokens").err == "There is no token.\n"
    added = gateway("users", "add", "reports", "--service", "--role", "viewer", "--partner", "bigbox", "--payloads")
    assert "gateway tokens add reports" in added.err
    assert added.out == ""
    made = gateway("tokens", "add", "reports", "--name", "nightly", "--scope", "see", "--lasting", "90d")
    token = made.out.strip()
    assert re.fullmatch(r"edi_[0-9a-f]{48}", token)
    caller = shown(token)
    assert caller is not None
    assert (caller.name, caller.partner, caller.rights) == ("reports", "bigbox", {Right.SEE})

    (listed,) = json.loads(gateway("tokens", "list", "reports", "-o", "json").out)
    assert (listed["name"], listed["scopes"], listed["used_from"], listed["state"]) == ("nightly", ["see"], "192.0.2.7", "open")
    assert token not in json.dumps(listed)
    rotated = gateway("tokens", "rotate", listed["id"], "--overlap", "1d")
    assert "holds for 1d more" in rotated.err
    assert shown(token) is not None
    assert shown(rotated.out.strip()) is not None

    assert gateway("tokens", "revoke", listed["id"]).err == "It does not hold any more.\n"
    assert shown(token) is None
    open_ones = gateway("tokens").out.splitlines()
    assert re.match(r"ID +ACCOUNT +NAME +STATE +FOR +UNTIL +LAST USED", open_ones[0])
    assert len(open_ones) == 2
    assert {one["state"] for one in csv.DictReader(io.StringIO(gateway("tokens", "--all", "-o", "csv").out))} == {
        "open",
        "revoked",
    }
    beyond = gateway("tokens", "add", "reports", "--name", "more", "--scope", "repair")
    assert beyond.status == 4
    assert "itself may not: repair" in beyond.err
