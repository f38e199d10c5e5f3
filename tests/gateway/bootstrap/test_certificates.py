"""Certificates that change: what is told of old and new while both are configured."""

from dataclasses import replace
from datetime import timedelta

from gateway.bootstrap.certificates import Wish, certificates_of, examine_certificate
from gateway.bootstrap.office import Office
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel
from tests.gateway.channels.as2.certificates import NOW, pair
from tests.world.day import World

DAY = timedelta(days=1)


def changed(office: Office, **options: object) -> Office:
    """The office with other terms of its AS2 channel."""
    channels = dict(office.snapshot.channels)
    channel = channels["bigbox-as2"]
    assert isinstance(channel.options, As2Options)
    channels["bigbox-as2"] = replace(channel, options=replace(channel.options, **options))  # type: ignore[arg-type]
    return replace(office, settings=replace(office.settings, snapshot=replace(office.snapshot, channels=channels)))


def told(channel: Channel, days: int = 0) -> list[tuple[str, str, bool, int | None]]:
    views = certificates_of(channel, NOW + days * DAY)
    return [(view["name"], view["standing"], view["has_successor"], view["mark"]) for view in views if not view["ours"]]


def test_old_and_new_stand_side_by_side_through_the_days_of_a_change(standing: World) -> None:
    old = replace(pair("old", days=25).agreed, name="old.pem", use_until=NOW + 20 * DAY)
    new = replace(pair("new").agreed, name="new.pem", use_from=NOW + 10 * DAY)
    alone = changed(standing.office, certificates=(old,)).snapshot.channels["bigbox-as2"]
    assert told(alone) == [("old.pem", "current", False, 30)]
    both = changed(standing.office, certificates=(old, new)).snapshot.channels["bigbox-as2"]
    assert told(both) == [("old.pem", "current", True, None), ("new.pem", "next", False, None)]
    assert told(both, 15) == [("old.pem", "accepted", True, None), ("new.pem", "current", False, None)]
    assert told(both, 21) == [("old.pem", "past", True, None), ("new.pem", "current", False, None)]


def test_the_lines_keep_what_is_in_use_and_leave_out_what_is_over(standing: World) -> None:
    gone = replace(pair("gone", days=-1, begun=400).agreed, name="gone.pem")
    old = replace(pair("old", days=60).agreed, name="certs/old.pem")
    office = changed(standing.office, certificates=(gone, old))
    found = examine_certificate(office, "bigbox", Wish(pair("new").certificate, use_from=NOW + 10 * DAY))
    assert "gone.pem" not in found["lines"]
    assert 'file = "certs/old.pem", until = ' in found["lines"]
    assert found["file"].startswith("certs/bigbox-")


def test_keys_of_one_channel_are_changed_there(standing: World) -> None:
    wish = Wish(pair("NORDIC new").certificate, ours=True)
    assert "[gateway.as2]" in examine_certificate(standing.office, "bigbox", wish)["lines"]
    alone = examine_certificate(changed(standing.office, shared_keys=False), "bigbox", wish)
    assert 'the [[channel]] with id = "bigbox-as2"' in alone["lines"]
