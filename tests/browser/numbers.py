"""What the things at the site are called that tests look for."""

from typing import Final

CASES: Final = 200
"""As many cases has the failure that is resolved by trying five first."""
MISSING_SKU: Final = "NOT-IN-ODOO"
"""What the orders in those cases ask for."""
INJECTING: Final = "BB-SCRIPT"
"""An order whose buyer is named like a piece of a page."""
REJECTED_DESPATCH: Final = "BB-9999"
"""The order, unknown to BigBox, in the despatch advice that its 997 rejects."""
OVERDUE_INVOICE: Final = "BB-4713"
"""The order of an invoice that BigBox never acknowledged."""
HELD: Final = "WH-77"
"""What waits before the warehouse."""
TRACED: Final = "LS-1001"
"""The order that went all the way to the money."""
