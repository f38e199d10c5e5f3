"""Schedules and their runs."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.schedules": "Schedules",
    "schedules.title": "Schedules",
    "schedules.caption": ("{count} schedule", "{count} schedules"),
    "schedules.name": "Schedule",
    "schedules.does": "Does",
    "schedules.times": "Times",
    "schedules.next": "Due next",
    "schedules.last": "Last time",
    "schedules.ended": "How it went",
    "schedules.owner": "Owner",
    "schedules.action": "Do",
    "schedules.never": "never",
    "schedules.job.reconcile": "Reconciliation",
    "schedules.state.asked": "asked for",
    "schedules.state.running": "running",
    "schedules.state.done": "done",
    "schedules.state.failed": "failed",
    "schedules.state.skipped": "left out",
    "schedules.run": "Run now",
    "schedules.run_title": "Run {schedule} now?",
    "schedules.run_text": "{job}: a gateway that is running begins it within seconds. Its usual times stay as they are.",
    "schedules.runs": "Runs",
    "schedules.runs_of": "Runs of {schedule}",
    "schedules.all_runs": "The runs of all",
    "schedules.newest": "The newest first",
    "schedules.due": "Due",
    "schedules.result": "What came of it",
    "schedules.started": "Begun",
    "schedules.finished": "Ended",
    "schedules.by": "By",
    "schedules.clock": "the clock",
    "schedules.skipped": ("{count} time before was left out", "{count} times before were left out"),
    "schedules.attempt": "attempt {number}",
    "schedules.no_runs.title": "No runs yet",
    "schedules.no_runs.text": (
        "The first begins when its time comes, on a gateway that is running, or when somebody runs it now."
    ),
    "schedules.first.title": "Nothing is scheduled",
    "schedules.first.text": (
        "Write a [[schedule]] into routes.toml, for example to compare every night with what Odoo has. See "
        "docs/how-to/reconciliation.md."
    ),
    "said.schedules.asked": "It was asked for; a running gateway begins it within seconds.",
}
