"""The life of an order at the gate before a warehouse, of what holds it, and of what was released, as literal tables."""

from collections.abc import Mapping
from typing import Final

WAREHOUSE_RELEASE: Final[Mapping[tuple[str, str], str]] = {
    **{
        (before, event): after
        for before in ("arrived", "held", "planned", "partly_released", "released")
        for event, after in {
            "held": "held",
            "planned": "planned",
            "released_in_part": "partly_released",
            "released": "released",
        }.items()
    },
    **{(before, "withdrawn"): "withdrawn" for before in ("arrived", "held", "planned", "partly_released")},
    **{(before, "refused"): "refused" for before in ("held", "planned", "partly_released")},
}
"""An order to a warehouse at the gate. `planned` goes at a time; what its warehouse refuses is held again, or goes to another."""

RELEASE_HOLD: Final[Mapping[tuple[str, str], str]] = {
    ("open", "due"): "overdue",
    ("cleared", "stands"): "open",
    **{(before, "stands"): before for before in ("open", "overdue")},
    **{(before, end): end for before in ("open", "overdue") for end in ("cleared", "approved", "refused", "withdrawn")},
}
"""Why an order is held. What was cleared by itself may hold it again; what a person has let pass does not."""

RELEASE_PART: Final[Mapping[tuple[str, str], str]] = {
    ("sent", "stands"): "sent",
    ("sent", "refused"): "refused",
    ("sent", "withdrawn"): "withdrawn",
    ("refused", "stands"): "refused",
}
"""What was released to a warehouse: it may refuse it, or be told not to ship it."""
