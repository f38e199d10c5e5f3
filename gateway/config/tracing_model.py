"""[gateway.tracing] in routes.toml."""

from pydantic import Field

from gateway.config.table import Table
from gateway.domain.tracing_terms import TracingTerms


class TracingTable(Table):
    """Spans for OpenTelemetry. What OTEL_… variables of the environment say goes before what is written here."""

    endpoint: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Base address of a collector that takes OTLP over HTTP, without /v1/traces; empty: none.",
    )
    ratio: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Share of the traces that are recorded of those that begin here: 0.01 is one in 100.",
    )
    link: str = Field(
        default="",
        pattern=r"^(https?://\S*\{trace_id\}\S*)?$",
        description='Where people look at a trace: "https://traces.example/trace/{trace_id}"; empty: no link is shown.',
    )

    def terms(self) -> TracingTerms:
        """As the gateway wants it."""
        return TracingTerms(self.endpoint.rstrip("/"), self.ratio, self.link)
