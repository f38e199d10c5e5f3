"""An order as a tree: its steps, its lines, what was said of it and by whom, its names. Pure: a view in, branches out."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.cli.screen import Branch
from gateway.cli.terminal import Span
from gateway.cli.times import moment_text
from gateway.domain.phrases import order_tone, spaced

Json = Mapping[str, Any]

_AMOUNTS = (
    "ordered", "accepted", "rejected", "cancelled", "allocated", "back_ordered", "shipped", "delivered", "invoiced", "returned",
)  # fmt: skip
_FLAGS = {"future": "its time is in our future", "before-order": "its time is before that of the order"}
_DEADLINES = {"missed": "error", "late": "warning", "open": "info", "met": "good", "void": "faint"}
_FOLLOWED = {
    "waiting": "is due then",
    "failed": "cannot be done, is tried again then",
    "void": "was not wanted any more",
    "withdrawn": "done, though it does not hold",
}
_FOLLOW_TONES = {"waiting": "info", "done": "good", "failed": "error", "void": "faint", "withdrawn": "error"}
_HOLDS = {"open": "warning", "overdue": "error", "refused": "error"}
MOST_NAMES = 30
"""Names shown of one kind; `-o json` has them all."""


def state_phrase(state: object) -> tuple[str, str]:
    """The state of an order or a line in words."""
    return spaced(state), order_tone(state)


def order_story(view: Json) -> Branch:
    """The whole order as one tree."""
    test = "  test" if view.get("test") else ""
    root = Branch(
        ((f"Order {view.get('number')}", "bold"), f" of {view.get('partner')}{test}: ", state_phrase(view.get("state")))
    )
    _steps(root, view)
    _lines(root, view.get("lines") or ())
    _releases(root, view.get("releases") or ())
    _events(root, view.get("events") or ())
    _follow_ups(root, view.get("follow_ups") or ())
    _names(root, view.get("links") or ())
    return root


def _steps(root: Branch, view: Json) -> None:
    steps = root.add(("Steps", "info"))
    for step, at in (view.get("steps") or {}).items():
        steps.add((moment_text(at), "faint"), f"  {_spaced(step)}")
    missing = [_spaced(step) for step in view.get("missing") or ()]
    if missing:
        steps.add(("missing", "warning"), f": {', '.join(missing)}")
    for one in view.get("deadlines") or ():
        state = str(one.get("state"))
        what = f" {one.get('deadline')}" + (f" ({_spaced(one['milestone'])})" if one.get("milestone") else "")
        met = f", happened {moment_text(one['met_at'])}" if one.get("met_at") else ""
        steps.add((state, _DEADLINES.get(state, "")), f"{what}: due {moment_text(one.get('due_at'))}{met}")


def _lines(root: Branch, lines: Iterable[Json]) -> None:
    branch: Branch | None = None
    for line in lines:
        branch = branch or root.add(("Lines", "info"))
        unit = f" {line['unit']}" if line.get("unit") else ""
        amounts = ", ".join(f"{_spaced(name)} {line[name]}" for name in _AMOUNTS if line.get(name))
        items = f"  ({', '.join(line['items'][:2])})" if line.get("items") else ""
        branch.add(f"{line.get('line')}: {amounts}{unit}  ", state_phrase(line.get("state")), (items, "faint"))


def _releases(root: Branch, releases: Iterable[Json]) -> None:
    """What warehouses are to be told of it: why it is held, where it went."""
    branch: Branch | None = None
    for one in releases:
        branch = branch or root.add(("Warehouses", "info"))
        at = f", goes {moment_text(one['go_at'])}" if one.get("go_at") else ""
        note = f": {one['note']}" if one.get("note") else ""
        told = branch.add(f"{one.get('number')} for {one.get('warehouse')}: ", _release_phrase(one), f"{at}{note}")
        for hold in one.get("holds") or ():
            ended = f" by {hold['actor']}: {hold['note']}" if hold.get("actor") else ""
            until = f" (owner {hold['owner']}, until {moment_text(hold['due_at'])})" if not hold.get("ended_at") else ended
            tone = _HOLDS.get(str(hold.get("state")), "faint")
            told.add((f"{hold.get('hold')} {hold.get('state')}", tone), f"{until}: {hold.get('reason')}")
        for part in one.get("parts") or ():
            why = f": {part['note']}" if part.get("note") else ""
            told.add(f"{part.get('number')} to {part.get('warehouse')} {moment_text(part.get('at'))}: {part.get('state')}{why}")


def _release_phrase(one: Json) -> tuple[str, str]:
    state = str(one.get("state"))
    return state.replace("_", " "), {"held": "warning", "refused": "error", "released": "good"}.get(state, "info")


def _events(root: Branch, events: Iterable[Json]) -> None:
    branch: Branch | None = None
    for event in events:
        branch = branch or root.add(("Said", "info"))
        at = moment_text(event.get("occurred")) or moment_text(event.get("heard_at"))
        amounts = ", ".join(filter(None, (_amount(line) for line in event.get("lines") or ())))
        told = branch.add(
            (at, "faint"),
            f"  {_spaced(event.get('event'))} by {event.get('source')}",
            f" ({amounts})" if amounts else "",
            *_verdict(event),
        )
        if event.get("state") in ("refused", "waiting", "overdue") and event.get("message"):
            told.add(str(event["message"]))
        if event.get("reason"):
            told.add((f"reason: {event['reason']}", "faint"))
        for flag in event.get("flags") or ():
            told.add((_FLAGS.get(flag, flag), "warning"))


def _follow_ups(root: Branch, follow_ups: Iterable[Json]) -> None:
    branch: Branch | None = None
    for one in follow_ups:
        branch = branch or root.add(("Followed by", "info"))
        state = str(one.get("state"))
        at = moment_text(one.get("due_at") if state in ("waiting", "failed") else one.get("changed_at"))
        cause = f", after {_spaced(one.get('event'))} by {one.get('source')}"
        words = (_FOLLOWED.get(state, state), _FOLLOW_TONES.get(state, ""))
        told = branch.add((at, "faint"), f"  {one.get('rule')}{cause}: ", words)
        if one.get("message"):
            told.add(str(one["message"]))
        if one.get("reference"):
            told.add((f"gateway trace {one['reference']}", "faint"))


def _amount(line: Json) -> str:
    place = f"line {line['line']}" if line.get("line") else str(line.get("item") or "")
    return f"{line.get('quantity')} of {place}" if place else str(line.get("quantity"))


def _verdict(event: Json) -> tuple[Span, ...]:
    match event.get("state"):
        case "applied":
            return ()
        case "waiting" | "overdue" as state:
            needs = f" for {_spaced(event['needs'])}" if event.get("needs") else ""
            until = f" until {moment_text(event.get('due_at'))}" if event.get("due_at") else ""
            words = f"waits{needs}{until}" if state == "waiting" else f"has waited{needs} for too long"
            return (": ", (words, "warning" if state == "waiting" else "error"))
        case "refused":
            return (": ", (f"refused, {event.get('code')}", "error"))
        case "heard":
            return (": ", ("not judged yet", "info"))
    return (": ", ("known already", "faint"))


def _names(root: Branch, links: Iterable[Json]) -> None:
    by_kind: dict[str, list[str]] = {}
    for link in links:
        by_kind.setdefault(str(link.get("kind")), []).append(f"{link.get('value')} ({link.get('system')})")
    if not by_kind:
        return
    branch = root.add(("Names", "info"))
    for kind, names in by_kind.items():
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        branch.add(f"{_spaced(kind)}: {', '.join(names[:MOST_NAMES])}{more}")


def _spaced(word: object) -> str:
    return str(word or "").replace("_", " ")
