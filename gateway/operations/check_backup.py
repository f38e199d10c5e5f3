"""Check a backup: whether what was restored is whole, up to when it goes, and what has to be done before a gateway runs on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.operations.diagnose import Diagnosis, State
from gateway.ports.backup import Backup, BackupFacts

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, a line a look in the manner of `gateway doctor`, and what to do after a restore."""

    found: Sequence[Diagnosis]
    steps: Sequence[str]


async def check_backup(backup: Backup, *, sample: int) -> Checked:
    """Examine it, with so many bodies chosen by chance. Raises SchemaMismatch for a backup of a newer release."""
    facts = await backup.examine(sample=sample)
    return Checked(list(judged(facts)), next_steps(facts.last_event or facts.last_received))


def judged(facts: BackupFacts) -> Iterator[Diagnosis]:
    """What the facts mean."""
    yield _schema(facts)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in facts.rows.items())
    empty = not facts.rows.get("transmissions")
    yield _line("rows", "warn" if empty else "ok", counts, "Is this the right backup? It holds no transmission." if empty else "")
    yield _times(facts)
    yield _numbers(facts)
    missing = ", ".join(f"{rows} {what}" for what, rows in facts.orphans.items())
    remedy = "It is not of one moment: take it by pg_dump, pg_basebackup, or a snapshot of all volumes at once."
    yield _line("relations", "fail" if missing else "ok", missing or "nothing lacks its other half", remedy if missing else "")
    yield _bodies(facts)
    yield _unfinished(facts)


def _line(name: str, state: State, found: str, remedy: str = "") -> Diagnosis:
    return (name, state, found, remedy)


def _schema(facts: BackupFacts) -> Diagnosis:
    if facts.pending:
        first = f"{len(facts.pending)} migrations are outstanding, the first is {facts.pending[0]}"
        return _line("schema", "warn", first, "Run `gateway db migrate` on it before a gateway of this release does.")
    return _line("schema", "ok", f"version {facts.schema}, that of this release")


def _times(facts: BackupFacts) -> Diagnosis:
    times = {"received": facts.last_received, "written in the journal": facts.last_event, "sent": facts.last_sent}
    found = ", ".join(f"last {what} {_moment(at)}" for what, at in times.items())
    return _line("goes up to", "ok" if facts.last_received else "warn", found, "What came and went later is not in it.")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at is not None else "never"


def _numbers(facts: BackupFacts) -> Diagnosis:
    if facts.numbers:
        found = "; ".join(f"{whose}: {rows} {what}" for what, whose, rows in facts.numbers[:_SHOWN])
        return _line("control numbers", "fail", found, "Seed the counters by hand: gateway numbers seed.")
    return _line("control numbers", "ok", f"{facts.rows.get('counters', 0)} counters, no number twice")


def _bodies(facts: BackupFacts) -> Diagnosis:
    if facts.broken:
        found = f"{len(facts.broken)} of {facts.checked} are not what was stored: {'; '.join(facts.broken[:_SHOWN])}"
        return _line("bodies", "fail", found, "Give the keys of that time in [gateway.encryption], or take an earlier backup.")
    state: State = "ok" if facts.checked else "warn"
    return _line("bodies", state, f"{facts.checked} chosen by chance are what was stored", "There is none to be read.")


def _unfinished(facts: BackupFacts) -> Diagnosis:
    left = ", ".join(f"{count} {name}" for name, count in facts.unfinished.items() if count)
    remedy = "Some of it was done after the backup. Targets with an idempotency key recognise it; look at the others first."
    return _line("unfinished", "warn" if left else "ok", left or "nothing", remedy if left else "")


def next_steps(facts_up_to: datetime | None) -> Sequence[str]:
    """What to do after a restore, in this order, before partners are let in again."""
    since = _moment(facts_up_to) if facts_up_to is not None else "the backup"
    return (
        "Let no gateway run on it yet, and none on the old database any more.",
        "gateway db migrate",
        f"gateway db restored --skip N: more than was sent to any one partner since {since}; partners know those numbers.",
        "gateway run --roles translate,deliver,relay: what was begun is finished, and nothing is taken in.",
        f"Reconcile what happened since {since}: what applications and partners have got and we do not know of.",
        f"Ask partners to send again what they sent since {since}.",
        "What they send again is new to us: duplicates of that time are recognised by the targets' idempotency keys, not by us.",
        "gateway run: intake opens. Look at gateway failures, gateway acks --overdue and --unmatched for a day.",
    )
