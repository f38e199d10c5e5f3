"""The few small protocols through which stages and operations reach the world. Adapters live in the folders above.

Each has one conformance suite under `tests/conformance`, run against every implementation.
"""

from gateway.ports.broker import Broker, Message, Published
from gateway.ports.claimed import BreakerMove, BreakerState, ClaimedDelivery, Due, Expired, Probe, Settled
from gateway.ports.configuration import Configuration
from gateway.ports.delivery import Application, ApplicationCall, InboundChannel, OutboundChannel, Outcome, OutcomeKind, Parcel
from gateway.ports.intake import BodyPieces, Handover, Intake, Receipt, Records, Staged
from gateway.ports.json import Json
from gateway.ports.lines import Lines, ReplayTerms, SealedDocument
from gateway.ports.observation import Clock, Observer
from gateway.ports.store import (
    Asked,
    ClaimedTransmission,
    DocumentKeys,
    Earlier,
    PendingDocument,
    Piece,
    QueueLevel,
    ReleaseSession,
    Settlement,
    SettlementSession,
    Work,
)

__all__ = [
    "Application",
    "ApplicationCall",
    "Asked",
    "BodyPieces",
    "BreakerMove",
    "BreakerState",
    "Broker",
    "ClaimedDelivery",
    "ClaimedTransmission",
    "Clock",
    "Configuration",
    "DocumentKeys",
    "Due",
    "Earlier",
    "Expired",
    "Handover",
    "InboundChannel",
    "Intake",
    "Json",
    "Lines",
    "Message",
    "Observer",
    "OutboundChannel",
    "Outcome",
    "OutcomeKind",
    "Parcel",
    "PendingDocument",
    "Piece",
    "Probe",
    "Published",
    "QueueLevel",
    "Receipt",
    "Records",
    "ReleaseSession",
    "ReplayTerms",
    "SealedDocument",
    "Settled",
    "Settlement",
    "SettlementSession",
    "Staged",
    "Work",
]
