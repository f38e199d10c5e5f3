"""What Odoo can be asked to do, by the names that routes use."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway.applications.odoo.actions.action import Action, Facilities
from gateway.applications.odoo.actions.expected_receipt import ExpectGoods
from gateway.applications.odoo.actions.inventory_adjustment import AdjustStock
from gateway.applications.odoo.actions.invoice_request import RequestInvoice
from gateway.applications.odoo.actions.picking import MoveGoods
from gateway.applications.odoo.actions.purchase_confirmation import ConfirmPurchase
from gateway.applications.odoo.actions.remittance import EnterPayments
from gateway.applications.odoo.actions.return_goods import TakeBack
from gateway.applications.odoo.actions.sale_order import BookOrders
from gateway.applications.odoo.actions.sale_order_change import ChangeOrder
from gateway.applications.odoo.actions.transport_status import NoteStatus
from gateway.applications.odoo.actions.vendor_bill import EnterBill


def make_actions(
    facilities: Facilities, *, sleep: Callable[[float], Awaitable[None]], jitter: Callable[[], float]
) -> Mapping[str, Action[Any]]:
    """All actions of one application, by name."""
    actions: list[Action[Any]] = [
        BookOrders(facilities, sleep=sleep, jitter=jitter),
        ChangeOrder(facilities),
        MoveGoods(facilities),
        ConfirmPurchase(facilities),
        ExpectGoods(facilities),
        AdjustStock(facilities),
        EnterBill(facilities),
        TakeBack(facilities),
        EnterPayments(facilities),
        NoteStatus(facilities),
        RequestInvoice(facilities),
    ]
    return {action.name: action for action in actions}
