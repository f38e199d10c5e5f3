"""Configurations as people bring them into force: proposed from files, approved, rejected, gone back from; and their history."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from gateway.bootstrap.in_force import kept_snapshot
from gateway.bootstrap.office import Office, Where, opened
from gateway.bootstrap.route_tests import results_of
from gateway.config import ConfigurationRefused, Snapshot, archived, is_inside, lint, load, rebuilt, unpacked
from gateway.config.route_tests import files_of_tests
from gateway.domain.access import AccountKind, Caller
from gateway.domain.activation import AT_THE_MACHINE, OPEN, Approval, Kind, Proposal, RouteTests, Signature, may_not_approve
from gateway.errors import Absent, ActionRefused, Denied
from gateway.ports import Json
from gateway.store.activations import Activation, NewActivation, PostgresActivations
from gateway.store.work import PostgresWork

_LIST = "See them with: gateway config list"


def signature(by: Caller) -> Signature:
    """Who asks, as the record names them. Whoever has the database in hand has no account with roles."""
    at_the_machine = by.account.int == 0 and by.kind is AccountKind.PERSON
    return Signature(by.name, AT_THE_MACHINE if at_the_machine else frozenset(role.value for role in by.roles))


async def propose_configuration(where: Where, file: str | Path, proposal: Proposal, *, by: Caller) -> Json:
    """Bring the configuration of a file into force: at once, at its time, or when somebody else has approved it.

    Raises ConfigurationInvalid for one with errors, ActionRefused when tests fail and nothing is said to override them, when it
    is in force already, or where configurations are not managed.
    """
    async with opened(where) as office:
        present = await _managed(office)
        proposed = await _examined(file, office)
        if proposed.digest == present.digest:
            raise ActionRefused("It is in force already: nothing that has an effect was changed.", remedy=_LIST)
        if proposed.tests.problem and not proposal.override:
            raise ActionRefused(
                f"It is not activated: {proposed.tests.problem}.",
                remedy="See why: gateway test. If the tests are wrong, say why they may be passed over: --override REASON",
            )
        await PostgresWork(office.database).activate_configuration(proposed.digest, proposed.document)
        number = await PostgresActivations(office.database).add(
            NewActivation(
                digest=proposed.digest,
                kind=Kind.PROPOSAL,
                terms=proposed.terms,
                proposer=signature(by),
                reason=proposal.reason,
                approved=present.terms.approval is Approval.NOBODY,
                lint=proposed.lint,
                tests=asdict(proposed.tests),
                override=proposal.override if proposed.tests.problem else None,
                effective_from=proposal.effective_from,
            )
        )
        return await _told(office, number)


async def try_configuration(where: Where, file: str | Path) -> Json:
    """What stands against the configuration of a file: its `digest`, whether that is the `same` as in force, the `problem` of its
    tests, `lint` and `tests`. Nothing is changed. Raises ConfigurationInvalid for one with errors.
    """
    async with opened(where) as office:
        found = await _examined(file, office)
    same = found.digest == office.snapshot.digest
    told = {"digest": found.digest, "same": same, "problem": found.tests.problem}
    return {**told, "lint": found.lint, "tests": asdict(found.tests)}


Edit = Callable[[Mapping[str, str]], Mapping[str, str | None]]
"""What is to be laid over the files in force, by their names beside routes.toml: their new texts, None for one that goes."""


async def propose_files(where: Where, files: Mapping[str, str | None], proposal: Proposal, *, by: Caller) -> Json:
    """The same with these files laid over those in force: by their names beside routes.toml, None for one that goes.

    Raises what `propose_configuration` raises, and ActionRefused for a name that leads out of the folder.
    """
    return await propose_edit(where, lambda _present: files, proposal, by=by)


async def propose_edit(where: Where, edit: Edit, proposal: Proposal, *, by: Caller) -> Json:
    """The same with what follows from the files in force. Raises also what the edit raises."""
    async with opened(where) as office:
        present = await _managed(office)
        document = await _document(office, present.digest)
        files = edit(document["files"])
        for name in files:
            if not is_inside(name):
                raise ActionRefused(f"{name} leads out of the folder.", remedy="Name files relative to routes.toml.")
        laid = {**document["files"], **files}
        kept = {name: text for name, text in laid.items() if text is not None}
        with unpacked(kept, office.settings.config.parent) as folder:
            return await propose_configuration(office, folder / str(document["main"]), proposal, by=by)


async def decide_configuration(where: Where, number: int, *, approve: bool, by: Caller, reason: str) -> Json:
    """Approve what waits for it, or reject what is not in force yet. Raises Absent, Denied, ActionRefused."""
    async with opened(where) as office:
        activations = PostgresActivations(office.database)
        activation = await _one(office, number)
        if activation.state not in (("proposed",) if approve else OPEN):
            raise _decided(activation)
        if approve and activation.proposer is not None:
            why = may_not_approve(activation.proposer, signature(by))
            if why:
                raise Denied(f"Activation {number} is not approved by {why}.", remedy="Ask them to look at it.")
            await kept_snapshot(office.settings, activation.digest, office.database)
        if not await activations.decide(number, approve=approve, by=by.name, reason=reason):
            raise _decided(await _one(office, number))
        return await _told(office, number)


def _decided(activation: Activation) -> ActionRefused:
    by = f", decided by {activation.decided_by}" if activation.decided_by else ""
    return ActionRefused(f"Activation {activation.id} is {activation.state.replace('_', ' ')}{by}.", remedy=_LIST)


async def roll_back_configuration(where: Where, named: str = "", *, by: Caller, reason: str) -> Json:
    """Go back to what was in force before, or to what a number or a digest names. It was in force: nobody need approve it again.

    Raises Absent when there is nothing to go back to, ConfigurationInvalid when it cannot be built any more.
    """
    async with opened(where) as office:
        present = await _managed(office)
        before = await _gone_back_to(office, named)
        if before.digest == present.digest:
            raise ActionRefused("It is in force already.", remedy=_LIST)
        await kept_snapshot(office.settings, before.digest, office.database)
        number = await PostgresActivations(office.database).add(
            NewActivation(
                digest=before.digest, kind=Kind.ROLL_BACK, terms=before.terms, proposer=signature(by), reason=reason,
                approved=True, lint=before.lint, tests=before.tests, audit={"activation": before.id},
            )
        )  # fmt: skip
        return await _told(office, number)


async def configurations(where: Where, *, before: int | None = None, limit: int = 50) -> Sequence[Json]:
    """Activations, the newest first: who wanted it and why, what its tests said, who approved, from when and until when."""
    async with opened(where) as office:
        return [_view(one) for one in await PostgresActivations(office.database).several(before=before, limit=limit)]


async def configuration(where: Where, number: int | None = None) -> Json:
    """One activation, or the one in force, with the names of its `files`. Raises Absent."""
    async with opened(where) as office:
        if number is None:
            present, _ = await PostgresActivations(office.database).now()
            if present is None:
                raise Absent("No configuration is in force: no gateway has begun yet.", remedy="Start one: gateway run")
            number = present.id
        return await _told(office, number)


async def configuration_file(where: Where, number: int, name: str) -> str:
    """A file of an activation's configuration; what is no text in base 64, after `base64:`. Raises Absent."""
    async with opened(where) as office:
        files = (await _document(office, (await _one(office, number)).digest)).get("files") or {}
        if name not in files:
            raise Absent(f"Activation {number} has no file {name}.", remedy=f"It has: {', '.join(sorted(files))}")
        return str(files[name])


# ----------------------------------------------------------------------------------------------------------- what it takes


@dataclass(frozen=True, slots=True)
class _Proposed:
    digest: str
    document: str
    terms: Any
    lint: Sequence[Json]
    tests: RouteTests


async def _examined(named: str | Path, office: Office) -> _Proposed:
    """Read, checked, tested, kept and built again as processes will: what goes wrong there goes wrong here. Raises."""
    file, environ = _absolute(named), office.settings.environ
    report = await asyncio.to_thread(lint, file, environ)
    if not report.ok:
        raise ConfigurationRefused(report)
    snapshot = await asyncio.to_thread(load, file, environ)
    document = (await asyncio.to_thread(archived, file, environ, digest=snapshot.digest)).document()
    await asyncio.to_thread(rebuilt, orjson.loads(document), office.settings.config.parent, environ)
    told = [
        {"file": one.file, "line": one.line, "code": one.code, "severity": one.severity, "message": one.message}
        for one in report.items
    ]
    return _Proposed(snapshot.digest, document, snapshot.gateway.activation, told, await _tests(file, snapshot))


def _absolute(named: str | Path) -> Path:
    return Path(named).absolute()


async def _tests(file: Path, snapshot: Snapshot) -> RouteTests:
    """What the tests beside a configuration come to, on the code that would run it."""
    found = await asyncio.to_thread(results_of, snapshot, files_of_tests(file, []))
    failed = [f"{one['file']}: {one['name']}" for one in found["tests"] if not one["ok"]]
    return RouteTests(int(found["passed"]), failed)


async def _managed(office: Office) -> Activation:
    """The activation in force, where what is activated decides. Raises ActionRefused."""
    present, _ = await PostgresActivations(office.database).now()
    if present is None or not present.terms.managed:
        raise ActionRefused(
            "What runs here are files: nothing is activated in the database.",
            remedy="Change the files and send SIGHUP; or let activations decide: [gateway.activation] managed = true.",
        )
    return present


async def _gone_back_to(office: Office, named: str) -> Activation:
    activations = PostgresActivations(office.database)
    if not named:
        before = await activations.before()
        if before is None:
            raise Absent("Nothing was in force before what is now.", remedy=_LIST)
        return before
    found = [await _one(office, int(named))] if named.isdigit() and len(named) < 6 else await activations.of(named)
    if len(found) != 1 or found[0].activated_at is None:
        what = "Several configurations begin with" if len(found) > 1 else "Nothing was in force as"
        raise Absent(f"{what} {named}.", remedy=_LIST)
    return found[0]


async def _one(office: Office, number: int) -> Activation:
    activation = await PostgresActivations(office.database).one(number)
    if activation is None:
        raise Absent(f"There is no activation {number}.", remedy=_LIST)
    return activation


async def _document(office: Office, digest: str) -> Mapping[str, Any]:
    rows = await office.database.fetch("configuration", digest)
    document: Mapping[str, Any] = orjson.loads(rows[0]["document"])
    return document


async def _told(office: Office, number: int) -> Json:
    activation = await _one(office, number)
    files = (await _document(office, activation.digest)).get("files") or {}
    return {**_view(activation), "files": sorted(files)}


def _view(one: Activation) -> dict[str, Any]:
    names = (
        "id", "digest", "state", "reason", "tests", "override", "decided_by", "decided_at", "decision", "proposed_at",
        "effective_from", "activated_at", "ended_at",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "kind": one.kind.value,
        "managed": one.terms.managed,
        "approval": one.terms.approval.value,
        "proposed_by": one.proposer.name if one.proposer is not None else None,
        "proposer_roles": sorted(one.proposer.roles) if one.proposer is not None else [],
        "lint": list(one.lint),
    }
