"""Configuration and environment, joined and checked: how a process is to run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.config import Snapshot, load
from gateway.domain.as2_terms import As2Options
from gateway.errors import ConfigurationInvalid

ROLES = ("receive", "translate", "deliver", "relay", "api")


@dataclass(frozen=True, slots=True)
class Settings:
    """A checked configuration with the way this process is to run."""

    config: Path
    snapshot: Snapshot
    roles: frozenset[str]
    processes: int = 1
    worker: bool = False

    @property
    def data(self) -> Path:
        """The folder for what the gateway keeps on this machine."""
        return self.snapshot.gateway.data

    @property
    def shared_metrics(self) -> Path:
        """The folder through which several processes share their figures."""
        return self.data / "metrics"

    @property
    def embedded_store(self) -> bool:
        """Whether PostgreSQL runs privately in the data folder."""
        return not self.snapshot.gateway.database_url

    @property
    def embedded_broker(self) -> bool:
        """Whether wake-ups stay inside this process."""
        return not self.snapshot.gateway.amqp_urls

    @property
    def targets(self) -> list[str]:
        """Everything that deliveries can be for: receipts also go to partners who only send."""
        channels = self.snapshot.channels.values()
        own = (*self.snapshot.applications, *self.snapshot.subscribers)
        return [*own, *(c.id for c in channels if c.sends or isinstance(c.options, As2Options))]


def read_settings(config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1) -> Settings:
    """Configuration and environment, checked and joined. Raises ConfigurationInvalid."""
    made = Settings(
        Path(config).absolute(),
        load(config, environ),
        frozenset(roles or ROLES),
        processes,
        worker=environ.get("GATEWAY_WORKER") == "1",
    )
    if (processes > 1 or made.worker) and made.embedded_broker:
        raise ConfigurationInvalid(
            f"{processes} processes cannot share the embedded broker: its wake-ups stay inside one process.",
            remedy="Set AMQP_URL to a RabbitMQ server, or run one process.",
        )
    return made
