"""`kill -9` of the gateway at random moments while 2,000 orders flow: nothing is lost, nothing is done twice.

One partner takes its acknowledgements away all the while. The moments come from a seed that is printed; `KILL_SEED=<n>` draws
them again. `KILL_ORDERS` changes how many orders flow.
"""

import asyncio
import os
import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from gateway.stages.claims import LASTING
from tests.acceptance.auditor import Auditor
from tests.acceptance.collecting import Collector
from tests.acceptance.partners import PostingPartner, edifact_orders, put_files, x12_orders
from tests.acceptance.site import Site
from tests.servers.process import wait_until

ORDERS = int(os.environ.get("KILL_ORDERS", "2000"))
UNDISTURBED = ORDERS // 10
"""So many orders are booked before the first kill: they tell how fast this machine is now."""

KILLS = 5
GOAL = 15.0
"""Seconds from the last start to everything being done, the work of the killed processes included, on a machine that is idle."""

POSTED = 180.0
"""Seconds until all is posted, eight starts of the gateway and its work in between included: what a partner never gives up in."""

ROUNDS = 3.0
"""Seconds after the last claim lapsed: until the sweep looks (1), the relay publishes what is 2 s old, and we see it."""


@dataclass(slots=True)
class Pace:
    """What the machine did in this run, in seconds and orders a second: the measure of what may be asked of it."""

    rate: float = 0.0
    starts: list[float] = field(default_factory=list)

    def start(self, site: Site) -> float:
        """Start the gateway; answers when it was started."""
        started = time.monotonic()
        site.start_gateway()
        self.starts.append(time.monotonic() - started)
        return started

    def recovery(self, remaining: int) -> float:
        """Seconds from a start to the end. What nobody claimed is worked off while the claims of the killed process lapse.

        What two processes died with is suspect then, and goes alone in a child process, which takes a start as well.
        """
        return max(GOAL, 2 * max(self.starts) + max(LASTING.total_seconds(), remaining / self.rate) + ROUNDS)


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")
    return random.Random(seed)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_every_order_is_booked_once_and_answered_once(kind: str, chance: random.Random, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(f"{kind}_site")
    posted = x12_orders(range(1, ORDERS * 8 // 10 + 1))
    filed = x12_orders(range(len(posted) + 1, ORDERS * 9 // 10 + 1))
    messages = edifact_orders(range(1, ORDERS // 10 + 1))
    bigbox, nordmart = PostingPartner(site, "bigbox", connections=12), PostingPartner(site, "nordmart", connections=4)
    collector = Collector(site, "bigbox")
    auditor = Auditor(site, {"bigbox": [*posted, *filed], "nordmart": messages}, collectors=[collector])

    async def post() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(bigbox.post_all(posted, within=POSTED))
            group.create_task(nordmart.post_all(messages, within=POSTED))

    pace = Pace()
    pace.start(site)
    put_files(site, "bigbox", filed)
    with ThreadPoolExecutor(1) as threads, collector.collecting():
        posting = threads.submit(asyncio.run, post())
        measure(pace, auditor, posting)
        started, remaining = kill_repeatedly(site, auditor, chance, posting, pace)
        wait_until(posting.done, within=60, what="the end of posting")
        posting.result()
        auditor.wait_until_done(within=90)
        taken = time.monotonic() - started
    auditor.audit()
    again = auditor.audit_handed_over()
    auditor.audit_over_http(bigbox)
    auditor.audit_over_http(nordmart)
    allowed = pace.recovery(remaining)
    print(f"{kind}: posts repeated {bigbox.repeats + nordmart.repeats}, files that came again {again}")
    print(
        f"{kind}: {pace.rate:.0f} orders/s, starts {[round(s, 1) for s in pace.starts]}, {remaining} orders left at the last one"
    )
    print(f"{kind}: all done {taken:.1f} s after the last start, allowed {allowed:.1f}")
    assert taken < allowed
    assert site.gateway is not None
    assert site.gateway.stop(within=15) == 0


def wait_for_booked(moment: int, auditor: Auditor, posting: "Future[None]") -> None:
    """Until so many orders are booked, or posting failed, which the end of the test tells."""

    def reached() -> bool:
        return (posting.done() and posting.exception() is not None) or auditor.booked() >= moment

    wait_until(reached, within=90, what=f"{moment} booked orders")


def measure(pace: Pace, auditor: Auditor, posting: "Future[None]") -> None:
    """How fast orders are booked while nothing is killed."""
    began = time.monotonic()
    wait_for_booked(UNDISTURBED, auditor, posting)
    pace.rate = auditor.booked() / (time.monotonic() - began)


def kill_repeatedly(
    site: Site, auditor: Auditor, chance: random.Random, posting: "Future[None]", pace: Pace
) -> tuple[float, int]:
    """Kill at drawn counts of booked orders, and each second time once more while it starts.

    Answers when it was started last, and how many orders were not yet booked then.
    """
    moments = sorted(chance.sample(range(UNDISTURBED, ORDERS - 1), KILLS))
    print(f"kills at {moments} booked orders")
    started, remaining = 0.0, ORDERS
    for number, moment in enumerate(moments):
        wait_for_booked(moment, auditor, posting)
        assert site.gateway is not None
        site.gateway.kill()
        if number % 2:
            site.start_gateway(ready=False)
            site.gateway.ends_within(chance.uniform(0.1, 2.5))
            site.gateway.kill()
        remaining = ORDERS - auditor.booked()
        started = pace.start(site)
    return started, remaining
