"""`gateway partners checklist`: what is proved of a partner, and what is left to do."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "checklist": """
    gateway partners checklist bigbox
    gateway partners checklist bigbox -o json
    gateway partners checklist bigbox --waive numbers --reason "a new relation: they begin with 1"
    gateway partners checklist bigbox --note connection --reason "firewall is opened on Monday"
    """
}

COLUMNS = ("item", "standing", "proof", "next", "whose", "note", "noted_by", "noted_at")
_TONES = {"done": "good", "open": "info", "failing": "error", "not_needed": "faint", "waived": "faint"}
_WORDS = {"done": "done", "open": "open", "failing": "fails", "not_needed": "not needed", "waived": "waived"}

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id in routes.toml.", show_default=False)]
Waive = Annotated[str, typer.Option("--waive", metavar="ITEM", help="Let it go without this item.", show_default=False)]
Note = Annotated[str, typer.Option("--note", metavar="ITEM", help="Note something about this item, or end its waiver.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, or what; for the audit and for those who look later.")]
By = Annotated[str, typer.Option("--by", help="Who says it.", show_default="your login")]


def checklist(
    context: typer.Context,
    partner: Partner,
    waive: Waive = "",
    note: Note = "",
    reason: Reason = "",
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show the checklist of a partner: connection, certificates, identities, samples, acknowledgements, numbers, go-live.

    Each item is judged from what configuration and database say, and none can be ticked by hand: what is not needed is waived
    with a reason. Exit status 3 when something is left to do.
    """
    import asyncio
    import getpass

    if (waive or note) and not reason.strip():
        raise typer.BadParameter("Say why, or what: --reason TEXT.")
    terminal = terminal_of(context)
    told = asyncio.run(_asked(config, partner, waive, note, reason.strip(), by or getpass.getuser()))
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _show(told, terminal)
    else:
        write_records(terminal, form, told["items"], columns=COLUMNS)
    left = any(item["standing"] in ("open", "failing") for item in told["items"])
    return ExitStatus.SOME_FAILED if left else ExitStatus.SUCCESS


async def _asked(config: str, partner: str, waive: str, note: str, reason: str, by: str) -> Mapping[str, Any]:
    from gateway.bootstrap.office import opened
    from gateway.bootstrap.onboarding import checklist_of, say_of_item

    async with opened(config) as office:
        if waive:
            await say_of_item(office, partner, waive, waived=True, note=reason, actor=by)
        if note:
            await say_of_item(office, partner, note, waived=False, note=reason, actor=by)
        return await checklist_of(office, partner)


def _show(told: Mapping[str, Any], terminal: "Terminal") -> None:
    from gateway.console.checklist import next_of, proof_of
    from gateway.console.texts import DEFAULT, LANGUAGES, Texts

    texts = Texts(LANGUAGES[DEFAULT])
    terminal.line((told["name"], "bold"), f": {told['done']} of {len(told['items'])} items are settled")
    for item in told["items"]:
        tone, word = _TONES[item["standing"]], _WORDS[item["standing"]]
        terminal.line((f"  {word:<11}", tone), f"{texts('checklist.item.' + item['item'])}: {proof_of(texts, item)}")
        if item["note"]:
            terminal.line((f"             {item['noted_by']}: {item['note']}", "faint"))
        if item["next"]:
            whose = {"ours": "we: ", "theirs": "the partner: "}.get(item["whose"], "")
            terminal.line((f"             {whose}{next_of(texts, item)}", "faint"))
