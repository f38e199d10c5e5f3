"""Configuration and environment, joined and checked: how a process is to run."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config import REGION, Snapshot, load, without_files
from gateway.domain.as2_terms import As2Options
from gateway.errors import ConfigurationInvalid

ROLES = ("receive", "translate", "deliver", "relay", "api")


@dataclass(frozen=True, slots=True)
class Settings:
    """A checked configuration with the way this process is to run.

    `config` is the file that it was read from, or that proposals are; `environ` what the configuration may see. `activation` is
    the number of the activation in the database that it is in force by, None for that of the files.
    """

    config: Path
    snapshot: Snapshot
    roles: frozenset[str]
    processes: int = 1
    worker: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False, compare=False)
    activation: int | None = None

    @property
    def managed(self) -> bool:
        """Whether what is in force is what was activated in the database, whatever the files say."""
        return self.snapshot.gateway.activation.managed

    @property
    def region(self) -> str:
        """The region that is worked with, as it was named; empty for partners without one."""
        return self.environ.get(REGION, "")

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


def read_settings(
    config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1, region: str = ""
) -> Settings:
    """Configuration and environment, checked and joined. Raises ConfigurationInvalid.

    Where there is no file but the address of a database, that has the configuration: see `gateway.bootstrap.in_force`. `region`
    is the one to work with, by default that of the environment, where it stands for all that is built from it later.
    """
    environ = {**environ, REGION: region} if region else environ
    file = Path(config).absolute()
    made = Settings(
        file,
        load(file, environ) if file.exists() or not environ.get("DATABASE_URL") else without_files(file.parent, environ),
        frozenset(roles or ROLES),
        processes,
        worker=environ.get("GATEWAY_WORKER") == "1",
        environ=dict(environ),
    )
    return made if made.managed else sharing_a_broker(made)


def sharing_a_broker(settings: Settings) -> Settings:
    """The same; raises ConfigurationInvalid where several processes are to share a broker that is inside of one of them."""
    if (settings.processes > 1 or settings.worker) and settings.embedded_broker:
        count = settings.processes if settings.processes > 1 else "Several"
        raise ConfigurationInvalid(
            f"{count} processes cannot share the embedded broker: its wake-ups stay inside one process.",
            remedy="Set AMQP_URL to a RabbitMQ server, or run one process.",
        )
    return settings
