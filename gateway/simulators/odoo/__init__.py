"""A simulated Odoo 17, 18 or 19: JSON-RPC, names checked as the real one does, external ids, transactions, faults on demand."""

from gateway.simulators.odoo.app import create_app
from gateway.simulators.odoo.misbehaviour import Misbehaviour
from gateway.simulators.odoo.seed import EXAMPLE, Seed, read_seed
from gateway.simulators.odoo.server import Account, Odoo, Order, OrderLine
from gateway.simulators.odoo.simulator import OdooSimulator

__all__ = [
    "EXAMPLE",
    "Account",
    "Misbehaviour",
    "Odoo",
    "OdooSimulator",
    "Order",
    "OrderLine",
    "Seed",
    "create_app",
    "read_seed",
]
