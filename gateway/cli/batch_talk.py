"""What all bulk commands say and ask: the plan first, the count typed by the person, progress, what became of it."""

import asyncio
import getpass
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

Json = Mapping[str, Any]

Chosen = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID | QUERY]...", help="Ids, or a query as for `gateway messages`.", show_default=False),
]
Group = Annotated[str, typer.Option("--group", metavar="FAILURE", help="Everything that a failure is open about, by its id.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the journal and the audit.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", show_default="your login")]
Try = Annotated[int | None, typer.Option("--try", min=1, metavar="N", help="Do so many first, then ask again.")]
Rate = Annotated[float, typer.Option("--rate", min=0.01, help="So many a second at most.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show the plan; nothing is stored.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; needs --expect.")]
Expect = Annotated[int | None, typer.Option("--expect", min=1, metavar="N", help="How many must come out to be done.")]
Detach = Annotated[bool, typer.Option("--detach", help="Do not wait for the end; the gateway goes on by itself.")]

COLUMNS = ("id", "action", "filter", "state", "count", "items", "planned_by", "planned_at", "confirmed_by", "reason", "plan")

_EFFECTS: Mapping[str, str] = {
    "documents": "documents are processed again",
    "read_for_the_first_time": "could not be read before: they go on as themselves, and their senders are answered",
    "skipped_as_delivered": "deliveries were made already: the same key is not delivered again",
    "delivered_elsewhere_and_not_undone": "deliveries were made where this route does not go: they are NOT undone",
    "open_deliveries_superseded": "deliveries that were not made yet are given up for the new ones",
    "deliveries_left_as_they_are": "deliveries are on their way or in doubt: they are left alone",
    "already_sent_to_partners": "documents were sent to partners already: not sent again",
    "acknowledgements_sent_again": "acknowledgements: the partners get them AGAIN",
    "acknowledgements_not_sent_again": "acknowledgements are not sent again (--acknowledge would)",
    "tried_again": "deliveries are made again",
    "recognised_by_the_target": "were delivered already: the target recognises them by their keys",
    "duplicates_at_the_partner": "were delivered already: the target gets them TWICE",
    "possibly_twice": "are in doubt: the target may get them TWICE",
}

_GRAVE = (
    "duplicates_at_the_partner", "possibly_twice", "acknowledgements_sent_again", "delivered_elsewhere_and_not_undone",
)  # fmt: skip
"""Effects that others notice, or that somebody has to see to."""

_HEADS: Mapping[str, str] = {
    "replay": "to process again", "redeliver": "to deliver again", "correct": "to process corrected",
    "events": "to publish again",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a batch is confirmed and watched."""

    config: str
    by: str
    yes: bool = False
    expect: int | None = None
    detach: bool = False


def actor(by: str) -> str:
    """Who acts."""
    return by.strip() or getpass.getuser()


def selection(words: Sequence[str] | None, group: str) -> Json:
    """What was chosen, by ids, by a failure or by a query. Raises CommandFailed when nothing was: that never means everything."""
    import shlex

    from gateway.domain.query import parse

    given = [*(words or ())]
    if group.strip() and not given:
        return {"words": f"--group {group.strip()}", "failure": group.strip()}
    if group.strip():
        raise CommandFailed("a failure and something else were chosen", where=group, remedy="Give one of them.", status=_USAGE)
    ids = [one for one in map(_uuid, given) if one is not None]
    if ids and len(ids) == len(given):
        return {"words": " ".join(given), "ids": ids}
    text = given[0] if len(given) == 1 else shlex.join(given)
    query = parse(text)
    if not query:
        remedy = "Give ids, --group FAILURE, or a query that chooses something: partner:bigbox after:2026-11-20"
        raise CommandFailed(
            "nothing was chosen: an empty filter never means everything", where=repr(text), remedy=remedy, status=_USAGE
        )
    return {"words": text, "query": query}


_USAGE = ExitStatus.USAGE


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def carry_out(terminal: "Terminal", form: Format, planned: Json, manner: Manner, *, dry_run: bool) -> ExitStatus:
    """Show a plan, have it confirmed, watch it; answers the status. A machine gets the batch as it is in the end."""
    if form is Format.TEXT:
        show_plan(terminal, planned)
    if dry_run or not planned["count"]:
        if form is not Format.TEXT:
            _write(terminal, form, planned)
        return ExitStatus.SUCCESS if dry_run or not planned["plan"]["matched"] else ExitStatus.FAILED
    if not _confirmed(terminal, planned, manner, left=planned["count"]):
        return ExitStatus.SUCCESS
    end = follow(terminal, str(planned["id"]), manner)
    return ended(terminal, form, end)


def ended(terminal: "Terminal", form: Format, view: Json) -> ExitStatus:
    """What a batch came to: its status, and its record for a machine."""
    if form is not Format.TEXT:
        _write(terminal, form, view)
    return status_of(view)


def show_plan(terminal: "Terminal", planned: Json) -> None:
    """What would happen, before anything does."""
    plan = planned["plan"]
    terminal.line((f"{plan['matched']} match, {plan['count']} {_HEADS[planned['action']]}", "bold"))
    for move in plan.get("moves") or ():
        terminal.line(f"  {move['documents']:>7}  documents: ", (move_text([move["took"]], move["takes"]), "bold"))
    for target, number in (plan.get("deliveries") or {}).items():
        terminal.line(f"  {number:>7}  deliveries follow to {target}")
    for name, number in plan["effects"].items():
        tone = "warning" if name in _GRAVE else ""
        words = name if planned["action"] == "events" else _EFFECTS.get(name, name.replace("_", " "))  # types of messages
        terminal.line(f"  {number:>7}  ", (words, tone))
    for reason, number in plan["refused"].items():
        terminal.line(f"  {number:>7}  ", ("not done: ", "error"), reason)


def move_text(took: Sequence[str | None], takes: str) -> str:
    """`bigbox-us-orders -> bigbox-late`: the routes that documents took, and the one that was named for them."""
    return f"{', '.join(name or 'no route' for name in took)} -> {takes}"


def _confirmed(terminal: "Terminal", planned: Json, manner: Manner, *, left: int) -> bool:
    """Let it run, once the count was typed or given; False when somebody else, or somebody later, must do that."""
    from gateway.cli.running import bootstrap

    batch = UUID(str(planned["id"]))
    later = f"gateway batches confirm {batch} --expect {left}"
    if planned.get("second_person"):
        terminal.tell(f"Somebody else has to confirm it: {later} --by NAME")
        return False
    if manner.yes and manner.expect != left:
        asyncio.run(bootstrap().cancel_batch(manner.config, batch, by=manner.by))
        wanted = "--yes needs --expect" if manner.expect is None else f"{left} are to be done, not {manner.expect}"
        status = ExitStatus.USAGE if manner.expect is None else ExitStatus.FAILED
        raise CommandFailed(wanted, where=str(batch), remedy=f"Look at the plan; then --yes --expect {left}", status=status)
    if not manner.yes and not terminal.interactive:
        terminal.tell(f"Planned as batch {batch}; nothing was done yet. Confirm it: {later}")
        return False
    if not manner.yes and not _typed(terminal, left):
        asyncio.run(bootstrap().cancel_batch(manner.config, batch, by=manner.by))
        raise CommandFailed("the number was not typed: nothing was done", where=str(batch), remedy="Plan it again.")
    asyncio.run(bootstrap().confirm_batch(manner.config, batch, expect=left, by=manner.by))
    return True


def _typed(terminal: "Terminal", left: int) -> bool:
    terminal.tell(("confirm: ", "warning"), f"type {left} to do it, anything else to leave it")
    return terminal.stdin.readline().decode(errors="replace").strip() == str(left)


def follow(terminal: "Terminal", batch: str, manner: Manner) -> Json:
    """Watch a batch until it ends; one that was to be tried first is confirmed again when its first few have ended."""
    while True:
        if manner.detach:
            terminal.tell(f"It goes on in the gateway: gateway batches show {batch}")
            return {"id": batch, "state": "running", "items": {}}
        try:
            view = asyncio.run(_watch(terminal, UUID(batch), manner.config))
        except KeyboardInterrupt:
            terminal.tell(f"It goes on in the gateway: gateway batches show {batch}. To end it: gateway batches cancel {batch}")
            raise
        if view["state"] != "tried":
            show_result(terminal, view, manner.config)
            return view
        left = int(view["items"].get("planned", 0))
        terminal.tell(f"The first {view['count'] - left} have ended: {counts_text(view['items'])}.")
        _show_unwell(terminal, view, manner.config)
        if manner.yes or not terminal.interactive:
            terminal.tell(f"{left} are left. Go on: gateway batches confirm {batch} --expect {left}")
            return view
        if not _confirmed(terminal, {**view, "second_person": False}, manner, left=left):
            return view


_NO_GATEWAY = 15.0


async def _watch(terminal: "Terminal", batch: UUID, config: str) -> Json:
    """Look twice a second until it ends, and say how far it is."""
    from gateway.cli.running import bootstrap

    started, told, seen = time.monotonic(), False, ""
    async with bootstrap().watching_batch(config, batch) as look:
        while True:
            view = await look()
            progress = counts_text(view["items"])
            if progress != seen:
                seen, started = progress, time.monotonic()
                terminal.tell((f"{view['action']} {str(batch)[-12:]}: ", "faint"), progress)
            if view["state"] in ("tried", "done") or (view["state"] == "cancelled" and not view["items"].get("running")):
                return view
            if not told and time.monotonic() - started > _NO_GATEWAY:
                told = True
                terminal.tell("Nothing moves. Is a gateway running? See with: gateway doctor")
            await asyncio.sleep(0.5)


def show_result(terminal: "Terminal", view: Json, config: str) -> None:
    """What became of a batch, and of those that did not go well."""
    _show_unwell(terminal, view, config)
    terminal.tell(f"Batch {view['id']} is {view['state']}: {counts_text(view['items'])}.")


def _show_unwell(terminal: "Terminal", view: Json, config: str) -> None:
    from gateway.cli.running import bootstrap

    if not view["items"].get("failed") and not view["items"].get("skipped"):
        return
    items = asyncio.run(bootstrap().batch_items(config, UUID(str(view["id"])), states=("failed", "skipped"), limit=20))
    for item in items:
        show_item(terminal, item)
    if len(items) == 20:
        terminal.tell(f"All of them: gateway batches show {view['id']} --state failed")


_TONES = {"done": "good", "failed": "error", "skipped": "error"}


def show_item(terminal: "Terminal", item: Json) -> None:
    """An item of a batch in a line: its state, what it became, what is to be said of that."""
    tone = _TONES.get(str(item["state"]), "")
    became = item["run"] or item["subject"]
    took = f"  took {', '.join(name or 'no route' for name in item['took'])}" if item.get("took") else ""
    terminal.line(f"  {item['ordinal']:>6}  ", (str(item["state"]), tone), f"  {became}", (took, "faint"), f"  {item['outcome']}")


def counts_text(items: Json) -> str:
    """`118 done, 2 failed, 8 planned`."""
    known = [name for name in ("done", "failed", "running", "planned", "skipped", "cancelled") if items.get(name)]
    return ", ".join(f"{items[name]} {name}" for name in known) or "nothing yet"


def status_of(view: Json) -> ExitStatus:
    """0 when all that was to be done went well, 3 when some of it did not, 1 when nothing did."""
    items = view.get("items") or {}
    if view.get("state") in ("running", "planned", "tried") and not items.get("failed"):
        return ExitStatus.SUCCESS
    if items.get("failed") or items.get("cancelled"):
        return ExitStatus.SOME_FAILED if items.get("done") else ExitStatus.FAILED
    return ExitStatus.SUCCESS


def _write(terminal: "Terminal", form: Format, view: Json) -> None:
    write_records(terminal, form, [view], columns=COLUMNS)
