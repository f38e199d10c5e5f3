"""A simulated online shop: customers order, it tells of that by webhook and lists it, and takes stock, prices and shipments."""

from gateway.simulators.shop.shop import Shop
from gateway.simulators.shop.simulator import ShopSimulator

__all__ = ["Shop", "ShopSimulator"]
