"""Certificates that end are told in time, once for each mark, to whom they belong; not when somebody takes over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from gateway.channels.as2.relationship import load_agreed
from gateway.ports.transfers import CertificateNotice, Transfers
from gateway.protocols.as2 import Certificate
from gateway.security.certificates import CertificateWatch, Holder
from gateway.system import TimeOrderedIds
from tests.gateway.channels.as2.certificates import pair
from tests.integration.harness import Silent


class Notices:
    """Remembers what was told, each mark of a certificate once, as the store does."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, int], CertificateNotice] = {}

    async def tell_expiries(self, notices: list[CertificateNotice]) -> int:
        fresh = {(each.fingerprint, each.notice): each for each in notices} | self.told
        count = len(fresh) - len(self.told)
        self.told = fresh
        return count


class At:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


def certificate(days: int) -> Certificate:
    return load_agreed(pair(f"ends in {days}", days=days, begun=400).agreed)


def watch(notices: Notices, *holders: Holder, clock: At | None = None) -> CertificateWatch:
    return CertificateWatch(
        lambda: holders,
        transfers=cast(Transfers, notices),
        observer=Silent(),
        clock=clock or At(),
        new_id=TimeOrderedIds(),
    )


def partner(*certificates: Certificate) -> Holder:
    return Holder("partner bigbox", "bigbox-as2", "bigbox", "edi", certificates)


@pytest.mark.parametrize(("days", "marks"), [(365, []), (59, [60]), (29, [30]), (6, [7]), (-1, [0])])
async def test_each_mark_is_told(days: int, marks: list[int]) -> None:
    notices = Notices()
    assert await watch(notices, partner(certificate(days))).round() == len(marks)
    assert [notice for _, notice in notices.told] == marks


async def test_a_mark_is_told_once_and_the_next_one_again() -> None:
    notices, clock = Notices(), At()
    watching = watch(notices, partner(certificate(365)), clock=clock)
    told = []
    for _ in range(370):
        told.append(await watching.round())
        clock.moment += timedelta(days=1)
    assert sum(told) == 4
    assert sorted(notice for _, notice in notices.told) == [0, 7, 30, 60]


async def test_the_owner_reads_what_ends_when_and_what_to_do() -> None:
    notices = Notices()
    ending, ours = certificate(29), certificate(6)
    await watch(notices, partner(ending), Holder("ours (NORDIC)", None, None, "operations", (ours,))).round()
    theirs, own = (notice.failure for notice in notices.told.values())
    assert (theirs.owner, theirs.partner, theirs.route, theirs.code) == ("edi", "bigbox", "bigbox-as2", "certificate-ends")
    assert "in 28 days" in theirs.message
    assert ending.fingerprint[:16] in theirs.message
    assert "bigbox-as2" in theirs.remedy
    assert (own.owner, own.partner) == ("operations", None)
    assert "[gateway.as2]" in own.remedy


async def test_an_ended_certificate_is_another_failure() -> None:
    notices = Notices()
    await watch(notices, partner(certificate(-1))).round()
    ((_, notice),) = notices.told.items()
    assert notice.failure.code == "certificate-ended"
    assert "ended on" in notice.failure.message


async def test_who_has_a_successor_is_no_trouble() -> None:
    notices = Notices()
    assert await watch(notices, partner(certificate(29), certificate(365))).round() == 0
    late = replace(certificate(365), use_from=datetime.now(UTC) + timedelta(days=40))
    assert await watch(notices, partner(certificate(29), late)).round() == 1
