"""What most likely caused a failure and what helped before, as `gateway failures show` tells it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.cli.screen import Branch


def add_triage(root: "Branch", view: Mapping[str, Any]) -> None:
    """The likely cause with its remedy, whether it passes by itself, and what helped with failures like it."""
    from gateway.cli.times import duration_text, moment_text
    from gateway.domain.recurrence import recurrence

    triage = view["triage"]
    cause = root.add(("likely cause: ", "info"), (str(triage["cause"]), "bold"), (f"  by {triage['because']}", "faint"))
    cause.add(str(triage["remedy"]))
    if alone := view["by_itself"]:
        after = duration_text(float(alone["after_seconds"]))
        cause.add(f"ended by itself {alone['times']} of {alone['of']} times, usually after {after}")
    again = max((int(case.get("recurred") or 0) for case in view["cases"] if not case["closed_at"]), default=0)
    if told := recurrence(again, what=str(view["code"]).rpartition("-")[0]):
        cause.add((told, "warning"))
    if not view["solved_before"]:
        return
    before = root.add(("solved before like this", "info"))
    for one in view["solved_before"]:
        what = f"{one['helped']}: " if one["helped"] else ""
        often = f", {one['times']} times" if one["times"] > 1 else ""
        where = "here" if one["same"] else f"{one['code']} of {one['partner'] or one['route'] or one['stage']}"
        before.add((what, "bold"), str(one["reason"]), (f"  {where}{often}, {moment_text(one['at'])} by {one['actor']}", "faint"))
