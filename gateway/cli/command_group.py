"""The `gateway` command: a group that imports a command only when it is called, because `--help` must answer at once."""

from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as command_from

from gateway.cli.command_table import COMMANDS, Entry
from gateway.cli.exit_status import MEANINGS
from gateway.cli.terminal import Terminal

GATEWAY_HELP = """\b
Examples:
  gateway demo                        the first five minutes, nothing to install
  gateway validate orders/            what is wrong in these files, and what to do
  gateway init my-gateway             a routes.toml to start from
  gateway trace 4711                  where is order 4711?

EDI between trading partners and your own systems: documents in, acknowledgements back, every step on record.
"""

EPILOGUE = "Run `gateway COMMAND --help` for examples of each. Exit status: " + ", ".join(
    f"{status.value} {meaning}" for status, meaning in MEANINGS.items()
)


class CommandGroup(TyperGroup):
    """A group whose commands come from a table and are imported when they are called."""

    def __init__(self, *, entries: Mapping[str, Entry], prefix: str, usual: str = "", **settings: Any) -> None:
        # Placeholders give names and summaries to suggestions and completion; `get_command` puts the real one in their place.
        placeholders: MutableMapping[str, Any] = {
            name: TyperCommand(name, help=entry.summary, rich_markup_mode=None) for name, entry in entries.items()
        }
        super().__init__(commands=cast(Any, placeholders), rich_markup_mode=None, **settings)
        self._entries = entries
        self._prefix = prefix
        self._usual = usual

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """The command of this name, imported now; None when there is none."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        if entry.below:
            words = f"{self._prefix} {cmd_name}"
            examples = "\n".join(f"  {words} {name}" for name in entry.below)
            text = f"\b\nExamples:\n{examples}\n\n{entry.summary}"
            return CommandGroup(entries=entry.below, prefix=words, usual=entry.usual, name=cmd_name, help=text)
        return _load(cmd_name, entry)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A group without a command shows what there is, as `--help` does, or does the usual, which options and numbers mean."""
        if self._usual and (not args or (args[0] not in self._entries and _is_for_usual(args[0]))):
            args = [self._usual, *args]
        return super().parse_args(ctx, args or ["--help"])

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """The help's list, by section, from the table alone."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, entry in self._entries.items():
            sections.setdefault(entry.section, []).append((name, entry.summary))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


def _is_for_usual(argument: str) -> bool:
    """Whether an argument is an option of a command or a number, and no mistyped command."""
    return argument not in ("-h", "--help") and (argument.startswith("-") or any(c.isdigit() for c in argument))


def build() -> CommandGroup:
    """The `gateway` command."""
    return CommandGroup(
        entries=COMMANDS,
        prefix="gateway",
        name="gateway",
        help=GATEWAY_HELP,
        epilog=EPILOGUE,
        params=cast(Any, [*_options_everywhere(), *_options(_at_the_root)]),
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _load(name: str, entry: Entry) -> TyperCommand:
    module = import_module(f"gateway.cli.{entry.module}")
    function: Callable[..., int] = getattr(module, entry.function)
    examples = module.EXAMPLES[entry.function]
    explanation = "\n".join(line.strip() for line in (function.__doc__ or entry.summary).splitlines())
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(
        name,
        help=f"\b\nExamples:\n{_indented(examples)}\n\n{explanation}",
        short_help=entry.summary,
        context_settings={"help_option_names": ["-h", "--help"]},
    )(function)
    command = cast(TyperCommand, command_from(app))
    command.params = [*command.params, *_options_everywhere()]
    return command


def _indented(examples: str) -> str:
    return "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())


def _debug(context: typer.Context, value: bool) -> None:
    if value and isinstance(context.obj, Terminal):
        context.obj.debug = True


def _no_colour(context: typer.Context, value: bool) -> None:
    if value and isinstance(context.obj, Terminal):
        context.obj.colour = context.obj.colour_of_talk = False


def _version(context: typer.Context, value: bool) -> None:
    if value and not context.resilient_parsing:
        from gateway.cli.options import terminal_of
        from gateway.cli.version import installed, told

        (first, *_) = installed().items()
        terminal_of(context).line(*told(*first))
        context.exit()


def _at_the_root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, expose_value=False, is_eager=True, help="Show the version; more: gateway version."
        ),
    ] = False,
) -> None:
    """The options of the group alone, as typer reads them."""


def _everywhere(
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", callback=_debug, expose_value=False, is_eager=True, help="Show tracebacks (also GATEWAY_DEBUG=1)."
        ),
    ] = False,
    no_color: Annotated[
        bool,
        typer.Option("--no-color", callback=_no_colour, expose_value=False, is_eager=True, help="No colour (also NO_COLOR=1)."),
    ] = False,
) -> None:
    """The options of every command, as typer reads them."""


def _options_everywhere() -> list[Any]:
    return _options(_everywhere)


def _options(function: Callable[..., None]) -> list[Any]:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    return list(command_from(app).params)
