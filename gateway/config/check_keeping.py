"""Checks what is said about keeping: periods that fit one another, keys that can be used."""

from datetime import timedelta

from gateway.config.check import Checked
from gateway.config.keeping_model import PartnerRetentionTable
from gateway.config.positions import KeyPath

_PARTS = ("payload", "canonical", "journal")


def check_keeping(checked: Checked) -> None:
    """Periods, and keys."""
    gateway = checked.configuration.gateway
    if gateway.retention is not None:
        _periods(checked, gateway.retention, None, ("gateway", "retention"))
    for index, partner in enumerate(checked.configuration.partner):
        if partner.retention is not None:
            _periods(checked, partner.retention, gateway.retention, ("partner", index, "retention"))
    _keys(checked)


def _periods(checked: Checked, said: PartnerRetentionTable, usual: PartnerRetentionTable | None, path: KeyPath) -> None:
    """The envelope outlives what it is the envelope of."""
    envelope = _period(said, usual, "envelope")
    if envelope is None:
        return
    for part in _PARTS:
        period = _period(said, usual, part)
        if period is None or period > envelope:
            where = (*path, part) if getattr(said, part) is not None else path
            longer = "for ever" if period is None else "longer"
            checked.complaints.add("R085", where, f"{part} would be kept {longer} and its envelope would not")


def _period(said: PartnerRetentionTable, usual: PartnerRetentionTable | None, part: str) -> timedelta | None:
    own: timedelta | None = getattr(said, part)
    return own if own is not None or usual is None else getattr(usual, part)


def _keys(checked: Checked) -> None:
    encryption = checked.configuration.gateway.encryption
    if encryption is None:
        return
    path: KeyPath = ("gateway", "encryption")
    known: list[str] = []
    for index, key in enumerate(encryption.keys):
        if key.id in known:
            checked.complaints.add("R086", (*path, "keys", index, "id"), f'there is another key "{key.id}"')
        known.append(key.id)
        try:
            key.content()
        except ValueError as error:
            checked.complaints.add("R086", (*path, "keys", index, "key"), f'key "{key.id}": {error}')
    if encryption.active is not None and encryption.active not in known:
        message = f'there is no key "{encryption.active}"'
        checked.complaints.add("R086", (*path, "active"), message, known=known, wanted=encryption.active)
