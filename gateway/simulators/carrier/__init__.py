"""A simulated parcel carrier: rates, labels as PDF and ZPL, tracking, proof of delivery."""

from gateway.simulators.carrier.carrier import Carrier, Shipment
from gateway.simulators.carrier.simulator import CarrierSimulator

__all__ = ["Carrier", "CarrierSimulator", "Shipment"]
