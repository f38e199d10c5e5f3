"""The story of a number as a tree: from the bytes a partner sent to the systems behind the gateway, and back to the
acknowledgement. Pure: views in, branches out.

Each thing (transmission, interchange, document, delivery) is a branch; the events of the journal hang at the thing they are
about, with the time since the first byte came in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.cli.phrases import (
    delivery_phrase,
    document_phrase,
    expectation_phrase,
    expectation_subject,
    keys_text,
    one_acknowledgement,
    transmission_phrase,
    verdict_phrase,
)
from gateway.cli.screen import Branch
from gateway.cli.times import between, duration_text, moment_text, size_text

Json = Mapping[str, Any]

_PLACE = re.compile(r"\[\d+\]")

_ENDS = {"delivered", "waiting", "failed", "dead", "in_doubt"}
"""What the journal calls the end of an attempt."""

MAX_FINDINGS = 10
"""Findings shown at one place; `gateway message` shows them all."""


def story(trace: Json) -> Branch:
    """The whole trace as one tree."""
    teller = _Teller(trace)
    correlation = trace.get("correlation")
    root = Branch(((f"{trace.get('number')}", "bold"), f"  correlation {correlation}" if correlation else ""))
    for transmission in trace.get("transmissions") or ():
        teller.transmission(root, transmission)
    teller.left_over(root)
    return root


def message_page(transmission: Json) -> Branch:
    """One message: its transmission with everything in it, all findings, and what the acknowledgements say."""
    trace = {key: transmission.get(key) or () for key in ("events", "deliveries", "failures")}
    teller = _Teller({**trace, "transmissions": (transmission,)}, max_findings=None)
    root = Branch(((f"Message {transmission.get('id')}", "bold"),))
    teller.transmission(root, {**transmission, "failures": ()})
    teller.left_over(root)
    return root


class _Teller:
    """Hangs things where they belong, and remembers which events, deliveries and failures have been told."""

    def __init__(self, trace: Json, *, max_findings: int | None = MAX_FINDINGS) -> None:
        self._events: list[Json] = list(trace.get("events") or ())
        self._deliveries: list[Json] = list(trace.get("deliveries") or ())
        self._failures: list[Json] = list(trace.get("failures") or ())
        self._max_findings = max_findings
        starts = [t.get("received_at") for t in trace.get("transmissions") or () if t.get("received_at")]
        self._start = min(starts, key=str, default=None) or min((e.get("at") for e in self._events), key=str, default=None)

    def transmission(self, parent: Branch, view: Json) -> None:
        came = [part for part in (view.get("name"), size_text(view.get("size"))) if part]
        source = " ".join(f"{word} {view[key]}" for word, key in (("from", "partner"), ("by", "channel")) if view.get(key))
        head = f"  {', '.join(map(str, came))} {source}: "
        branch = parent.add(
            (f"{moment_text(view.get('received_at'))} received", "info"), head, transmission_phrase(view.get("state"))
        )
        branch.add((f"transmission {view.get('id')}  sha256 {view.get('sha256')}", "faint"))
        _links(branch, view)
        _trace(branch, view.get("trace"))
        for gone in view.get("purged") or ():
            branch.add((str(gone["text"]), "warning"))
        self._told(branch, view.get("id"))
        self._findings(branch, view.get("findings") or ())
        for interchange in view.get("interchanges") or ():
            self._interchange(branch, interchange)
        for expectation in view.get("expectations") or ():
            self._expectation(branch, expectation)
        for failure in view.get("failures") or ():
            self._failure(branch, failure)

    def left_over(self, root: Branch) -> None:
        """What belongs to nothing that was told."""
        for delivery in list(self._deliveries):
            self._delivery(root, delivery)
        if self._events:
            others = root.add(("also", "info"))
            for event in self._events:
                self._event(others, event)
        for failure in list(self._failures):
            self._failure(root, failure)

    def _interchange(self, parent: Branch, view: Json) -> None:
        family = {"x12": "X12", "edifact": "EDIFACT"}.get(str(view.get("family")), str(view.get("family")))
        test = ", test" if view.get("test") else ""
        words = f" {view.get('control_number')} from {view.get('sender')} to {view.get('receiver')}{test}: "
        branch = parent.add((f"{family} interchange", "info"), words, verdict_phrase(view.get("verdict")))
        self._told(branch, view.get("id"))
        self._findings(branch, view.get("findings") or ())
        for document in view.get("documents") or ():
            self._document(branch, document)
        for acknowledgement in view.get("acknowledgements") or ():
            self._acknowledgement(branch, acknowledgement)

    def _document(self, parent: Branch, view: Json) -> None:
        deliveries = self._taken(view.get("id"))
        head = f"{view.get('type')} {view.get('version')} {view.get('control_number')}"
        keys = keys_text(view.get("keys"))
        name = str(view.get("name") or "").replace("_", " ")
        label = f" {name} {keys}".rstrip() if name or keys else ""
        branch = parent.add((head, "info"), f"{label}: ", document_phrase({**view, "deliveries": deliveries}))
        self._told(branch, view.get("id"))
        self._findings(branch, view.get("findings") or ())
        if view.get("route"):
            _reasons(branch.add(("route ", "faint"), str(view["route"])), view.get("reasons") or ())
        else:
            _reasons(branch, view.get("reasons") or ())
        for delivery in deliveries:
            self._delivery(branch, delivery)

    def _delivery(self, parent: Branch, view: Json) -> None:
        if view in self._deliveries:
            self._deliveries.remove(view)
        action = f" ({view['action']})" if view.get("action") else ""
        branch = parent.add((f"delivery{action}: ", "info"), delivery_phrase(view))
        attempts = view.get("attempts") or ()
        for attempt in attempts:
            self._attempt(branch, attempt)
        if attempts:  # the journal holds an event for each of them, which would tell the same again
            self._events = [event for event in self._events if event.get("subject") != view.get("id") or not _ends_attempt(event)]
        self._told(branch, view.get("id"))

    def _attempt(self, parent: Branch, view: Json) -> None:
        lasted = duration_text(between(view.get("started_at"), view.get("ended_at")))
        outcome = str(view.get("outcome") or "has not ended")
        tone = {"delivered": "good", "retry": "warning", "failed": "error"}.get(outcome, "")
        reason = ": ".join(_one_line(part) for part in (view.get("code"), view.get("message")) if part)
        reference = f" as {view['reference']}" if view.get("reference") else ""
        took = f" after {lasted}" if lasted else ""
        text = f"{self._since(view.get('started_at'))} attempt {view.get('attempt')} "
        parent.add((text, "faint"), (outcome, tone), f"{reference}{took}" + (f": {reason}" if reason else ""))

    def _acknowledgement(self, parent: Branch, view: Json) -> None:
        text, tone = one_acknowledgement(view)
        number = f" number {view['control_number']}" if view.get("control_number") else ""
        branch = parent.add(("acknowledgement ", "info"), (text, tone), number)
        for line in view.get("explanation") or ():
            branch.add(str(line))
        self._told(branch, view.get("id"))
        for delivery in self._taken(view.get("id")):
            self._delivery(branch, delivery)

    def _expectation(self, parent: Branch, view: Json) -> None:
        """What a partner owes us for something sent, or what came for it; how it is said depends on the side one looks from."""
        due = moment_text(view.get("due_at")) if view.get("state") in ("expected", "overdue") else ""
        kind = str(view.get("kind")).replace("_", " ")
        words = f" for {expectation_subject(view)}: "
        head = "answers " if view.get("answered_here") else "expected "
        branch = parent.add((f"{head}{kind}", "info"), words, expectation_phrase(view), f", due {due}" if due else "")
        for line in view.get("explanation") or ():
            branch.add(_one_line(line))

    def _failure(self, parent: Branch, view: Json) -> None:
        if view in self._failures:
            self._failures.remove(view)
        times = f", {view['count']} times" if (view.get("count") or 1) > 1 else ""
        words = f" {view.get('code')}: {_one_line(view.get('message'))} (owner: {view.get('owner')}, {view.get('state')}{times})"
        branch = parent.add((f"failure in {view.get('stage')}", "error"), words)
        if view.get("remedy"):
            branch.add(("next: ", "faint"), str(view["remedy"]))

    def _findings(self, parent: Branch, findings: Sequence[Json]) -> None:
        shown = findings if self._max_findings is None else findings[: self._max_findings]
        for finding in shown:
            severity = str(finding.get("severity"))
            tone = severity if severity in ("error", "warning", "info") else ""
            branch = parent.add(
                (severity, tone), f" {finding.get('code')}: {finding.get('message')} ", (finding_place(finding), "faint")
            )
            if finding.get("remedy") and severity == "error":
                branch.add(("next: ", "faint"), str(finding["remedy"]))
        if len(shown) < len(findings):
            parent.add((f"{len(findings) - len(shown)} more findings: gateway message shows them", "faint"))

    def _told(self, parent: Branch, subject: object) -> None:
        """Hang the events about a thing at it."""
        mine = [event for event in self._events if subject is not None and event.get("subject") == subject]
        for event in mine:
            self._events.remove(event)
            self._event(parent, event)

    def _event(self, parent: Branch, view: Json) -> None:
        node = f" on {view['node']}" if view.get("node") else ""
        configuration = f", configuration {str(view['configuration'])[:12]}" if view.get("configuration") else ""
        branch = parent.add(
            (f"{self._since(view.get('at'))} ", "faint"), str(view.get("stage")), (f"{node}{configuration}", "faint")
        )
        for step in view.get("steps") or ():
            at = f"{self._since(step['at'])} " if step.get("at") else ""
            detail, entries = taken_apart(step.get("detail"))
            line = branch.add((at, "faint"), str(step.get("what")).replace("_", " "), f": {detail}" if detail else "")
            for entry in entries:
                line.add((entry, "faint"))

    def _taken(self, subject: object) -> list[Json]:
        """The deliveries of a document or acknowledgement that have not been told yet."""
        about = ("document", "acknowledgement", "outbound", "subject")
        return [d for d in self._deliveries if subject is not None and subject in [d.get(key) for key in about]]

    def _since(self, moment: object) -> str:
        passed = between(self._start, moment)
        return f"+{duration_text(passed)}" if passed is not None and passed >= 0 else moment_text(moment)


def _trace(branch: Branch, trace: Json | None) -> None:
    """The id under which the work on it is found elsewhere, in logs and where spans are kept."""
    if trace:
        branch.add((f"trace {trace['id']}" + (f"  {trace['url']}" if trace.get("url") else ""), "faint"))


def _links(branch: Branch, view: Json) -> None:
    """What a message repeats, and what repeats it: by whom and why."""
    link = view.get("replay_of")
    if link:
        again = "read again" if link["original"] == view.get("id") else f"replay of {link['original']}"
        what = f"corrected copy of {link['original']}" if link["corrected"] else again
        _link(branch, what, link)
    for link in view.get("replays") or ():
        _link(branch, f"{'corrected' if link['corrected'] else 'replayed'} as {link['transmission']}", link)


def _link(branch: Branch, what: str, link: Json) -> None:
    by = f" by {link['actor']} at {moment_text(link['created_at'])}: {_one_line(link['reason'])}"
    configuration = f", configuration {str(link['configuration'])[:12]}" if link.get("configuration") else ""
    route = f", by route {link['route']}" if link.get("route") else ""
    branch.add((what, "info"), route, by, (f"  batch {link['batch']}{configuration}", "faint"))


def finding_place(finding: Json) -> str:
    """Where a finding of a view is; `segment` is the tag and `position` its number, or `tag` and `segment`."""
    tag = finding.get("tag") or (finding.get("segment") if isinstance(finding.get("segment"), str) else None)
    number = finding.get("position") if finding.get("tag") is None else finding.get("segment")
    words = [f"segment {number} {tag or ''}".rstrip()] if number is not None else [str(tag)] if tag else []
    words += [f"{name} {finding[name]}" for name in ("element", "component", "repetition") if finding.get(name) is not None]
    words += [f"byte {finding['offset']}"] if finding.get("offset") is not None and not words else []
    return f"[{', '.join(words)}]" if words else ""


def taken_apart(detail: object) -> tuple[str, list[str]]:
    """A step's detail as its own line and lines below it: one for each route that was tried, each rule that was applied.

    What happened to many places in the same way is one line with their number.
    """
    match detail:
        case [{}, *_]:
            entries, rest = list(detail), None
        case {"tried": [*entries], **others}:
            rest = others
        case _:
            return detail_text(detail), []
    found = Counter(_PLACE.sub("[…]", _entry_text(entry)) for entry in entries)
    exact = {_PLACE.sub("[…]", text): text for text in map(_entry_text, entries)}
    return detail_text(rest), [f"{text} ({times} times)" if times > 1 else exact[text] for text, times in found.items()]


def _entry_text(entry: object) -> str:
    match entry:
        case {"route": route, "matched": matched, "reason": reason}:
            return f"{route} {'takes it' if matched else 'does not take it'}: {reason}"
        case {"rule": rule, "path": path, "note": note}:
            return f"{rule} {path}: {note}"
        case {"rule": rule, "path": path, "before": before, "after": after}:
            return f"{rule} {path}: {detail_text(after)}" + (f" (was {detail_text(before)})" if before is not None else "")
        case _:
            return detail_text(entry)


def detail_text(detail: object) -> str:
    """A step's detail in one line."""
    match detail:
        case None | "":
            return ""
        case bool():
            return "yes" if detail else "no"
        case Mapping():
            return ", ".join(f"{key} {detail_text(value)}" for key, value in detail.items() if value is not None)
        case list() | tuple():
            return ", ".join(detail_text(value) for value in detail)
        case _:
            return str(detail)


def _ends_attempt(event: Json) -> bool:
    return {step.get("what") for step in event.get("steps") or ()} <= _ENDS


def _one_line(text: object) -> str:
    """Messages may have several lines; a branch has one."""
    return " ".join(str(text).split())


def _reasons(branch: Branch, reasons: Iterable[object]) -> None:
    for reason in reasons:
        branch.add(("because ", "faint"), detail_text(reason))
