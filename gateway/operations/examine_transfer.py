"""Examine a transfer: what was hashed, how, which variants fit a failed signature, MIC or decryption, and what to tell whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.ports.json import Json
from gateway.ports.transfers import Transfers, Wire
from gateway.protocols.as2 import (
    Certificate,
    Examination,
    Limits,
    OwnKey,
    examine,
    examine_mic,
    read,
    read_envelope,
)

_SHOWN = (
    "id", "direction", "channel", "partner", "as2_from", "as2_to", "message_id", "subject", "at", "size", "sha256", "mic",
    "mic_algorithm", "algorithms", "signed_by", "encrypted_for", "receipt_signed_by", "disposition", "state", "receipt_state",
    "copies", "remote", "transmissions", "outbound",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a channel examines with: our keys, the partner's certificates, and those of all others."""

    keys: tuple[OwnKey, ...]
    certificates: tuple[Certificate, ...]
    others: tuple[Certificate, ...]
    limits: Limits


async def examine_transfer(named: str, *, transfers: Transfers, means_of: Callable[[str], Means]) -> list[Json]:
    """The transfers of that name (a Message-ID, or an id of ours), each with what was found in it; newest first."""
    return [await _examined(view, transfers, means_of(view["channel"])) for view in await transfers.find(named)]


async def _examined(view: Json, transfers: Transfers, means: Means) -> dict[str, Any]:
    identity: UUID = view["id"]
    told: dict[str, Any] = {name: view[name] for name in _SHOWN}
    wire = await transfers.wire(identity)
    if wire is None:
        return {**told, "examinations": [], "purged": True}
    if view["direction"] == "in":
        envelope = read_envelope(wire.headers)
        at, limits = view["at"], means.limits
        found = examine(
            envelope, wire.body, keys=means.keys, certificates=means.certificates, at=at, others=means.others, limits=limits
        )
        return {**told, "headers": list(wire.headers), "examinations": [_shown(each) for each in found]}
    receipts = [await _receipt(view, wire, receipt, means) for receipt, _, _ in await transfers.receipts(identity)]
    return {**told, "headers": list(wire.headers), "examinations": [each for some in receipts for each in some]}


async def _receipt(view: Json, sent: Wire, receipt: Wire, means: Means) -> Sequence[dict[str, Any]]:
    """A receipt for a message of ours: its own signature, and its MIC against what we hashed."""
    envelope = read_envelope(receipt.headers)
    at = view["at"]
    found = list(examine(envelope, receipt.body, keys=means.keys, certificates=means.certificates, at=at, others=means.others))
    received = read(envelope, receipt.body, keys=means.keys, certificates=means.certificates, at=at)
    if received.mdn is not None and received.mdn.mic_text:
        found.append(examine_mic(sent.body, received.mdn.mic_text))
    return [_shown(each) for each in found]


def _shown(examination: Examination) -> dict[str, Any]:
    return {
        "subject": examination.subject,
        "facts": [list(fact) for fact in examination.facts],
        "trials": [{"what": trial.what, "found": trial.found, "matches": trial.matches} for trial in examination.trials],
        "advice": examination.advice,
    }
