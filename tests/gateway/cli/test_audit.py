"""`gateway audit`: who did what, and whether it is still what was written."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from gateway.bootstrap import write_audit
from gateway.bootstrap.audit import rounds
from gateway.domain.access import at_the_machine
from gateway.domain.sign_in import SessionTerms
from gateway.ports.access import Broken, Head, Verified
from gateway.store.database import Database
from tests.gateway.bootstrap.places import small
from tests.gateway.cli.invented import Result
from tests.gateway.store.test_partitions import force

Invoke = Callable[..., Result]
HEAD = Head(18_204, "9c" * 32)
SINCE = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Verified], list[Head | None]]:
    """Let a check find this; what was noted is remembered."""

    def answer(found: Verified) -> list[Head | None]:
        noted: list[Head | None] = []

        async def verify_audit(_config: str, head: Head | None = None) -> Verified:
            noted.append(head)
            return found

        monkeypatch.setattr("gateway.bootstrap.verify_audit", verify_audit)
        return noted

    return answer


def test_what_holds_is_said_with_the_seal_to_note(answered: Callable, invoke: Invoke) -> None:
    noted = answered(Verified(18_204, 2, SINCE, HEAD, ()))
    result = invoke("audit", "verify", "--noted", str(HEAD))
    assert result.status == 0
    assert result.out.splitlines() == [
        "18204 lines hold",
        "2 wait for their seal, since 2026-11-22 04:00:00Z",
        f"the last seal is {HEAD}",
    ]
    assert f"gateway audit verify --noted {HEAD}" in result.err
    assert noted == [HEAD]
    assert json.loads(invoke("audit", "verify", "--json").out) == {
        "lines": 18_204, "waiting": 2, "waiting_since": SINCE.isoformat(), "seal": str(HEAD), "broken": []
    }  # fmt: skip
    assert noted == [HEAD, None]


def test_where_it_breaks_is_said_and_the_command_fails(answered: Callable, invoke: Invoke) -> None:
    answered(Verified(1, 0, None, HEAD, (Broken(7, "the line was removed"), Broken(0, "seal 5 is not the one that was noted"))))
    result = invoke("audit", "verify")
    assert result.status == 1
    assert result.out.splitlines()[:3] == [
        "line 7: the line was removed",
        "seal 5 is not the one that was noted",
        "1 line holds, 2 places do not",
    ]
    machine = invoke("audit", "verify", "-o", "csv")
    assert machine.status == 1
    assert [row["line"] for row in csv.DictReader(io.StringIO(machine.out))] == ["7", "0"]


@pytest.mark.parametrize("seal", ["5", "x:ab", "5:xyz", ":"])
def test_a_seal_is_written_as_it_was_noted(answered: Callable, invoke: Invoke, seal: str) -> None:
    answered(Verified(0, 0, None, None, ()))
    result = invoke("audit", "verify", "--noted", seal)
    assert result.status == 2
    assert "is no seal" in result.err


async def _sealed(url: str, *, changed: bool = False) -> None:
    """Do the rounds of a running gateway once."""
    database = Database(url, size=1)
    await database.open()
    try:
        if changed:
            await force(database, "update gateway.audit set actor = 'nobody'")
        for _, do, _ in rounds(database, SessionTerms()):
            await do()
    finally:
        await database.close()


def test_over_a_real_database(tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch, invoke: Invoke) -> None:
    config = small(tmp_path, migrated_url, monkeypatch)
    assert "Nothing of this" in invoke("audit", "-c", config).err
    subject = str(UUID(int=7))
    asyncio.run(write_audit(config, at_the_machine("ada"), "payload_viewed", subject, {"which": "raw"}))
    listed = invoke("audit", "--actor", "ada", "--after", "1h", "-c", config)
    assert listed.out.splitlines()[1].split()[2:] == ["ada", "payload", "viewed", subject, '{"which":"raw"}']
    assert json.loads(invoke("audit", "list", "--subject", "another", "--json", "-c", config).out) == []
    assert json.loads(invoke("audit", "list", "--before", "1h", "--json", "-c", config).out) == []

    asyncio.run(_sealed(migrated_url))
    (line,) = json.loads(invoke("audit", "list", "--action", "payload_viewed", "--json", "-c", config).out)
    assert (line["sealed"], line["detail"]) == (1, {"which": "raw"})
    held = invoke("audit", "verify", "-c", config)
    assert (held.status, held.out.splitlines()[0]) == (0, "1 line holds")

    asyncio.run(_sealed(migrated_url, changed=True))
    broken = invoke("audit", "verify", "-c", config)
    assert broken.status == 1
    assert broken.out.startswith(f"line {line['id']}: the line, its seal or the seal before it was changed")
