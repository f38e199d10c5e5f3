"""What is written is read back as the same document: every message, every directory, everything its mapping can say."""

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydifact.segmentcollection import Interchange as Pydifact

from tests.translators.edifact import (
    drawing,
    test_application_response,
    test_despatch_advice,
    test_inventory_report,
    test_invoice,
    test_receiving_advice,
    test_remittance_advice,
)
from translators import registry
from translators.canonical.base import CanonicalDocument
from translators.contract import Family, Identity, OutboundGroup, OutboundInterchange, Terms, WritingTerms, WrittenDocument
from translators.edifact import service_characters
from translators.edifact.directories import SHIPPED
from translators.edifact.messages import MAPPINGS
from translators.finding import Code

SEEDS = int(os.environ.get("ROUND_TRIP_SEEDS", "60"))
CASES = [(kind, directory) for kind in MAPPINGS for directory in SHIPPED[kind]]
SHARED = frozenset({"references", "texts", "schedule", "packaging"})
"""Lists that several segments fill: they come back segment by segment."""


def _order(value: dict[str, Any]) -> None:
    """An order has lines, each with a number of its own; one of several is part of the one before."""
    lines = value.setdefault("lines", [{"number": "1", "item": {}}])
    for position, line in enumerate(lines, 1):
        line["number"] = str(position)
    value.setdefault("issued", date(2026, 11, 20))
    for position, line in enumerate(lines[1:], 1):
        if "quantity" in line:
            line["parent"] = {"number": str(position), "path": ""}
            break


def _status(value: dict[str, Any]) -> None:
    """Amounts there are none; a consignment is named because of what happened to it."""
    value.pop("currency")
    for line in value.get("lines", ()):
        line.setdefault("milestones", [{"event": "delivered"}])


def _catalogue(value: dict[str, Any]) -> None:
    value.setdefault("issued", date(2026, 11, 20))
    for group in value.setdefault("groups", []):
        group.update({"type": "4"} if "group" in group else {"type": "2"})


def _sales(value: dict[str, Any]) -> None:
    value.setdefault("issued", date(2026, 11, 20))
    value.setdefault("buyer", {"name": "BIGBOX"})
    for place in value.setdefault("places", []):
        place.setdefault("location", {}).setdefault("kind", "point_of_sale")
        for line in place.setdefault("lines", [{"number": "1", "item": {}}]):
            for activity in line.get("activities", ()):
                activity.setdefault("quantity", {"value": Decimal(3)})


def _schedule(value: dict[str, Any]) -> None:
    """Lines of delivery points, or delivery points of lines; these say how sure their quantities are."""
    value.setdefault("kind", "forecast")
    value.pop("currency")
    value.setdefault("issued", date(2026, 11, 20))
    pointed = any("ship_to" in point for point in value.get("points", ()))
    for point in (value, *value.get("points", ())):
        for line in point.get("lines", ()):
            for part in (*line.get("schedule", ()), *line.get("past", ())):
                part.setdefault("quantity", {"value": Decimal(3)})
                if "ship_to" in part:
                    part["commitment"] = "firm"
                    if pointed:
                        del part["ship_to"]


def _just_in_time(value: dict[str, Any]) -> None:
    """No two sequences that follow each other are the same; a text behind lines of no quantity is one of the last line."""
    value.pop("currency")
    value.pop("texts", None)
    value.setdefault("issued", date(2026, 11, 20))
    for number, place in enumerate(value.setdefault("sequences", [{}]), 1):
        place.setdefault("attributes", {})["sequence"] = str(number)
        for line in place.setdefault("lines", [{"number": "1", "item": {}}]):
            for part in (*line.get("schedule", ()), *line.get("past", ())):
                part.setdefault("quantity", {"value": Decimal(3)})


def _first_contacts(value: Any) -> None:
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if name == "contacts":
            del inner[1:]
        _first_contacts(inner)


def _warehouse(value: dict[str, Any]) -> None:
    """Amounts say their own currency; each party has one contact at most."""
    value.pop("currency")
    value.setdefault("action", "ship")
    value.setdefault("issued", date(2026, 11, 20))
    _first_contacts(value)


def _nothing(_value: dict[str, Any]) -> None:
    """A document that can be as short as it likes."""


COMPLETE: dict[str, Callable[[dict[str, Any]], None]] = {
    **dict.fromkeys(("ORDERS", "ORDCHG", "ORDRSP"), _order),
    "IFTSTA": _status,
    **dict.fromkeys(("HANMOV", "INSDES"), _warehouse),
    **dict.fromkeys(("REQOTE", "QUOTES"), _order),
    "PRICAT": _catalogue,
    "SLSRPT": _sales,
    "DELFOR": _schedule,
    "DELJIT": _just_in_time,
    "APERAK": test_application_response.complete,
    "DESADV": test_despatch_advice.complete,
    "INVOIC": test_invoice.complete,
    "INVRPT": test_inventory_report.complete,
    "RECADV": test_receiving_advice.complete,
    "REMADV": test_remittance_advice.complete,
}
"""What no document of a message can be without, where that is more than a number."""


def sealed(written: WrittenDocument, syntax: str = "UNOY:3") -> bytes:
    """A written message as a whole interchange."""
    characters = service_characters.default(int(syntax[-1])).separators
    group = OutboundGroup("", "", "", written.version, (written.document,))
    outbound = OutboundInterchange(
        Family.EDIFACT, Identity("14", "SENDER"), Identity("14", "RECEIVER"), syntax, False, characters, (group,)
    )
    return registry.seal(outbound, control_number=1, group_numbers=[], prepared=datetime(2026, 3, 2, tzinfo=UTC))


def read_back(document: CanonicalDocument, kind: str, version: str, terms: Terms = drawing.LOWERED) -> tuple[Any, str]:
    """A document written in one syntax and read from its bytes, with the bytes as text."""
    written = registry.write(Family.EDIFACT, document, kind, version, WritingTerms(syntax="UNOY:3"))
    data = sealed(written)
    assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == [], data
    (found,) = registry.translate(data, lambda _envelope: terms).interchanges[0].documents
    return found, data.decode()


@pytest.mark.parametrize(("kind", "directory"), CASES)
def test_what_is_written_is_read_back_the_same(kind: str, directory: str) -> None:
    for seed in range(SEEDS):
        document = drawing.drawn(kind, directory, seed, COMPLETE.get(kind, _nothing))
        found, text = read_back(document, kind, directory)
        assert found.canonical is not None, (seed, found.findings, text)
        assert settled(found.canonical) == settled(document), (seed, text)


@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize(("kind", "directory"), CASES)
def test_pydifact_reads_the_same_segments(kind: str, directory: str) -> None:
    for seed in range(5):
        written = registry.write(
            Family.EDIFACT, drawing.drawn(kind, directory, seed, COMPLETE.get(kind, _nothing)), kind, directory
        )
        theirs = Pydifact.from_str(sealed(written, "UNOC:3").decode("latin-1"))
        assert [one.tag for one in theirs.segments] == [
            "UNH",
            *(row[:3] for row in written.document.body.split("'") if row),
            "UNT",
        ]


def settled(document: CanonicalDocument) -> Any:
    """A document with the lists that several segments share in one order."""

    def order(value: Any) -> Any:
        if isinstance(value, list):
            return [order(one) for one in value]
        if isinstance(value, dict):
            return {k: sorted(map(order, v), key=json.dumps) if k in SHARED else order(v) for k, v in value.items()}
        return value

    return order({name: value for name, value in json.loads(document.to_json()).items() if name != "code_family"})
