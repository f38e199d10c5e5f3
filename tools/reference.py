"""Writes the reference pages that the code's own tables say: `make docs`. A test compares them with what is committed."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gateway.api.openapi import openapi
from gateway.api.reference import operations_page, problems_page
from gateway.api.table import OPERATIONS
from gateway.broker.topology import EXCHANGES, WORK
from gateway.cli.command_table import COMMANDS
from gateway.cli.exit_status import MEANINGS
from gateway.config.codes import RULES
from gateway.config.model import Configuration
from gateway.contract.export import text as json_text
from gateway.contract.export import write as write_contract
from gateway.domain import cloud_event
from gateway.domain.cloud_event import Attribute
from gateway.domain.lifecycle import (
    BATCH,
    BATCH_ITEM,
    BREAKER,
    DELIVERY,
    DOCUMENT,
    EXPECTATION,
    FAILURE,
    LEASE,
    NOTIFICATION,
    ORDER_DEADLINE,
    ORDER_EVENT,
    OUTBOUND_DOCUMENT,
    RECEIPT,
    TRANSMISSION,
    diagram,
)
from gateway.domain.order.lifecycle import LINE
from gateway.domain.order.milestone import Event
from gateway.errors import GatewayError
from gateway.telemetry.metrics import METRICS
from tools.schema_table import sections
from translators import registry
from translators.canonical import NAMES, model_of
from translators.contract import Family
from translators.finding import DEFINITIONS

_FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
CONTRACT = _FOLDER / "contract"
"""What `gateway contract export` writes, as of this checkout."""

VARIABLES = {
    "GATEWAY_CONFIG": "The configuration file of every command; `routes.toml` without it.",
    "GATEWAY_ENVIRONMENT": "Which `environments/<environment>.toml` is laid over the configuration.",
    "GATEWAY_REGION": "The `[[region]]` that commands work with, as `gateway run --region`; without it the partners of none.",
    "GATEWAY_LOG_FORMAT": "`json` or `console`; without it what suits standard error.",
    "GATEWAY_LOG_LEVEL": "`DEBUG`, `INFO`, `WARNING` or `ERROR`; `INFO` without it.",
    "GATEWAY_DEBUG": "`1` shows tracebacks, as `--debug` does.",
    "GATEWAY_URL": "The running gateway that `gateway send` posts to, as `--url`.",
    "GATEWAY_TOKEN_FILE": "A file with the bearer token for it.",
    "GATEWAY_TOKEN": "The token itself, where no file can be used.",
    "NO_COLOR": "Set to anything: no colours (no-color.org). `TERM=dumb` does the same.",
    "VISUAL": "The editor that `gateway correct` opens; `EDITOR` after it.",
    "EDITOR": "See `VISUAL`.",
}
"""Variables that the program reads itself, by name, with what they do."""


def metrics() -> str:
    """The page of all metrics."""
    rows = [(f"`{item.name}`", item.kind.value, ", ".join(f"`{label}`" for label in item.labels), item.help) for item in METRICS]
    return _page(
        "Metrics",
        "What `/metrics` answers, for Prometheus. No label holds a partner's data; their number is bounded by the configuration.",
        _table(("metric", "kind", "labels", "what it says"), rows),
    )


def findings() -> str:
    """The page of all findings with their answers on the wire."""
    rows = [
        (
            f"`{code}`",
            item.level,
            item.severity,
            *(answer or "" for answer in (item.ta1, item.group, item.document, item.segment, item.element, item.contrl)),
            item.remedy,
        )
        for code, item in DEFINITIONS.items()
    ]
    heads = ("code", "about the", "severity", "TA105", "AK905", "AK502", "AK304", "AK403", "0085", "what to do")
    return _page(
        "Findings",
        "Everything that can be found wrong in a document, and the answer each acknowledgement gives for it.\n"
        "An agreement may set another severity per code (`strictness`), or switch a check off.",
        _table(heads, rows),
    )


def documents() -> str:
    """The page of all canonical documents with the sets and messages they are read from and written to."""
    families = (Family.X12, Family.EDIFACT, Family.XML)
    formats = {family: registry.documents(family) for family in families}
    rows = []
    for name in sorted(NAMES):
        cells = [", ".join(kind for kind, names in sorted(formats[family].items()) if name in names) for family in families]
        summary = (model_of(name).__doc__ or "").strip().split("\n")[0]
        rows.append((f"`{name}`", *cells, summary))
    return _page(
        "Documents",
        "The canonical documents, and the sets and messages each is read from and written to. Other versions are read by the\n"
        "nearest table; whatever has no mapping is passed on as a `generic_document`.",
        _table(("document", "X12", "EDIFACT", "XML", "what it says"), rows),
    )


def errors() -> str:
    """The page of the errors that end a command, with their exit codes."""
    rows = [(f"`{kind.__name__}`", str(kind.exit_status), (kind.__doc__ or "").split("\n")[0]) for kind in _tree(GatewayError)]
    return _page(
        "Errors and exit codes",
        "A bad document is never an error: it has [findings](findings.md). These errors are for the world outside.",
        _table(("exit code", "meaning"), [(str(status.value), meaning) for status, meaning in MEANINGS.items()]),
        _table(("error", "exit code", "when"), rows),
    )


def commands() -> str:
    """The page of all commands."""
    rows = [
        (f"`gateway {' '.join((name, *below))}`", entry.summary)
        for name, top in COMMANDS.items()
        for below, entry in ([((), top)] if not top.below else [((inner,), entry) for inner, entry in top.below.items()])
    ]
    return _page(
        "Commands",
        "`gateway COMMAND --help` begins with examples and tells every option. The result goes to standard output, all talk to\n"
        "standard error; `-o json` gives the result as JSON. [Exit codes](errors.md) are the same everywhere.",
        _table(("command", "does"), rows),
    )


def routes() -> str:
    """The page of everything that may stand in routes.toml."""
    parts = [
        f"## {title}\n\n{description}\n\n{_table(('key', 'value', 'default', 'meaning'), rows)}"
        for title, description, rows in sections(Configuration.model_json_schema(by_alias=True))
    ]
    return _page(
        "routes.toml",
        "Every table and key. Any value may be written as `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or\n"
        '`${file:path}`; secrets must be. Durations are written as `"15m"`, sizes as `"10MiB"`, rates as `"50/s"`.\n'
        "What `gateway check` says: [complaints](complaints.md).",
        *parts,
    )


def complaints() -> str:
    """The page of what `gateway check` complains of."""
    rows = [(f"`{code}`", rule.name, rule.severity, rule.remedy) for code, rule in RULES.items()]
    return _page(
        "Complaints of gateway check",
        "Written as `file:line:column CODE what is wrong`. Errors end with exit code 78.",
        _table(("code", "name", "severity", "what to do"), rows),
    )


def lifecycles() -> str:
    """The page of all lifecycles, as diagrams of their transition tables."""
    tables = {
        "A transmission": TRANSMISSION,
        "A document of a large interchange": DOCUMENT,
        "A delivery": DELIVERY,
        "A document in an interchange of ours": OUTBOUND_DOCUMENT,
        "A failure": FAILURE,
        "A notification": NOTIFICATION,
        "What a partner owes us": EXPECTATION,
        "The receipt (MDN) of an AS2 message of ours": RECEIPT,
        "A circuit breaker": BREAKER,
        "A lease": LEASE,
        "A batch of replays or redeliveries": BATCH,
        "One item of a batch": BATCH_ITEM,
        "A line of an order": LINE,
        "What somebody said of an order": ORDER_EVENT,
        "A deadline of an order": ORDER_DEADLINE,
    }
    return _page(
        "Lifecycles",
        "Each lifecycle is one table of (state, event); what is not in it is an error.",
        "\n".join(f"## {name}\n\n```mermaid\n{diagram(table)}```\n" for name, table in tables.items()).rstrip(),
    )


def api() -> str:
    """The page of all that can be asked over HTTP."""
    return _page(
        "API",
        "Everything under `/v1`, by subject. How to call it: [the API](../how-to/api.md); what can go wrong:\n"
        "[problems](problems.md). The same for programs: [openapi.json](api/openapi.json), which each gateway serves as\n"
        "`/v1/openapi.json`. Members with * must be given.",
        *operations_page(OPERATIONS),
    )


def events() -> str:
    """The page of what is published on RabbitMQ: exchanges with their keys, kinds of messages with their headers."""
    exchanges = [(f"`{one.name}`", f"`{one.key}`", one.description) for one in EXCHANGES if one.name != WORK]
    kinds: dict[str, tuple[str, Sequence[Attribute]]] = {
        "A document": ("On `edi.canonical`; `type` is `document.<document>.received` or `.sent`.", cloud_event.DOCUMENT),
        "Something happened to an order": (
            f"On `edi.events`; `type` is `order.` and one of {', '.join(f'`{event}`' for event in Event)}.",
            cloud_event.ORDER_EVENT,
        ),
        "A delivery is given up": ("On `edi.dead`; `type` is `delivery.dead`.", cloud_event.DEAD_LETTER),
        "A message that could not be taken": ("On `edi.dead`, as it came, with these headers more.", cloud_event.GIVEN_UP),
        "An answer to what a service published": ("To its `reply_to`; `type` is `publication.<outcome>`.", cloud_event.REPLY),
    }
    return _page(
        "Events and messages",
        "What the gateway publishes on RabbitMQ and takes from it. Headers are the attributes of CloudEvents 1.0 by their plain\n"
        "names. At least once, in no promised order: drop ids that you know and versions older than what you have. How to read\n"
        "and publish: [internal services](../how-to/internal-services.md). The same for programs:\n"
        "[asyncapi.json](contract/asyncapi.json), with the schemas of all bodies beside it.",
        _table(("exchange", "routing key", "what it carries"), exchanges),
        *(f"## {name}\n\n{about}\n\n{_headers(attributes)}" for name, (about, attributes) in kinds.items()),
    )


def _headers(attributes: Sequence[Attribute]) -> str:
    rows = [
        (f"`{one.name}`", ", ".join(f"`{value}`" for value in one.values) or one.form, "yes" if one.always else "", one.meaning)
        for one in attributes
    ]
    return _table(("header", "value", "always", "what it says"), rows)


def environment() -> str:
    """The page of the variables that commands read by themselves."""
    return _page(
        "Environment",
        "What commands read from the environment by themselves. Whatever else a configuration needs it names itself, as\n"
        "`${NAME}`: see [routes.toml](routes.md). A flag goes before a variable, a variable before a file.",
        _table(("variable", "what it does"), [(f"`{name}`", meaning) for name, meaning in VARIABLES.items()]),
    )


def problems() -> str:
    """The page of the codes of all problems."""
    return _page(
        "Problems",
        "What the gateway answers over HTTP when it does not do what was asked: a problem document (RFC 9457) whose `type` is\n"
        "`urn:edi-gateway:problem:` and one of these codes. Codes stay as they are;\nsentences may change. `remedy` "
        "says what to do.",
        *problems_page(),
    )


def api_description() -> str:
    """The description of the API for programs."""
    return json_text(openapi(OPERATIONS)) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "metrics.md": metrics,
    "documents.md": documents,
    "findings.md": findings,
    "errors.md": errors,
    "lifecycles.md": lifecycles,
    "commands.md": commands,
    "routes.md": routes,
    "complaints.md": complaints,
    "api.md": api,
    "events.md": events,
    "environment.md": environment,
    "problems.md": problems,
    "api/openapi.json": api_description,
}
"""File names under `docs/reference` and what writes them."""


def _tree(kind: type[GatewayError]) -> Iterable[type[GatewayError]]:
    if kind.__module__ == GatewayError.__module__:
        yield kind
        for below in kind.__subclasses__():
            yield from _tree(below)


def _page(title: str, introduction: str, *parts: str) -> str:
    body = "\n\n".join(parts)
    return f"# {title}\n\n{introduction}\n\n{body}\n\nWritten by `make docs` from the code; change it there.\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def main() -> None:
    """Write all pages."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (_FOLDER / name).parent.mkdir(exist_ok=True)
        (_FOLDER / name).write_text(page(), encoding="utf-8")
    write_contract(CONTRACT)


if __name__ == "__main__":
    main()
