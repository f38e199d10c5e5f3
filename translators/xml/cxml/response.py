"""cXML Response to the canonical functional acknowledgement, and back."""

from translators.mapping.value import Value
from translators.xml.context import Reading, Writing
from translators.xml.node import Node
from translators.xml.rules import Aggregate, DocumentMapping

_PASSED_ON = frozenset(("201", "280", "281"))
"""Codes that say no more than that the request came in, and goes on."""

_WRITTEN = {"accepted": ("200", "OK"), "received": ("201", "Accepted"), "rejected": ("400", "Bad Request")}


class Status:
    """The status of a response: a verdict, its code, and why."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("Status",)
        self.path = "verdict"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take code and text."""
        code, title = node.attribute("code").strip(), node.attribute("text").strip()
        why = [line.strip() for line in (node.text or "").splitlines() if line.strip()]
        verdict = "received" if code in _PASSED_ON else "accepted" if code.startswith("2") else "rejected"
        if not code.isdigit():
            verdict = "unknown"
        interchange: Value = {"verdict": verdict, **({"verdict_code": code} if code else {})}
        if verdict == "rejected":
            error = {"level": "interchange", "code_list": "cXML", "code": code}
            interchange["errors"] = [{**error, **({"value": title} if title else {})}]
        target |= {"type": "cXML", "verdict": verdict, "interchange": interchange}
        if why:
            target["notes"] = why
        context.trace(target, "verdict", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The code, and why."""
        interchange = source.pop("interchange", None) or {}
        verdict = source.pop("verdict", "")
        errors: list[Value] = list(interchange.get("errors") or ({},))
        code, title = _WRITTEN.get(verdict, _WRITTEN["accepted"])
        code = interchange.get("verdict_code") or code
        status = parent.add(self.tags[0], "\n".join(source.pop("notes", None) or ()) or None)
        status.attributes = [("code", code), ("text", errors[0].get("value") or title), ("xml:lang", "en")]


def _after_reading(value: Value) -> None:
    """It has no place for what else a response may say of itself."""
    value.pop("extras", None)


def _before_writing(value: Value) -> None:
    """Its number is that of the envelope."""
    for member in ("type", "version", "control_number"):
        value.pop(member, None)


MAPPING = DocumentMapping(Aggregate(Status()), _after_reading, _before_writing)
