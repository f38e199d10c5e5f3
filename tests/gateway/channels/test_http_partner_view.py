"""What a partner sees of its own transmission."""

import pytest

from gateway.channels.http.partner_view import transmission


@pytest.mark.parametrize(
    ("state", "seen"),
    [("received", "received"), ("replaying", "received"), ("translated", "translated"), ("unreadable", "unreadable")],
)
def test_that_it_is_read_again_is_our_own_affair(state: str, seen: str) -> None:
    view = {"id": "t-1", "state": state, "replay_of": {"actor": "ann", "reason": "a fault of ours"}, "replays": [{"batch": "b"}]}
    assert transmission(view) == {"id": "t-1", "state": seen, "interchanges": [], "findings": []}
