"""A simulated warehouse management system: orders released to it are accepted, picked, packed and shipped, and it tells of it."""

from gateway.simulators.wms.simulator import WmsSimulator
from gateway.simulators.wms.warehouse import Order, OrderLine, Warehouse

__all__ = ["Order", "OrderLine", "Warehouse", "WmsSimulator"]
