"""`python -m tests.drill`: lose the machine under load, restore elsewhere, replay, reconcile, and print how long it took.

What is promised stands in docs/how-to/disaster-recovery.md. Exit status 1 when anything was lost or done twice, or when more
was lost than `--every` seconds; `--json` prints the figures for a machine.
"""

import argparse
import json
import sys
from dataclasses import asdict

from tests.drill.exercise import Report, Terms, exercise
from tests.servers.process import ServerBroken, ServerMissing


def arguments(words: list[str]) -> Terms:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--orders", type=int, default=300, help="how many orders come (default 300, at least 60)")
    parser.add_argument(
        "--every", type=int, default=5, help="seconds after which WAL leaves the machine at the latest (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    asked = parser.parse_args(words)
    if asked.orders < 60 or asked.every < 1:
        parser.error("at least 60 orders, and a second")
    return Terms(asked.orders, asked.every, asked.json)


def main(words: list[str]) -> int:
    """Do it once."""
    terms = arguments(words)
    try:
        report = exercise(terms, lambda line: print(line, file=sys.stderr if terms.json else sys.stdout, flush=True))
    except ServerMissing as missing:
        print(f"The drill needs a server that is not here. {missing}", file=sys.stderr)
        return 6
    except (AssertionError, ServerBroken) as error:
        print(f"The drill failed: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(report)) if terms.json else "\n".join(described(report, terms)))
    return 0


def described(report: Report, terms: Terms) -> list[str]:
    """The figures, for people."""
    width = max(len(name) for name in report.steps)
    return [
        *(f"  {name:<{width}}  {seconds:6.1f} s" for name, seconds in report.steps.items()),
        f"Lost and sent again: {report.gap} of {report.accepted} accepted orders.",
        f"The oldest of them was {report.lost:.1f} s old (objective: {terms.every} s).",
        f"Intake open after {report.open_after:.1f} s, everything reconciled after {report.done_after:.1f} s.",
        f"Restored were {report.backup_bytes / 1e6:,.0f} MB of backup and WAL.",
        "Every order stands in Odoo once, and every one is acknowledged; no control number was used twice.",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
