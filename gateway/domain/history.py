"""History: what was exchanged before this gateway was there. It is stored, translated and found, and nothing follows from it."""

from typing import Final

CHANNEL: Final = "history"
"""The channel under which it is stored: no partner reaches it, and no route can name it."""


def is_history(channel: str) -> bool:
    """Whether what came by a channel is history: nothing of it is acknowledged, routed, published or matched."""
    return channel == CHANNEL
