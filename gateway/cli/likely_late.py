"""Orders that will likely be late, as `gateway orders --likely-late` shows them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gateway.cli.exit_status import ExitStatus
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal

COLUMNS = (
    "id", "partner", "number", "state", "place", "goal", "due_at", "wanted_by", "since", "begun_at", "usual_seconds",
    "most_seconds", "left_seconds", "chance", "learned_from", "because",
)  # fmt: skip


def show_likely_late(terminal: "Terminal", config: str, *, partners: Sequence[str], form: Format, summary: bool) -> ExitStatus:
    """Show them, or the texts for customers alone."""
    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().likely_late(config, partners=partners))
    if form is Format.JSON:
        terminal.json(found)
    elif form is not Format.TEXT:
        write_records(terminal, form, found["orders"], columns=COLUMNS)
    elif summary:
        for number, one in enumerate(found["summaries"]):
            for line in ([""] if number else []) + str(one["text"]).splitlines():
                terminal.line(line)
    else:
        _show(terminal, found)
    return ExitStatus.SUCCESS


def _show(terminal: "Terminal", found: Mapping[str, Any]) -> None:
    from gateway.cli.screen import Column, show_table

    if not found["orders"]:
        terminal.tell(f"None of {found['looked_at']} orders underway will likely be late.")
        return
    titles = ("PARTNER", "ORDER", "STATE", "DUE", "FOR", "CHANCE", "WHY")
    show_table(terminal, [Column(title, number=title == "CHANCE") for title in titles], [_row(one) for one in found["orders"]])
    terminal.tell("A text for each customer: gateway orders --likely-late --summary")


def _row(view: Mapping[str, Any]) -> "Sequence[Span]":
    from gateway.cli.order_story import state_phrase
    from gateway.cli.times import moment_text

    return (
        str(view["partner"]),
        str(view["number"]),
        state_phrase(view["state"]),
        moment_text(view["due_at"]),
        f"{view['goal']} ({view['wanted_by']})",
        (f"{float(view['chance']):.0%}", "warning"),
        str(view["because"]),
    )
