"""Twenty short trials on real servers. `make chaos SEED=7` runs one of them again, `make chaos SEEDS=500` many more.

They run two at a time, each lane on servers of its own, while the first test waits for them: most of a trial is waiting.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, outcomes
from tests.chaos.faults import SHORT
from tests.chaos.servers import impossible
from tests.chaos.trial import Outcome
from tests.servers import postgres, rabbitmq
from tests.servers.process import ServerMissing

SEEDS = range(1, 21)
LANES = 2

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # A connection of the test's own that broke is thrown away as it is.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def trials(request: pytest.FixtureRequest) -> Iterator[dict[int, "Future[Outcome]"]]:
    """The outcomes, by seed, of those seeds that were asked for."""
    try:
        postgres.binaries()
        rabbitmq.binaries()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    mine = [item for item in request.session.items if isinstance(item, pytest.Function) and item.module is request.module]
    asked = {int(str(item.callspec.params["seed"])) for item in mine}
    campaign = Campaign(Path(os.devnull), SHORT)
    expected: dict[int, Future[Outcome]] = {seed: Future() for seed in sorted(asked)}

    def run() -> None:
        try:
            for outcome in outcomes([campaign.plan(seed) for seed in expected], lanes=LANES):
                expected[outcome.seed].set_result(outcome)
        except BaseException as error:
            for waiting in expected.values():
                if not waiting.done():
                    waiting.set_exception(error)
            raise

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run)
        yield expected
    running.result()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_nothing_is_done_twice_and_every_failure_is_owned(
    seed: int, trials: dict[int, "Future[Outcome]"], request: pytest.FixtureRequest
) -> None:
    outcome = trials[seed].result()
    assert outcome.well, "\n".join([*outcome.faults, *outcome.complaints, *(log[-1500:] for log in outcome.logs.values())])
    reasons = {kind.value: reason for kind, reason in impossible().items()}
    if outcome.left_out:
        request.node.add_marker(pytest.mark.optional)
        pytest.skip("; ".join(f"without {kind}: {reasons[kind]}" for kind in outcome.left_out))
