"""Keys of a simulated partner: files in a folder beside routes.toml."""

from dataclasses import dataclass
from pathlib import Path

from gateway.cli.failure import CommandFailed
from gateway.simulators.as2 import new_pair
from gateway.simulators.partner.sftp_server import new_host_key


@dataclass(frozen=True, slots=True)
class MadeKeys:
    """What was written: the names of the files, and the fingerprint of the SFTP server's host key."""

    folder: Path
    files: tuple[str, ...]
    fingerprint: str


def make_keys(folder: Path, partner: str) -> MadeKeys:
    """A certificate with its key for AS2, and a host key for SFTP. Raises CommandFailed when one of the files is there."""
    pair, (host_key, fingerprint) = new_pair(partner.upper()), new_host_key()
    made = {f"{partner}.pem": pair.certificate, f"{partner}.key": pair.key, f"{partner}.host.key": host_key.encode()}
    taken = [name for name in made if (folder / name).exists()]
    if taken:
        raise CommandFailed(
            f"{taken[0]} is there already", where=str(folder), remedy="Remove it, or name another folder with --into."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, contents in made.items():
        (folder / name).touch(mode=0o600 if name.endswith(".key") else 0o644)
        (folder / name).write_bytes(contents)
    return MadeKeys(folder, tuple(made), fingerprint)
