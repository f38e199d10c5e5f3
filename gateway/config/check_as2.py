"""Checks of AS2: names, keys and certificates, and what can be known to go wrong before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.config.channels.as2 import As2CertificateTable, As2KeyTable, As2Table
from gateway.config.check import Checked
from gateway.config.positions import KeyPath
from gateway.protocols.as2 import CannotBuild, Certificate, expiring, load_certificate, load_own_key
from gateway.protocols.as2.roll_over import has_successor


@dataclass(frozen=True, slots=True)
class _Read:
    """A certificate that could be read, and the place that names it."""

    path: KeyPath
    file: str
    certificate: Certificate


def check_as2(checked: Checked, folder: Path, *, now: datetime | None = None) -> None:
    """Everything about channels of type as2. `folder` is what relative paths start from, `now` what certificates end against."""
    at, pairs = now or datetime.now(UTC), dict[tuple[str, str], str]()
    _keys(checked, checked.configuration.gateway.as2.keys, ("gateway", "as2", "keys"), folder, at)
    for index, channel in enumerate(checked.configuration.channel):
        if isinstance(channel, As2Table):
            path = ("channel", index)
            _names(checked, channel, path, pairs)
            _terms(checked, channel, path)
            _keys(checked, channel.keys, (*path, "keys"), folder, at)
            _certificates(checked, channel, (*path, "certificates"), folder, at)


def _names(checked: Checked, channel: As2Table, path: KeyPath, pairs: dict[tuple[str, str], str]) -> None:
    config = checked.configuration
    ours = channel.ours or config.gateway.identities.as2
    theirs = channel.theirs or next((p.identities.as2 for p in config.partner if p.id == channel.partner), None)
    if not ours:
        checked.complaints.add("R070", path, "we have no AS2 name: neither `ours` here nor `as2` in the gateway's identities")
    if not theirs:
        checked.complaints.add(
            "R070", path, f'"{channel.partner}" has no AS2 name: neither `theirs` here nor `as2` in its identities'
        )
    if ours and theirs:
        other = pairs.setdefault((theirs, ours), channel.id)
        if other != channel.id:
            checked.complaints.add(
                "R071", (*path, "id"), f'messages from {theirs} to {ours} are those of channel "{other}" already'
            )


def _terms(checked: Checked, channel: As2Table, path: KeyPath) -> None:
    own, complain = checked.configuration.gateway.as2, checked.complaints.add
    if not channel.keys and not own.keys:
        complain("R072", path, "we have no key to sign with and to decrypt: neither here nor in [gateway.as2]")
    if channel.mdn == "async" and own.url is None:
        complain("R073", (*path, "mdn"), "asynchronous receipts need our own address: url in [gateway.as2]")
    for name, value in (("sign", channel.sign), ("encrypt", channel.encrypt)):
        if value in ("sha1", "3des-cbc"):
            complain("R074", (*path, name), f"{value} is weak: whoever has time can forge or read what we send")
    if channel.url is not None and channel.mdn != "none" and not channel.signed_receipt:
        complain("R074", (*path, "signed_receipt"), "an unsigned receipt proves nothing in a dispute")


def _keys(checked: Checked, tables: Sequence[As2KeyTable], path: KeyPath, folder: Path, at: datetime) -> None:
    found = []
    for index, table in enumerate(tables):
        read = _read(checked, table, (*path, index, "certificate"), folder)
        if read is not None:
            found.append(read)
            _private(checked, table, (*path, index, "key"), folder)
    _endings(checked, found, at)


def _private(checked: Checked, table: As2KeyTable, path: KeyPath, folder: Path) -> None:
    secret = table.key.get_secret_value()
    if not secret:
        return  # that it is missing was complained of
    try:
        password = table.password.get_secret_value().encode() if table.password else None
        load_own_key((folder / table.file).read_bytes(), secret.encode(), password=password)
    except CannotBuild as error:
        checked.complaints.add("R075", path, str(error))


def _certificates(checked: Checked, channel: As2Table, path: KeyPath, folder: Path, at: datetime) -> None:
    found = []
    for index, table in enumerate(channel.agreed_certificates()):
        read = _read(checked, table, (*path, index), folder)
        if read is not None:
            found.append(read)
            key = read.certificate.key
            if isinstance(key, rsa.RSAPublicKey) and key.key_size < channel.minimum_rsa_bits:
                message = f"{table.file}: the key has {key.key_size} bits, less than minimum_rsa_bits"
                checked.complaints.add("R075", read.path, message)
    _endings(checked, found, at)


def _read(checked: Checked, table: As2CertificateTable, path: KeyPath, folder: Path) -> _Read | None:
    try:
        agreed = table.agreed(folder)
        return _Read(path, table.file, load_certificate(agreed.data, use_from=agreed.use_from, use_until=agreed.use_until))
    except OSError as error:
        checked.complaints.add("R064", path, f"{table.file} cannot be read: {error.strerror}")
    except CannotBuild as error:
        checked.complaints.add("R075", path, f"{table.file}: {error}")
    return None


def _endings(checked: Checked, found: Sequence[_Read], at: datetime) -> None:
    """Certificates that end soon and that no other one of the list takes over from."""
    known = [read.certificate for read in found]
    for read in found:
        for expiry in expiring([read.certificate], at):
            if not has_successor(read.certificate, known):
                day, days = f"{read.certificate.not_after:%Y-%m-%d}", expiry.remaining.days
                ends = f"ends on {day}, in {days} days" if days >= 0 else f"ended on {day}"
                checked.complaints.add("R076", read.path, f"{read.file} {ends}")
