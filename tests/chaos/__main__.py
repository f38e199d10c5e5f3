"""`python -m tests.chaos --seeds 500 --folder var/chaos`: trials 1 to 500, those left out that have an outcome in the folder.

`--seed 7` runs one, whatever the folder says; `--plan 7` prints what would happen. `--size long` makes larger ones.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

from tests.chaos.campaign import Campaign, figures
from tests.chaos.faults import SHORT, SIZES
from tests.chaos.servers import impossible
from tests.chaos.trial import Outcome


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, help="this one alone, again")
    parser.add_argument("--plan", type=int, help="print the plan of this seed and do nothing")
    parser.add_argument("--size", choices=sorted(SIZES), default=SHORT.name)
    parser.add_argument("--lanes", type=int, default=1, help="trials at a time, each on servers of its own")
    parser.add_argument("--folder", type=Path, default=Path("var/chaos"), help="where outcomes are kept")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run what was asked for; 1 when a trial went wrong."""
    asked = arguments(words)
    campaign = Campaign(asked.folder, SIZES[asked.size])
    if asked.plan is not None:
        print(campaign.plan(asked.plan))
        return 0
    for kind, reason in impossible().items():
        print(f"left out: {kind} ({reason})")
    seeds = [*range(asked.first, asked.first + asked.seeds)]
    waiting = campaign.waiting(seeds) if asked.seed is None else [asked.seed]
    if asked.seed is not None:
        print(campaign.plan(asked.seed))
    failed = []

    def tell(outcome: Outcome) -> None:
        print(described(outcome), flush=True)
        if not outcome.well:
            failed.append(outcome.seed)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        campaign.run(waiting, lanes=asked.lanes, tell=tell)
    except KeyboardInterrupt:
        print("Broken off; the same command goes on from here.")
    known = [result for result in campaign.results() if result["seed"] in (seeds if asked.seed is None else [asked.seed])]
    if asked.seed is None:
        left = len(campaign.waiting(seeds))
        print(f"{len(waiting) - left} trials ran now, {len(seeds) - len(waiting)} had run before, {left} are left.")
    print(json.dumps(figures(known)))
    return 1 if failed or (asked.seed is None and figures(known)["failed"]) else 0


def described(outcome: Outcome) -> str:
    """A line of an outcome, and one for each complaint."""
    word = "well" if outcome.well else "WRONG"
    told = (
        f"seed {outcome.seed}: {word}, {outcome.orders} orders, {len(outcome.faults)} faults, recovered in {outcome.recovery} s"
    )
    return "\n    ".join(
        [f"{told}, {outcome.seconds} s in all", *([*outcome.faults, *outcome.complaints[:20]] * (not outcome.well))]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
