"""What the page of a message says above its tabs: its title, its way, its layers; and how it hangs together with others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.console.rendering import link
from gateway.console.texts import Texts, parsed
from gateway.domain.phrases import (
    Phrase,
    delivery_phrase,
    document_phrase,
    expectation_phrase,
    one_acknowledgement,
    spaced,
    transmission_phrase,
)

Json = Mapping[str, Any]

LAYERS: Final = ("receipt", "technical", "functional", "business")
_OUTGOING: Final = "edi.outbound"
_MOST_NODES: Final = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the way, and how long after the one before it was done."""

    stage: str
    at: object
    took: float | None


@dataclass(frozen=True, slots=True)
class Node:
    """Something in the drawing of how messages hang together. `how` is how it came from the one before it."""

    how: str
    text: str
    path: str
    state: Phrase
    note: str = ""
    here: bool = False
    below: "Sequence[Node]" = ()


def title_of(view: Json, texts: Texts) -> str:
    """What people call it: the kind of document, its number and whose it is; the file's name where nothing could be read."""
    interchanges = view["interchanges"]
    documents = [document for interchange in interchanges for document in interchange["documents"]]
    partner = next((one["partner"] for one in interchanges if one["partner"]), view["partner"])
    if documents:
        what = _called(documents[0], texts)
        if len(documents) > 1:
            what = texts("message.title.several", count=len(documents) - 1, first=what)
    elif interchanges:
        what = texts("message.interchange", number=interchanges[0]["control_number"])
    else:
        what = str(view["name"] or texts("message.title.unread"))
    if not partner:
        return what
    return texts("message.title.to" if view["channel"] == _OUTGOING else "message.title.from", what=what, partner=str(partner))


def _called(document: Json, texts: Texts) -> str:
    name = str(document["name"] or "")
    kind = texts.known(f"kind.{name}", spaced(name).capitalize()) if name else str(document["type"])
    number = next(iter((document["keys"] or {}).values()), None) or document["control_number"]
    return f"{kind} {number}"


def waits_for_somebody(view: Json) -> bool:
    """Whether something of it does not go on by itself."""
    unwell = any(one["state"] in ("failed", "dead", "in_doubt") for one in view["deliveries"])
    return unwell or any(one["state"] != "resolved" for one in view["failures"])


def may_be_rejected(view: Json) -> bool:
    """Whether its sender may still be told that it is not taken: a partner sent it, and no application has any of it."""
    documents = any(interchange["documents"] for interchange in view["interchanges"])
    there = any(one["document"] and one["state"] == "delivered" for one in view["deliveries"])
    return view["channel"] != _OUTGOING and documents and not there and waits_for_somebody(view)


def state_of(view: Json) -> Phrase:
    """What became of it: of one document all the way, of several as far as they were read."""
    documents = [document for interchange in view["interchanges"] for document in interchange["documents"]]
    if len(documents) != 1:
        return transmission_phrase(view["state"])
    deliveries = [one for one in view["deliveries"] if one["document"] == documents[0]["id"]]
    return document_phrase({**documents[0], "deliveries": deliveries, "failures": view["failures"]})


def way_of(view: Json) -> Sequence[Step]:
    """The way of a message by its journal: each stage once, when it was done first; without a journal what is known of times."""
    journal = [(event["stage"], event["at"]) for event in view.get("events") or () if event["stage"] != "receive"]
    times = [("received", view["received_at"]), *journal]
    if not view.get("events") and view.get("settled_at"):
        times.append(("settled", view["settled_at"]))
    firsts: dict[str, object] = {}
    for stage, at in sorted(times, key=lambda one: str(one[1])):
        firsts.setdefault(str(stage), at)
    steps: list[Step] = []
    before: datetime | None = None
    for stage, at in firsts.items():
        now = parsed(at)
        took = (now - before).total_seconds() if now and before else None
        steps.append(Step(stage, at, took))
        before = now
    return steps


def seconds_of(attempt: Json) -> float | None:
    """How long an attempt took."""
    begun, ended = parsed(attempt["started_at"]), parsed(attempt["ended_at"])
    return (ended - begun).total_seconds() if begun and ended else None


def layered(one: Json) -> Phrase:
    """An acknowledgement of a layer, given or awaited: `997: Overdue`."""
    if one["way"] == "given":
        return one_acknowledgement({"type": one["kind"], "verdict": one["verdict"], "state": one["state"]})
    expected = expectation_phrase({**one, "person": "", "reason": ""})
    return Phrase("layered", expected.tone, {"layer": one["kind"], "what": expected})


def stage_text(texts: Texts, stage: str) -> str:
    """A stage as this language calls it."""
    return texts.known(f"stage.{stage}", stage.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Place:
    """A finding with where it is about."""

    finding: Json
    about: str
    where: str
    path: str


def places_of(view: Json, texts: Texts, *, raw: bool) -> Sequence[Place]:
    """All findings of a message, those about the whole first. `raw`: whether its segments may be looked at."""
    found = [("", one) for one in view["findings"]]
    for interchange in view["interchanges"]:
        named = texts("message.interchange", number=interchange["control_number"])
        found += [(named, one) for one in interchange["findings"]]
        for document in interchange["documents"]:
            found += [(_called(document, texts), one) for one in document["findings"]]
    return [
        Place(one, about, _where(one, texts), link("/messages", str(view["id"]), "raw", offset=one["offset"]) + "#here"
              if raw and one["offset"] is not None else "")
        for about, one in found
    ]  # fmt: skip


def _where(finding: Json, texts: Texts) -> str:
    if finding["segment"] is None:
        return ""
    tag, element, component = finding["tag"] or "", finding["element"], finding["component"]
    place = tag + (f"-{element:02}" if element is not None else "") + (f"-{component}" if component is not None else "")
    return texts("message.place", segment=str(finding["segment"]), tag=place).rstrip()


def flow_of(view: Json, others: Sequence[Json], texts: Texts) -> Sequence[Node]:
    """How a message hangs together with others: what it repeats, itself with all that came of it, others of the same numbers."""
    here = Node(
        texts("message.flow.this"), title_of(view, texts), link("/messages", str(view["id"])), transmission_phrase(view["state"]),
        here=True, below=list(_below(view, texts))[:_MOST_NODES],
    )  # fmt: skip
    drawn: list[Node] = []
    if original := view["replay_of"]:
        path = link("/messages", str(original["original"]))
        how = texts("message.flow.corrects" if original["corrected"] else "message.flow.repeats")
        name = texts("message.flow.original")
        drawn.append(Node(how, name, path, Phrase("plain", "", {"text": ""}), _run(original), below=[here]))
    else:
        drawn.append(here)
    own = {str(view["id"]), *(str(run["transmission"]) for run in view["replays"])}
    own |= {str(view["replay_of"]["original"])} if view["replay_of"] else set()
    keys = _keys(view)
    for other in others:
        if str(other["id"]) not in own and keys & _keys(other):
            path = link("/messages", str(other["id"]))
            shared = ", ".join(sorted(f"{spaced(kind)} {value}" for kind, value in keys & _keys(other)))
            drawn.append(Node(shared, title_of(other, texts), path, transmission_phrase(other["state"])))
    return drawn[:_MOST_NODES]


def _run(run: Json) -> str:
    route = f" → {run['route']}" if run.get("route") else ""
    return f"{run['actor']}: {run['reason']}{route}"


def _keys(view: Json) -> frozenset[tuple[str, str]]:
    """Kinds and values of the business keys of its documents."""
    return frozenset(
        (str(kind), str(value))
        for interchange in view["interchanges"]
        for document in interchange["documents"]
        for kind, value in (document["keys"] or {}).items()
    )


def _below(view: Json, texts: Texts) -> Iterator[Node]:
    """What came of a message."""
    answers = set()
    for interchange in view["interchanges"]:
        for given in interchange["acknowledgements"]:
            answers.add(str(given["id"]))
            said = one_acknowledgement(given)
            path = link("/acknowledgements/read", str(given["id"]))
            yield Node(texts("message.flow.answered"), f"{given['type']} {given['control_number']}", path, said)
        for document in interchange["documents"]:
            state = document_phrase({**document, "deliveries": []})
            deliveries = [one for one in view["deliveries"] if one["document"] == document["id"]]
            yield Node(
                texts("message.flow.held"), _called(document, texts), _order_path(document), state,
                below=[_delivery(one, view, texts) for one in deliveries],
            )  # fmt: skip
    rest = [one for one in view["deliveries"] if not one["document"] and str(one["outbound"]) not in answers]
    yield from (_delivery(one, view, texts) for one in rest)
    for one in view["expectations"]:
        path = link("/messages", str(one["transmission"])) if one["transmission"] and one["transmission"] != view["id"] else ""
        path = path or link("/acknowledgements", str(one["id"]))
        yield Node(texts("message.flow.awaited"), str(one["kind"]), path, expectation_phrase(one))
    for run in view["replays"]:
        how = texts("message.flow.corrected" if run["corrected"] else "message.flow.repeated")
        path = link("/messages", str(run["transmission"]))
        yield Node(how, texts("message.flow.copy"), path, transmission_phrase(run["state"]), _run(run))


def _order_path(document: Json) -> str:
    """The messages of the same order: those that came before and after."""
    order = (document["keys"] or {}).get("order")
    return link("/messages", q=f"order:{order}") if order and " " not in str(order) else ""


def _delivery(delivery: Json, view: Json, texts: Texts) -> Node:
    path = link("/messages", str(view["id"]), "delivered", delivery=str(delivery["id"]))
    return Node(texts("message.flow.delivered"), str(delivery["target"]), path, delivery_phrase(delivery))
