"""Accounts, wired: over an office that is open, as the API and the console ask."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from gateway.bootstrap import accounts, audit_lines, verify_audit, write_audit
from gateway.bootstrap.audit import rounds
from gateway.bootstrap.office import Office, opened
from gateway.domain.access import Caller, Right, Role, at_the_machine
from gateway.errors import Absent, Denied, NotSignedIn
from gateway.operations.accounts import Terms
from gateway.security.passwords import ArgonPasswords
from tests.gateway.bootstrap.places import small
from tests.gateway.store.entrance import QUICK

PASSWORD, OTHER = "correct horse battery", "another horse battery"
ADDRESS = "192.0.2.7"
LOGIN = at_the_machine("root")
VIEWER = Terms(roles=frozenset({Role.VIEWER}))


@pytest.fixture
async def office(tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(accounts, "_PASSWORDS", ArgonPasswords(QUICK))
    async with opened(small(tmp_path, migrated_url, monkeypatch)) as office:
        yield office


async def person(office: Office, name: str) -> Caller:
    invitation = await accounts.add_person(office, name, VIEWER, by=LOGIN)
    invited = await accounts.invited(office, invitation.secret)
    assert invited is not None
    assert await accounts.choose_password(office, invitation.secret, PASSWORD) == invited.name == name
    return invited.caller()


async def sign_in(office: Office, name: str, password: str = PASSWORD) -> str:
    return (await accounts.sign_in(office, name, password, address=ADDRESS, agent="")).cookie


async def test_people_see_and_end_what_is_theirs_and_administrators_all(office: Office) -> None:
    ada, bo = await person(office, "ada"), await person(office, "bo")
    cookie, _ = await sign_in(office, "ada"), await sign_in(office, "bo")
    made = await accounts.issue_token(office, "ada", "scripts", scopes=[Right.SEE], by=ada)

    assert [one["account"] for one in await accounts.list_sessions(office, by=ada)] == ["ada"]
    assert {one["account"] for one in await accounts.list_sessions(office, by=LOGIN)} == {"ada", "bo"}
    assert [one["id"] for one in await accounts.list_tokens(office, by=ada)] == [str(made.id)]
    assert await accounts.list_tokens(office, by=bo) == []
    for theirs in (accounts.list_sessions(office, "ada", by=bo), accounts.list_tokens(office, "ada", by=bo),
                   accounts.sign_out_everywhere(office, "ada", by=bo), accounts.revoke_token(office, made.id, by=bo),
                   accounts.issue_token(office, "ada", "x", scopes=[Right.SEE], by=bo)):  # fmt: skip
        with pytest.raises(Absent):
            await theirs
    with pytest.raises(Denied):
        await accounts.add_service(office, "robot", VIEWER, by=ada)

    (session,) = await accounts.list_sessions(office, "ada", by=ada)
    await accounts.end_session(office, UUID(session["id"]), by=ada)
    assert await accounts.caller_of_session(office, cookie) is None
    caller = await accounts.caller_of_token(office, made.token, address=ADDRESS)
    assert caller == ada.restricted([Right.SEE], made.id)


async def test_a_password_is_changed_by_who_knows_it(office: Office) -> None:
    ada = await person(office, "ada")
    cookie = await sign_in(office, "ada")
    await accounts.change_password(office, ada, PASSWORD, OTHER, address=ADDRESS)
    assert await accounts.caller_of_session(office, cookie) is None
    with pytest.raises(NotSignedIn):
        await sign_in(office, "ada")
    assert await accounts.sign_out(office, await sign_in(office, "ada", OTHER))


async def test_the_first_administrator_comes_in_by_the_link_of_the_start(office: Office) -> None:
    invitation = await accounts.first_administrator(office)
    assert invitation is not None
    assert await accounts.choose_password(office, invitation.secret, PASSWORD) == "admin"
    assert await accounts.first_administrator(office) is None
    caller = await accounts.caller_of_session(office, await sign_in(office, "admin"))
    assert caller is not None
    assert caller.may(Right.ADMINISTER)


async def test_the_rounds_seal_what_was_done_and_forget_what_is_over(office: Office) -> None:
    await write_audit(office, at_the_machine("ada"), "payload_viewed", "4711", {})
    found = rounds(office.database, office.snapshot.gateway.sessions)
    assert [name for name, _, _ in found] == ["audit-seals", "sign-ins"]
    assert [await do() for _, do, _ in found] == [1, 0]
    (line,) = await audit_lines(office, {"actor": "ada"})
    verified = await verify_audit(office)
    assert (line["sealed"], verified.lines, verified.waiting, verified.broken) == (1, 1, 0, ())
