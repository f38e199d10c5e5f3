"""What the simulated carrier holds, and what happens to parcels: shipments, their labels, and the events of their way."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.simulators.carrier.labels import pdf, zpl
from gateway.simulators.rest import Misbehaviour, Refusal

SERVICES: Mapping[str, tuple[Decimal, Decimal, int]] = {
    "standard": (Decimal("4.90"), Decimal("0.85"), 3),
    "express": (Decimal("9.50"), Decimal("1.40"), 1),
}
"""Price of a parcel and of each kilogram, and the days it takes."""

Tell = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class Shipment:
    """Parcels that were paid for. `scans` is what happened to them, the last one last."""

    id: str
    reference: str
    tracking: str
    service: str
    charge: Decimal
    label_format: str
    to: str
    request: dict[str, Any]
    status: str = "purchased"
    scans: list[dict[str, Any]] = field(default_factory=list)
    proof: dict[str, Any] | None = None

    def label(self) -> bytes:
        """The label in its format."""
        lines = [self.to, f"Service {self.service}", self.reference, self.tracking]
        return pdf(lines) if self.label_format == "PDF" else zpl(lines, self.tracking)

    def view(self) -> dict[str, Any]:
        """As the interface shows it."""
        return {
            "id": self.id,
            "reference": self.reference,
            "status": self.status,
            "tracking_number": self.tracking,
            "service": self.service,
            "charge": {"amount": float(self.charge), "currency": "EUR"},
            "label": {"format": self.label_format, "content": base64.b64encode(self.label()).decode()},
        }


class Carrier:
    """Shipments and their tracking. What happens is told of by `tell`, one event each, as a platform of carriers tells it."""

    def __init__(self, *, misbehaviour: Misbehaviour, now: Callable[[], datetime], tell: Tell) -> None:
        self.shipments: dict[str, Shipment] = {}
        self.events: list[dict[str, Any]] = []
        self._misbehaviour, self._now, self._tell = misbehaviour, now, tell

    # ---------------------------------------------------------------------------------------------------- what it is asked

    def rates(self, request: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What each service would cost, the cheapest first. Raises Refusal."""
        return [
            {"service": name, "amount": float(self._price(name, request)), "currency": "EUR", "days": days}
            for name, (_, _, days) in SERVICES.items()
        ]

    def purchase(self, request: Mapping[str, Any]) -> Shipment:
        """Buy a label. Raises Refusal, with what was bought before under the same reference."""
        reference = str(request["reference"])
        known = self.named(reference)
        if known and self._misbehaviour.duplicates == "refuse":
            raise Refusal(409, "ALREADY_PURCHASED", f"{reference} was purchased before.", shipment=known[0].view())
        if known and self._misbehaviour.duplicates == "recognise":
            return known[0]
        service, form = str(request.get("service", "standard")), str(request.get("label_format", "PDF"))
        if form not in {"PDF", "ZPL"}:
            raise Refusal(422, "LABEL_FORMAT", f"Labels are made as PDF or ZPL, not as {form}.")
        number = len(self.shipments) + 1
        to = str(request["to"]["name"])
        charge, tracking = self._price(service, request), f"SIM{number:09d}"
        made = Shipment(f"shp-{number}", reference, tracking, service, charge, form, to, dict(request))
        self.shipments[made.id] = made
        return made

    def named(self, reference: str) -> list[Shipment]:
        """Shipments under a name of ours."""
        return [one for one in self.shipments.values() if one.reference == reference]

    def shipment(self, wanted: str) -> Shipment:
        """A shipment by its id or tracking number. Raises Refusal."""
        found = self.shipments.get(wanted) or next((s for s in self.shipments.values() if s.tracking == wanted), None)
        if found is None:
            raise Refusal(404, "NOT_FOUND", f"There is no shipment {wanted}.")
        return found

    def cancel(self, wanted: str) -> tuple[Shipment, bool]:
        """Give a label back; the shipment, and whether it was not cancelled before. Raises Refusal once it was scanned."""
        found = self.shipment(wanted)
        if found.scans:
            raise Refusal(409, "IN_TRANSIT", f"{wanted} is on its way.")
        first, found.status = found.status != "cancelled", "cancelled"
        return found, first

    def _price(self, service: str, request: Mapping[str, Any]) -> Decimal:
        if service not in SERVICES:
            raise Refusal(422, "SERVICE", f"There is no service {service}.")
        each, kilogram, _ = SERVICES[service]
        parcels = request["parcels"]
        if not parcels:
            raise Refusal(422, "PARCELS", "There is nothing to carry.")
        weights = [Decimal(str(parcel["weight"])) for parcel in parcels]
        return each * len(parcels) + kilogram * sum(weights, Decimal(0))

    # ----------------------------------------------------------------------------------------------------- what happens there

    async def scan(self, wanted: str, status: str, *, place: str = "", reason: str = "") -> None:
        """Something happened: `in_transit`, `out_for_delivery`, `exception`, or what nobody knows."""
        await self._event(self.shipment(wanted), status, place=place, reason=reason)

    async def deliver(self, wanted: str, *, signed_by: str, place: str = "") -> None:
        """The parcels were handed over and signed for."""
        found = self.shipment(wanted)
        found.proof = {"signed_by": signed_by, "signed_at": self._now().isoformat(), "tracking_number": found.tracking}
        await self._event(found, "delivered", place=place, signed_by=signed_by)

    async def _event(self, shipment: Shipment, status: str, **members: Any) -> None:
        number, shipment.status = len(self.events) + 1, status
        scan = {"status": status, "occurred_at": self._now().isoformat(), **{name: v for name, v in members.items() if v}}
        shipment.scans.append(scan)
        data = {"tracking_number": shipment.tracking, "shipment_id": shipment.id, "reference": shipment.reference, **scan}
        event = {"id": f"trk-{number}", "type": f"tracking.{status}", "sequence": number, "data": data}
        self.events.append(event)
        await self._tell(event)
