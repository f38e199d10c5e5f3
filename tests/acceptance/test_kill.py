"""`kill -9` of the gateway at random moments while 2,000 orders flow: nothing is lost, nothing is done twice.

The moments come from a seed that is printed; `KILL_SEED=<n>` draws them again. `KILL_ORDERS` changes how many orders flow.
"""

import asyncio
import os
import random
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, edifact_orders, put_files, x12_orders
from tests.acceptance.site import Site
from tests.servers.process import wait_until

ORDERS = int(os.environ.get("KILL_ORDERS", "2000"))
KILLS = 5
RECOVERY = 30.0
"""Seconds after the last start within which everything must be done, the work of the killed processes included."""


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")
    return random.Random(seed)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_every_order_is_booked_once_and_answered_once(kind: str, chance: random.Random, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(f"{kind}_site")
    posted = x12_orders(range(1, ORDERS * 8 // 10 + 1))
    filed = x12_orders(range(len(posted) + 1, ORDERS * 9 // 10 + 1))
    messages = edifact_orders(range(1, ORDERS // 10 + 1))
    bigbox, nordmart = PostingPartner(site, "bigbox", connections=12), PostingPartner(site, "nordmart", connections=4)
    auditor = Auditor(site, {"bigbox": [*posted, *filed], "nordmart": messages})

    async def post() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(bigbox.post_all(posted))
            group.create_task(nordmart.post_all(messages))

    site.start_gateway()
    put_files(site, "bigbox", filed)
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(asyncio.run, post())
        kill_repeatedly(site, auditor, chance, posting)
        started = time.monotonic()
        wait_until(posting.done, within=60, what="the end of posting")
        posting.result()
        auditor.wait_until_done(within=90)
    taken = time.monotonic() - started
    print(f"{kind}: repeats {bigbox.repeats + nordmart.repeats}, all done {taken:.1f} s after the last start")
    assert taken < RECOVERY
    auditor.audit()
    auditor.audit_over_http(bigbox, chance=chance)
    auditor.audit_over_http(nordmart, chance=chance)
    assert site.gateway is not None
    assert site.gateway.stop(within=15) == 0


def kill_repeatedly(site: Site, auditor: Auditor, chance: random.Random, posting: "Future[None]") -> None:
    """Kill at drawn counts of booked orders, and each second time once more while it starts."""
    moments = sorted(chance.sample(range(1, ORDERS - 1), KILLS))
    print(f"kills at {moments} booked orders")
    for number, moment in enumerate(moments):

        def reached(moment: int = moment) -> bool:
            return (posting.done() and posting.exception() is not None) or auditor.booked() >= moment

        wait_until(reached, within=90, what=f"{moment} booked orders")
        assert site.gateway is not None
        site.gateway.kill()
        if number % 2:
            site.start_gateway(ready=False)
            site.gateway.ends_within(chance.uniform(0.1, 2.5))
            site.gateway.kill()
        site.start_gateway()
