"""`gateway users`: who may come in, and what they may do."""

import getpass
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records
from gateway.domain.access import Caller, Role, at_the_machine

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal
    from gateway.operations.accounts import Invitation, Terms

EXAMPLES = {
    "list": """
    gateway users                       or: gateway users list
    gateway users --all -o json
    """,
    "add": """
    gateway users add ada --role operator --display "Ada Lovelace"
    gateway users add grace --role operator --role partner-manager --payloads
    gateway users add edi@bigbox.example --role viewer --partner bigbox --payloads
    gateway users add warehouse-reports --role viewer --service
    """,
    "invite": """
    gateway users invite ada
    """,
    "change": """
    gateway users change ada --role operator --role partner-manager
    gateway users change ada --no-payloads
    """,
    "close": """
    gateway users close ada
    """,
    "sessions": """
    gateway users sessions
    gateway users sessions ada -o csv
    """,
    "sign_out": """
    gateway users sign-out ada
    """,
}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of an account: it is what one signs in with.")]
AnyName = Annotated[str, typer.Argument(metavar="[NAME]", help="Only of this account.", show_default=False)]
Roles = Annotated[
    list[Role] | None, typer.Option("--role", help="What it is for; may be given several times.", show_default=False)
]
Payloads = Annotated[
    bool | None, typer.Option("--payloads/--no-payloads", help="Whether it may see what documents hold.", show_default=False)
]
Partner = Annotated[str, typer.Option("--partner", help="It sees what is this partner's, and nothing else.", show_default=False)]
Display = Annotated[str, typer.Option("--display", help="How the person or program is called.", show_default=False)]
Service = Annotated[bool, typer.Option("--service", help="A program: it never signs in, but calls the API by tokens.")]
All = Annotated[bool, typer.Option("--all", help="Those that are closed as well.")]
By = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", show_default="your login")]

COLUMNS = (
    "name", "kind", "state", "display", "roles", "payloads", "partner", "rights", "seen_at", "sessions", "tokens", "created_at",
    "created_by", "closed_at", "closed_by",
)  # fmt: skip
SESSION_COLUMNS = ("id", "account", "address", "agent", "begun_at", "seen_at")
_TONES = {"open": "good", "invited": "warning", "closed": "faint"}
T = TypeVar("T")


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    all: All = False,  # noqa: A002 - the option's name
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List accounts: what each may do, when it was there last, how many sessions and tokens it has."""
    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = [one for one in _done(bootstrap().list_accounts(config)) if all or one["state"] != "closed"]
    if form is Format.TEXT:
        _show(terminal, found)
    else:
        _write(terminal, form, COLUMNS, found)
    return ExitStatus.SUCCESS


def add(
    context: typer.Context,
    name: Name,
    role: Roles = None,
    payloads: Payloads = None,
    partner: Partner = "",
    display: Display = "",
    service: Service = False,
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Add a person, who chooses a password by the link that is written; or with --service a program, which gets tokens."""
    from gateway.cli.running import bootstrap
    from gateway.operations.accounts import Terms

    terminal, wiring, who = terminal_of(context), bootstrap(), caller(by)
    terms = Terms(
        roles=frozenset(role or ()), payloads=bool(payloads), partner=partner or None, display=display.strip()
    )  # fmt: skip
    if service:
        _done(wiring.add_service(config, name, terms, by=who))
        terminal.tell(f"{name} is there. Give it a token: gateway tokens add {name} --name …")
        return ExitStatus.SUCCESS
    return _tell_link(terminal, _done(wiring.add_person(config, name, terms, by=who)))


def invite(context: typer.Context, name: Name, by: By = "", config: Config = "routes.toml") -> int:
    """Write a new link by which somebody chooses a password; what was chosen before holds until then."""
    from gateway.cli.running import bootstrap

    return _tell_link(terminal_of(context), _done(bootstrap().invite(config, name, by=caller(by))))


def change(
    context: typer.Context,
    name: Name,
    role: Roles = None,
    payloads: Payloads = None,
    partner: Partner = "",
    display: Display = "",
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Change what an account may do, from now on, also for sessions and tokens that there are. What is not named stays."""
    from gateway.cli.running import bootstrap

    wiring = bootstrap()
    found = _done(wiring.list_accounts(config, name.strip().casefold()))
    if not found:
        raise CommandFailed("there is no such account", where=name, remedy="List them: gateway users")
    terms = _changed(found[0], role=role, payloads=payloads, partner=partner, display=display.strip())
    _done(wiring.change_account(config, name, terms, by=caller(by)))
    terminal_of(context).tell(f"{name} is now {_what(terms.roles, payloads=terms.payloads, partner=terms.partner)}.")
    return ExitStatus.SUCCESS


def close(context: typer.Context, name: Name, by: By = "", config: Config = "routes.toml") -> int:
    """End an account: nobody comes in by it any more, its sessions and tokens end at once. Its name stays taken."""
    from gateway.cli.running import bootstrap

    _done(bootstrap().close_account(config, name, by=caller(by)))
    terminal_of(context).tell(f"{name} is closed.")
    return ExitStatus.SUCCESS


def sessions(
    context: typer.Context,
    name: AnyName = "",
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List who is signed in now: from where, since when, when they did something last."""
    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = _done(bootstrap().list_sessions(config, name or None, by=caller(by)))
    if form is Format.TEXT:
        _show_sessions(terminal, found)
    else:
        _write(terminal, form, SESSION_COLUMNS, found)
    return ExitStatus.SUCCESS


def sign_out(context: typer.Context, name: Name, by: By = "", config: Config = "routes.toml") -> int:
    """End all sessions of somebody, at once."""
    from gateway.cli.running import bootstrap

    ended = _done(bootstrap().sign_out_everywhere(config, name, by=caller(by)))
    terminal_of(context).tell(f"{ended} {'session' if ended == 1 else 'sessions'} of {name} ended.")
    return ExitStatus.SUCCESS


def caller(by: str) -> Caller:
    """Whoever uses the command line."""
    return at_the_machine(by or getpass.getuser())


def _done(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    return asyncio.run(work)


def _tell_link(terminal: "Terminal", invitation: "Invitation") -> int:
    terminal.line(invitation.path)
    terminal.tell(f"{invitation.name} chooses a password there, at the address of the console, within two days. It works once.")
    return ExitStatus.SUCCESS


def _changed(
    account: Mapping[str, Any], *, role: Sequence[Role] | None, payloads: bool | None, partner: str, display: str
) -> "Terms":
    """What an account has, and what was said."""
    from gateway.operations.accounts import Terms

    return Terms(
        roles=frozenset(role or (Role(one) for one in account["roles"])),
        payloads=account["payloads"] if payloads is None else payloads,
        partner=partner or account["partner"],
        display=display or account["display"],
    )


def _what(roles: "Sequence[str] | frozenset[Role]", *, payloads: bool, partner: str | None) -> str:
    text = ", ".join(sorted(roles)) + (", sees what documents hold" if payloads else "")
    return f"{text}, of partner {partner} alone" if partner else text


def _write(terminal: "Terminal", form: Format, columns: Sequence[str], found: Sequence[Mapping[str, Any]]) -> None:
    write_records(terminal, form, found, columns=columns)


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell("There is nobody yet. `gateway run` writes a link for the first administrator.")
        return
    rows: Sequence[Sequence[Span]] = [
        (
            str(one["name"]),
            (f"{one['state']} {'service' if one['kind'] == 'service' else ''}".strip(), _TONES.get(one["state"], "")),
            _what(one["roles"], payloads=one["payloads"], partner=one["partner"]),
            _last(one["seen_at"]),
            str(one["sessions"]),
            str(one["tokens"]),
        )
        for one in found
    ]
    titles = ("NAME", "STATE", "MAY", "LAST SEEN", "SESSIONS", "TOKENS")
    show_table(terminal, [Column(title, number=title in ("SESSIONS", "TOKENS")) for title in titles], rows)


def _show_sessions(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell("Nobody is signed in.")
        return
    rows = [(str(one["account"]), str(one["address"]), _last(one["seen_at"]), str(one["agent"])) for one in found]
    show_table(terminal, [Column(title) for title in ("NAME", "FROM", "LAST SEEN", "WITH")], rows)


def _last(moment: object) -> str:
    from gateway.cli.times import between, duration_text

    ago = between(moment, datetime.now(UTC))
    return f"{duration_text(max(ago, 1.0))} ago" if ago is not None else "never"
