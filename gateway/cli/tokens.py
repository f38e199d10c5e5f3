"""`gateway tokens`: by which programs call the API."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records
from gateway.cli.users import AnyName, By, caller
from gateway.domain.access import Right

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal
    from gateway.operations.tokens import IssuedToken

EXAMPLES = {
    "list": """
    gateway tokens                      or: gateway tokens list
    gateway tokens list warehouse-reports -o json
    """,
    "add": """
    gateway tokens add warehouse-reports --name nightly --scope see
    gateway tokens add warehouse-reports --name replays --scope see --scope repair --lasting 90d
    """,
    "rotate": """
    gateway tokens rotate 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10
    gateway tokens rotate 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --overlap 1d
    """,
    "revoke": """
    gateway tokens revoke 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10
    """,
}

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Whose it is: a service.", show_default=False)]
Token = Annotated[UUID, typer.Argument(metavar="TOKEN", help="The id of a token, as the list shows it.", show_default=False)]
Name = Annotated[str, typer.Option("--name", help="What uses it, for those who look at the list.", show_default=False)]
Scopes = Annotated[
    list[Right], typer.Option("--scope", help="What it may be used for; may be given several times.", show_default=False)
]
Lasting = Annotated[str, typer.Option("--lasting", metavar="TIME", help="How long it holds, at most 366d.")]
Overlap = Annotated[str, typer.Option("--overlap", metavar="TIME", help="How long the old one still holds, at most 30d.")]
All = Annotated[bool, typer.Option("--all", help="Those that are over as well.")]

COLUMNS = (
    "id", "account", "name", "state", "scopes", "expires_at", "used_at", "used_from", "created_at", "created_by", "replaces",
    "revoked_at", "revoked_by",
)  # fmt: skip
_TONES = {"open": "good", "expired": "faint", "revoked": "faint"}


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    account: AnyName = "",
    all: All = False,  # noqa: A002 - the option's name
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List tokens: whose, for what, until when, when and from where they were used last. The tokens themselves are not kept."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = asyncio.run(bootstrap().list_tokens(config, account or None, by=caller(by)))
    shown = [one for one in found if all or one["state"] == "open"]
    if form is Format.TEXT:
        _show(terminal, shown)
        return ExitStatus.SUCCESS
    write_records(terminal, form, shown, columns=COLUMNS)
    return ExitStatus.SUCCESS


def add(
    context: typer.Context,
    account: Account,
    name: Name,
    scope: Scopes,
    lasting: Lasting = "365d",
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Make a token of a service. It is written once, and only its hash is kept."""
    import asyncio

    from gateway.cli.running import bootstrap

    made = asyncio.run(
        bootstrap().issue_token(config, account, name, scopes=scope, lasting=_time(lasting, "--lasting"), by=caller(by))
    )
    return _tell(terminal_of(context), made, "")


def rotate(
    context: typer.Context,
    token: Token,
    overlap: Overlap = "7d",
    lasting: Lasting = "365d",
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Make a new token in the place of another; both hold for a while, so that nothing stops."""
    import asyncio

    from gateway.cli.running import bootstrap

    terms = {"overlap": _time(overlap, "--overlap"), "lasting": _time(lasting, "--lasting")}
    made = asyncio.run(bootstrap().rotate_token(config, token, by=caller(by), **terms))
    return _tell(terminal_of(context), made, f" The old one holds for {overlap} more.")


def revoke(context: typer.Context, token: Token, by: By = "", config: Config = "routes.toml") -> int:
    """End a token at once."""
    import asyncio

    from gateway.cli.running import bootstrap

    asyncio.run(bootstrap().revoke_token(config, token, by=caller(by)))
    terminal_of(context).tell("It does not hold any more.")
    return ExitStatus.SUCCESS


def _time(text: str, option: str) -> timedelta:
    from gateway.config.quantities import duration

    try:
        lasting: timedelta = duration(text)
    except ValueError as error:
        raise CommandFailed(str(error), where=option, remedy="Write 90d, 12h or 30m.", status=ExitStatus.USAGE) from error
    return lasting


def _tell(terminal: "Terminal", made: "IssuedToken", more: str) -> int:
    terminal.line(made.token)
    terminal.tell(f"This is shown once: hand it to {made.account} now. Its id is {made.id}.{more}")
    return ExitStatus.SUCCESS


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.screen import Column, show_table
    from gateway.cli.times import moment_text

    if not found:
        terminal.tell("There is no token.")
        return
    rows: Sequence[Sequence[Span]] = [
        (
            str(one["id"]),
            str(one["account"]),
            str(one["name"]),
            (str(one["state"]), _TONES.get(one["state"], "")),
            ", ".join(one["scopes"]),
            moment_text(one["expires_at"])[:10],
            moment_text(one["used_at"]) or "never",
        )
        for one in found
    ]
    titles = ("ID", "ACCOUNT", "NAME", "STATE", "FOR", "UNTIL", "LAST USED")
    show_table(terminal, [Column(title) for title in titles], rows)
