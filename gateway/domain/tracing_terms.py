"""Where spans go, how many of them, and where people look at a trace."""

from dataclasses import dataclass

PLACE = "{trace_id}"
"""Where the trace's id stands in the template of a link."""


@dataclass(frozen=True, slots=True)
class TracingTerms:
    """`endpoint` is the base address of what takes OTLP over HTTP; empty: as the environment says, or nowhere.

    `ratio` is the share of traces that are recorded, `link` the address of a trace for people, with `{trace_id}` in it.
    """

    endpoint: str = ""
    ratio: float = 1.0
    link: str = ""


def trace_id_of(traceparent: str | None) -> str | None:
    """The id in a `traceparent` that we stored; None without one."""
    return traceparent.split("-")[1] if traceparent and traceparent.count("-") >= 3 else None


def link_to(trace_id: str | None, template: str) -> str | None:
    """Where a trace can be looked at; None where nobody said."""
    return template.replace(PLACE, trace_id) if trace_id and template else None
