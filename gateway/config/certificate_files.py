"""The certificates that channels of type as2 name: public, so that they are kept and compared with the configuration."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from gateway.config.channels.as2 import As2CertificateTable, As2Table
from gateway.config.model import Configuration
from gateway.config.source import is_inside


def read_certificates(configuration: Configuration, folder: Path) -> Mapping[str, bytes]:
    """What they hold, by their names in routes.toml. What lies outside of the folder is not of the configuration."""
    found: dict[str, bytes] = {}
    for table in _named(configuration):
        if is_inside(table.file):
            with suppress(OSError):
                found[table.file] = (folder / table.file).read_bytes()
    return found


def digests_of(certificates: Mapping[str, bytes]) -> Mapping[str, str]:
    """What tells them apart: the SHA-256 of each."""
    return {name: sha256(content).hexdigest() for name, content in certificates.items()}


def _named(configuration: Configuration) -> Iterator[As2CertificateTable]:
    """Those of partners, and ours; private keys are secrets, and stay where they are."""
    yield from configuration.gateway.as2.keys
    for channel in configuration.channel:
        if isinstance(channel, As2Table):
            yield from channel.keys
            yield from channel.agreed_certificates()
