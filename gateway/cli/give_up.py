"""`gateway message ignore` and `gateway message reject`: do nothing more with a message, and tell its sender or not."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from gateway.cli.batch_talk import By, Reason, actor
from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "ignore": """
    gateway message ignore 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "sent twice, the first one is done"
    gateway message ignore 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "a test" --dry-run                what it comes to
    """,
    "reject": """
    gateway message reject 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "item 4711 is no longer made"
    gateway message reject 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "no credit left" --yes            without being asked
    """,
}

COLUMNS = ("message", "done", "deliveries", "failures", "answers", "before")

Id = Annotated[
    UUID,
    typer.Argument(metavar="ID", help="A message's id, or that of one document or delivery of it.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Act = Literal["ignore", "reject"]


def ignore(
    context: typer.Context, message: Id, reason: Reason = "", dry_run: DryRun = False, yes: Yes = False, by: By = "",
    config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False,
) -> int:  # fmt: skip
    """Do nothing more with a message: all of it that waits for somebody is given up, and its failures end. Nobody is told."""
    form = chosen(output, as_json=as_json)
    return _act(terminal_of(context), form, "ignore", message, reason, actor(by), config, dry_run=dry_run, yes=yes)


def reject(
    context: typer.Context, message: Id, reason: Reason = "", dry_run: DryRun = False, yes: Yes = False, by: By = "",
    config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False,
) -> int:  # fmt: skip
    """Reject a message: it is given up, and its sender gets the negative answer that is agreed, with the reason.

    An order is answered by an order response that refuses every line (855, ORDRSP, OrderResponse), anything else, and an order
    where no such response is agreed, by an application acknowledgement (824, APERAK, ApplicationResponse). It is answered once.
    """
    form = chosen(output, as_json=as_json)
    return _act(terminal_of(context), form, "reject", message, reason, actor(by), config, dry_run=dry_run, yes=yes)


def _act(
    terminal: "Terminal", form: Format, act: Act, message: UUID, reason: str, by: str, config: str, *, dry_run: bool, yes: bool
) -> int:  # fmt: skip
    """Show what it comes to, have it confirmed, do it."""
    planned = _asked(config, act, message, reason, by, only_show=True)
    if _nothing_to_do(planned) or dry_run:
        _tell(terminal, form, planned)
        return ExitStatus.SUCCESS
    if not yes:
        _confirm(terminal, planned, message)
    _tell(terminal, form, _asked(config, act, message, reason, by, only_show=False))
    return ExitStatus.SUCCESS


def _asked(config: str, act: Act, message: UUID, reason: str, by: str, *, only_show: bool) -> Mapping[str, Any]:
    from gateway.cli.running import bootstrap

    call = bootstrap().ignore_message if act == "ignore" else bootstrap().reject_message
    return asyncio.run(call(config, message, by=by, reason=reason, only_show=only_show))


def _nothing_to_do(view: Mapping[str, Any]) -> bool:
    return not (view["deliveries"] or view["failures"] or view["answers"])


def _confirm(terminal: "Terminal", planned: Mapping[str, Any], message: UUID) -> None:
    """Raise CommandFailed unless somebody types `yes` after having read what it comes to."""
    if not terminal.interactive:
        remedy = "Look at it with --dry-run; then do it with --yes."
        raise CommandFailed("nobody could be asked: nothing was done", where=str(message), remedy=remedy, status=ExitStatus.USAGE)
    terminal.tell(outcome_text(planned))
    terminal.tell(("confirm: ", "warning"), "type yes to do it, anything else to leave it")
    if terminal.stdin.readline().decode(errors="replace").strip() != "yes":
        raise CommandFailed("it was not confirmed: nothing was done", where=str(message), remedy="Ask again when it is decided.")


def _tell(terminal: "Terminal", form: Format, view: Mapping[str, Any]) -> None:
    match form:
        case Format.TEXT:
            terminal.line(outcome_text(view))
        case Format.JSON:
            terminal.json(view)
        case _:
            write_records(terminal, form, [view], columns=COLUMNS)


def outcome_text(view: Mapping[str, Any]) -> str:
    """What was given up and who is told, or would be, in a sentence or two."""
    done, parts = view["done"], []
    if deliveries := view["deliveries"]:
        targets = ", ".join(dict.fromkeys(str(one["target"]) for one in deliveries))
        several = "1 delivery" if len(deliveries) == 1 else f"{len(deliveries)} deliveries"
        given_up = "would be" if not done else "is" if len(deliveries) == 1 else "are"
        parts.append(f"{several} ({targets}) {given_up} given up")
    if number := view["failures"]:
        several = "1 other failure" if number == 1 else f"{number} other failures"
        parts.append(f"{several} {'would end' if not done else 'ends' if number == 1 else 'end'}")
    for one in view["answers"]:
        goes = "goes" if done else "would go"
        parts.append(f"{one['type']} {one['number']} {goes} to {one['partner']} under {one['agreement']}")
    told = [f"The sender of {one['called']} was told before, by {one['transmission']}." for one in view["before"]]
    return " ".join([*([f"{', '.join(parts)}."] if parts else []), *told])
