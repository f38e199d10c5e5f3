"""What comes back again and again although it was right in between, and why that is no accident."""

from collections.abc import Mapping

AGAIN_AND_AGAIN = 2
"""What came back so often after it had ended will come back once more."""

_REASONS: Mapping[str, str] = {
    "stock": (
        "one side books something of this item that the other is never told: a factor of its unit, scrap, a count, goods on the "
        "way. Correct that, and not the number once more."
    ),
    "orders": "one side keeps orders of this kind from the other, or tells them late: look at the route and its conditions.",
    "shipments": "shipments of this kind are told late or by somebody else: look at who says them, and when.",
    "invoices": "one side rounds or adds charges that the other does not know: compare one of them line by line.",
}
_OTHERWISE = "the cause is still there: what was corrected was its effect."


def recurrence(times: int, *, what: str = "") -> str:
    """Why something that came back so many times will come again; empty where that may be chance. `what` is what is compared."""
    if times < AGAIN_AND_AGAIN:
        return ""
    return f"It came back {times} times after it was right: {_REASONS.get(what, _OTHERWISE)}"
