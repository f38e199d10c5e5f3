"""`?wait=ack` on an idle gateway: the functional acknowledgement comes in the answer, quickly."""

import asyncio
import statistics
import time

import pytest

from tests.acceptance.auditor import read_answer
from tests.acceptance.partners import PostingPartner, x12_orders
from tests.acceptance.site import Site

PROMISED = 0.030
"""Seconds, p50 of an idle gateway on a machine of its own."""
SHARED_MACHINE = 5
POSTS = 50


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_the_acknowledgement_is_in_the_answer(kind: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(f"{kind}_site")
    partner = PostingPartner(site, "bigbox")
    site.start_gateway()

    async def post_one_after_the_other() -> list[float]:
        times = []
        async with partner.session() as session:
            for number, body in enumerate(x12_orders(range(1, POSTS + 1)).values(), 1):
                begun = time.perf_counter()
                async with session.post(f"{partner.path}/interchanges?wait=ack", data=body) as answer:
                    content = await answer.read()
                times.append(time.perf_counter() - begun)
                assert answer.status == 200
                assert answer.headers["Edi-Verdict"] == "accepted"
                assert int(read_answer(content).answers) == number
        return times

    times = asyncio.run(post_one_after_the_other())
    p50 = statistics.median(times)
    print(f"?wait=ack {kind}: p50 {1000 * p50:.1f} ms, longest {1000 * max(times):.1f} ms")
    assert p50 < SHARED_MACHINE * PROMISED
