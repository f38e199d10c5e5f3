"""Many trials one after the other, each written down when it ends: a campaign that was broken off goes on where it was."""

import asyncio
import json
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.chaos.faults import Plan, Size, draw_plan
from tests.chaos.servers import Servers, impossible, running_servers
from tests.chaos.trial import Outcome, run_trial

RESULTS = "results.jsonl"


@dataclass(frozen=True, slots=True)
class Campaign:
    """Seeds of a size, whose outcomes are lines of JSON in a folder. What went wrong has a file of its own there, with logs."""

    folder: Path
    size: Size

    def results(self) -> list[dict[str, Any]]:
        """The outcomes so far of trials of this size, of each seed the last. Half a line is of one that was broken off."""
        file = self.folder / RESULTS
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        read = [json.loads(line) for line in lines if line.endswith("\n")]
        return [*{result["seed"]: result for result in read if result["size"] == self.size.name}.values()]

    def waiting(self, seeds: Sequence[int]) -> list[int]:
        """Those of the seeds that have no outcome yet."""
        done = {result["seed"] for result in self.results()}
        return [seed for seed in seeds if seed not in done]

    def note(self, outcome: Outcome) -> None:
        """Write an outcome down."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = {name: value for name, value in asdict(outcome).items() if name not in ("logs", "record")}
        with (self.folder / RESULTS).open("a") as file:
            file.write(json.dumps({"size": self.size.name, **line}) + "\n")
        if not outcome.well:
            (self.folder / f"{self.size.name}-{outcome.seed}.json").write_text(json.dumps(asdict(outcome), indent=1))

    def run(self, seeds: Sequence[int], *, lanes: int, tell: Callable[[Outcome], None]) -> None:
        """Run the seeds, so many at a time, each lane on servers of its own."""
        for outcome in outcomes([self.plan(seed) for seed in seeds], lanes=lanes):
            self.note(outcome)
            tell(outcome)

    def plan(self, seed: int) -> Plan:
        """The plan of a seed, as far as this machine can do it."""
        return draw_plan(seed, self.size, without=[*impossible()])


def outcomes(plans: Sequence[Plan], *, lanes: int) -> Iterator[Outcome]:
    """Run the plans; outcomes as they come."""
    waiting: SimpleQueue[Plan] = SimpleQueue()
    ended: SimpleQueue[Outcome] = SimpleQueue()
    for plan in plans:
        waiting.put(plan)

    def run(servers: Servers) -> None:
        while not waiting.empty():
            plan = waiting.get()
            ended.put(asyncio.run(run_trial(plan, servers)))

    with ExitStack() as stack:
        count = min(lanes, len(plans))
        all_servers = [stack.enter_context(running_servers()) for _ in range(count)]
        threads = stack.enter_context(ThreadPoolExecutor(max(count, 1)))
        running = [threads.submit(run, servers) for servers in all_servers]
        try:
            for _ in plans:
                yield ended.get()
            for lane in running:
                lane.result()
        finally:  # broken off: what runs comes to its end, and nothing else begins
            while not waiting.empty():
                waiting.get()


def figures(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a campaign has shown so far."""
    recoveries = sorted(result["recovery"] for result in results) or [0.0]
    return {
        "trials": len(results),
        "failed": sorted(result["seed"] for result in results if result["complaints"]),
        "faults": sum(len(result["kinds"]) for result in results),
        "kinds": dict(Counter(kind for result in results for kind in result["kinds"]).most_common()),
        "sent": sum(result["sendings"] for result in results),
        "repeated": sum(result["repeats"] for result in results),
        "orders": sum(result["orders"] for result in results),
        "letters": sum(result["letters"] for result in results),
        "recovery_median": statistics.median(recoveries),
        "recovery_95": recoveries[min(len(recoveries) - 1, round(len(recoveries) * 0.95))],
        "recovery_longest": recoveries[-1],
    }
