"""What lies in a partner's folder, told apart by name and kind."""

import tracemalloc
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.remote_folder.place import Listing, Odd, Place, Remote, storable_name
from gateway.channels.remote_folder.server import Entry, Print
from gateway.domain.remote_folder_terms import RemoteInbox

Kind = Literal["file", "folder", "link", "other"]
CLAIM = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def entry(name: str, *, modified: int | None = 100, size: int | None = 4, kind: Kind = "file") -> Entry:
    return Entry(name, kind, Print(size, modified))


def place(**terms: Any) -> Place:
    return Place(RemoteInbox(**{"folder": "/in", **terms}))


def test_a_new_file_is_one_whose_name_matches() -> None:
    terms = place(pattern="*.edi", ignore=("*.tmp", ".*"))
    assert terms.what_is(entry("ORDERS.EDI")) == Remote("ORDERS.EDI", "ORDERS.EDI", Print(4, 100))
    assert terms.what_is(entry("orders.txt")) is None
    assert terms.what_is(entry(".orders.edi")) is None
    assert place(ignore=("*.TMP",)).what_is(entry("orders.tmp")) is None


def test_what_is_ours_has_its_id_in_its_name() -> None:
    name = place().claimed("orders.edi", CLAIM)
    assert place(pattern="*.edi").what_is(entry(name)) == Remote("orders.edi", name, Print(4, 100), CLAIM)
    assert place(pattern="*.edi").what_is(entry("orders.edi.no-id.taken")) is None
    assert isinstance(place().what_is(entry(f".{CLAIM}.taken")), Remote | None)


@given(st.text(min_size=1, max_size=400))
def test_whatever_a_file_is_called_its_claim_is_found_again_and_fits(name: str) -> None:
    claimed = place().claimed(name, CLAIM)
    assert len(claimed.encode("utf-8", "surrogateescape") if name.isprintable() else b"") <= 255
    found = place().what_is(entry(claimed))
    if isinstance(found, Remote) and found.claim:
        assert name.startswith(found.name) or not name.isascii()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b", "a\\..\\b", "a\0b", "a\nb", "a\x1b[2Jb", "x" * 256])
def test_names_that_may_lead_elsewhere_are_refused(name: str) -> None:
    found = place(pattern="nothing").what_is(entry(name))
    assert isinstance(found, Odd)
    assert found.reason


@pytest.mark.parametrize("kind", ["link", "other"])
def test_what_is_no_file_is_refused_when_its_name_matches(kind: Kind) -> None:
    found = place(pattern="*.edi").what_is(entry("a.edi", kind=kind))
    assert isinstance(found, Odd)
    assert kind in found.reason
    assert place(pattern="*.edi").what_is(entry("a.txt", kind=kind)) is None


def test_folders_are_left_alone() -> None:
    for name in (".", "..", "archive"):
        assert place().what_is(entry(name, kind="folder")) is None


def test_a_name_that_is_no_utf8_is_taken_and_can_be_stored() -> None:
    name = b"Bestellung_\xe4.edi".decode("utf-8", "surrogateescape")
    assert isinstance(place().what_is(entry(name)), Remote)
    assert storable_name(name) == "Bestellung_\ufffd.edi"


def test_stored_files_are_set_aside_as_agreed() -> None:
    remote = Remote("a.edi", f"a.edi.{CLAIM}.taken", Print(1, 1), CLAIM)
    assert place().set_aside(remote, "7") == []
    assert place(after="rename").set_aside(remote, "7") == ["/in/a.edi.done", "/in/a.edi.7.done"]
    assert place(after="move", done="/done/").set_aside(remote, "7") == ["/done/a.edi", "/done/a.edi.7"]
    assert place(folder="/", after="rename", suffix="-ok").set_aside(remote, "7")[0] == "/a.edi-ok"


def test_files_that_were_renamed_when_stored_are_not_new() -> None:
    assert place(after="rename").what_is(entry("a.edi.done")) is None
    assert isinstance(place().what_is(entry("a.edi.done")), Remote)


def listing(terms: Place, *entries: Entry, most: int = 100) -> Listing:
    seen = Listing(terms, most=most)
    for one in entries:
        seen.see(one)
    return seen


def test_files_are_in_order_of_age_and_then_name() -> None:
    seen = listing(place(), entry("b", modified=2), entry("c", modified=1), entry("a", modified=2), entry("d", modified=None))
    assert [remote.name for remote in seen.arrivals] == ["d", "c", "a", "b"]


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 20))
def test_of_too_many_the_oldest_are_kept(times: list[int], most: int) -> None:
    entries = [entry(f"{number:03}", modified=time) for number, time in enumerate(times)]
    seen = listing(place(), *entries, most=most)
    oldest = sorted(entries, key=lambda one: (one.seen.modified, one.name))[:most]
    assert [remote.name for remote in seen.arrivals] == [one.name for one in oldest]
    assert seen.overfull == (len(times) > most)


def test_a_file_with_a_marker_waits_for_it() -> None:
    terms = place(complete="marker", marker="{name}.ready")
    assert listing(terms, entry("a.edi")).arrivals == []
    (ready,) = listing(terms, entry("a.edi"), entry("a.edi.ready"), entry("b.edi"), entry("c.edi.ready")).arrivals
    assert (ready.name, ready.marker) == ("a.edi", "a.edi.ready")


def test_a_marker_may_stand_in_place_of_the_ending() -> None:
    terms = place(complete="marker", marker="{stem}.ok", pattern="*.edi")
    (ready,) = listing(terms, entry("orders.edi"), entry("orders.ok")).arrivals
    assert ready.marker == "orders.ok"


def test_a_marker_older_than_its_file_belonged_to_another() -> None:
    terms = place(complete="marker")
    seen = listing(terms, entry("a.edi", modified=100), entry("a.edi.ready", modified=99))
    assert seen.arrivals == []
    assert seen.outdated() == {"a.edi": "a.edi.ready"}
    assert listing(terms, entry("a.edi", modified=100), entry("a.edi.ready", modified=100)).outdated() == {}


def test_a_marker_that_a_crash_left_goes_with_the_file_that_is_ours() -> None:
    terms = place(complete="marker")
    ours = entry(terms.claimed("a.edi", CLAIM))
    assert listing(terms, ours, entry("a.edi.ready")).ours[0].marker == "a.edi.ready"
    assert listing(terms, ours, entry("a.edi.ready"), entry("a.edi")).ours[0].marker is None
    assert listing(terms, ours).ours[0].marker is None


def test_many_files_need_no_more_memory_than_few() -> None:
    def peak(number: int) -> int:
        seen = Listing(place(), most=200)
        tracemalloc.start()
        for index in range(number):
            seen.see(entry(f"order-{index:08}.edi", modified=index))
            seen.see(entry(f"bad\n{index}", modified=index))
            seen.see(entry(place().claimed(f"{index}", uuid4()), modified=index)) if index % 10 == 0 else None
        result = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(seen.arrivals) == 200
        return result

    assert peak(9_000) < 2 * peak(3_000)  # three times as much, were they kept
