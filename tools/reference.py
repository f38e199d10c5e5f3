"""Writes the reference pages that the code's own tables say: `make docs`. A test compares them with what is committed."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gateway.domain.lifecycle import DELIVERY, FAILURE, TRANSMISSION, diagram
from gateway.errors import GatewayError
from gateway.telemetry.metrics import METRICS
from translators.finding import DEFINITIONS

_FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"


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


def errors() -> str:
    """The page of the errors that end a command, with their exit codes."""
    rows = [(f"`{kind.__name__}`", str(kind.exit_status), (kind.__doc__ or "").split("\n")[0]) for kind in _tree(GatewayError)]
    return _page(
        "Errors and exit codes",
        "A bad document is never an error: it has [findings](findings.md). These are for the world outside.\n"
        "Commands also end with `0` success, `2` wrong usage, `3` finished but some items failed, `4` not allowed,\n"
        "`5` document invalid, `130` interrupted.",
        _table(("error", "exit code", "when"), rows),
    )


def lifecycles() -> str:
    """The page of all lifecycles, as diagrams of their transition tables."""
    tables = {"A transmission": TRANSMISSION, "A delivery": DELIVERY, "A failure": FAILURE}
    return _page(
        "Lifecycles",
        "Each lifecycle is one table of (state, event); what is not in it is an error.",
        "\n".join(f"## {name}\n\n```mermaid\n{diagram(table)}```\n" for name, table in tables.items()).rstrip(),
    )


PAGES: dict[str, Callable[[], str]] = {
    "metrics.md": metrics,
    "findings.md": findings,
    "errors.md": errors,
    "lifecycles.md": lifecycles,
}
"""File names under `docs/reference` and what writes them."""


def _tree(kind: type[GatewayError]) -> Iterable[type[GatewayError]]:
    if kind.__module__ == GatewayError.__module__:
        yield kind
        for below in kind.__subclasses__():
            yield from _tree(below)


def _page(title: str, introduction: str, body: str) -> str:
    return f"# {title}\n\n{introduction}\n\n{body}\n\nWritten by `make docs` from the code; change it there.\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def main() -> None:
    """Write all pages."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (_FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
