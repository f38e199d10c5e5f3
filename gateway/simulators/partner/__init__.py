"""A simulated trading partner: writes and reads documents in any format, answers what it is sent, and misbehaves on demand."""

from gateway.simulators.partner.acting import Act, SimulatedPartner
from gateway.simulators.partner.answering import Agreed, answers_to
from gateway.simulators.partner.line import Line
from gateway.simulators.partner.manners import Answering, Manners, Receipting, Sending
from gateway.simulators.partner.samples import order_of
from gateway.simulators.partner.sending import Consignment, consignments
from gateway.simulators.partner.side import TradingPartner

__all__ = [
    "Act",
    "Agreed",
    "Answering",
    "Consignment",
    "Line",
    "Manners",
    "Receipting",
    "Sending",
    "SimulatedPartner",
    "TradingPartner",
    "answers_to",
    "consignments",
    "order_of",
]
