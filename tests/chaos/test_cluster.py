"""Three nodes of RabbitMQ, each killed and started again in its turn while documents flow: the same result."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.chaos.faults import ARRANGEMENTS, Fault, Kind, Plan, Size
from tests.chaos.servers import Servers, running_servers
from tests.chaos.trial import run_trial
from tests.servers.process import ServerMissing

SIZE = Size("cluster", parts=120, seconds=12.0, faults=(3, 3))
KILLS = tuple(Fault(at, Kind.BROKER_KILL, seconds=0.5) for at in (1.0, 1.1, 1.2))
"""One after the other: each begins when the node before is back and every queue has all its members again."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Servers]:
    try:
        with running_servers(cluster=True) as servers:
            yield servers
    except ServerMissing as missing:
        pytest.skip(str(missing))


def test_nothing_is_lost_while_one_node_after_the_other_is_killed(cluster: Servers) -> None:
    arrangement = "front and back"
    plan = Plan(1, SIZE, arrangement, KILLS, ARRANGEMENTS[arrangement])
    outcome = asyncio.run(run_trial(plan, cluster))
    assert outcome.well, "\n".join([*outcome.complaints, *(log[-1500:] for log in outcome.logs.values())])
    assert outcome.orders > 100
