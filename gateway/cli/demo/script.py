"""What the demo shows: who sends which documents by which way, and what must become of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

from gateway.cli.demo.readdressing import Address, joined_x12, readdressed_edifact, readdressed_x12

FIRST_NUMBER = 4711
"""Control numbers count from here; a demo has its own data folder, so none was used before."""


class Fate(StrEnum):
    """What can become of a document."""

    BOOKED = "booked"
    REJECTED = "rejected"
    STOPPED = "stopped"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that comes with the demo; `origin` as ORIGIN.md tells it."""

    file: str
    origin: str

    def read(self) -> bytes:
        """Its bytes."""
        return files("gateway.cli.demo").joinpath("samples", self.file).read_bytes()


@dataclass(frozen=True, slots=True)
class Scene:
    """One interchange that a partner sends `by` "http" or "folder".

    `expected` is what must become of its documents in their order; a repeated interchange has none of its own, so its one
    entry stands for the whole. `repeats` sends the bytes of an earlier scene again.
    """

    name: str
    title: str
    partner: str
    family: str
    by: str
    samples: tuple[Sample, ...]
    expected: tuple[tuple[Fate, str], ...]
    verdict: str
    repeats: str = ""


OWN = Sample("850__written-for-the-demo.edi", "written for this demo")
WIDGETS = Sample("850__aaronhuggins-node-x12__850_2.edi", "aaronhuggins/node-x12, MIT")
FAULTY = Sample("850__hellooops-vscode-edi-support__850-loop.edi", "hellooops/vscode-edi-support, MIT")
GLANDS = Sample("ORDERS__sapstern-edifactconverter__ORDERS_D96A_OPEN_TRANS.edi", "sapstern/edifactconverter, Apache-2.0")
BOOKS = Sample("ORDERS__hellooops-vscode-edi-support__sample-orders-minified.edifact", "hellooops/vscode-edi-support, MIT")

TRACED = "08292233294"
"""The order whose whole story is told: it comes in by folder, goes to Odoo, and its 997 goes back to the folder."""

SCENES = (
    Scene(
        "1-codes.x12", "BigBox posts an order in its own item codes, and waits for the 997", "bigbox", "x12", "http",
        (OWN,), ((Fate.BOOKED, "BB-4711"),), "accepted",
    ),
    Scene(
        "2-two-orders.x12", "BigBox drops a file with two orders into its folder, the second one faulty", "bigbox", "x12",
        "folder", (WIDGETS, FAULTY), ((Fate.BOOKED, TRACED), (Fate.REJECTED, "")), "partly_accepted",
    ),
    Scene(
        "3-nine-lines.edi", "NordMart posts an EDIFACT order of nine lines, and waits for the CONTRL", "nordmart", "edifact",
        "http", (GLANDS,), ((Fate.BOOKED, "70-0639880"),), "accepted_with_errors",
    ),
    Scene(
        "4-unknown-product.edi", "NordMart drops an order with a product that Odoo does not have", "nordmart", "edifact",
        "folder", (BOOKS,), ((Fate.STOPPED, "1AA1TEST"),), "accepted_with_errors",
    ),
    Scene(
        "2-two-orders-again.x12", "BigBox posts the file with the two orders once more, by mistake", "bigbox", "x12", "http",
        (), ((Fate.REPEATED, ""),), "partly_accepted", repeats="2-two-orders.x12",
    ),
)  # fmt: skip
"""In this order: a scene that repeats comes after the one it repeats."""


def body(scene: Scene, address: Address) -> bytes:
    """The interchange as the partner sends it."""
    originals = [sample.read() for sample in scene.samples]
    if scene.family == "edifact":
        return readdressed_edifact(originals[0], address)
    return readdressed_x12(originals[0] if len(originals) == 1 else joined_x12(*originals), address)


def another_order(address: Address) -> bytes:
    """One more order of BigBox, for people to send by hand."""
    return readdressed_x12(OWN.read().replace(b"BB-4711", b"BB-4712"), address)


def fates(transmission: Mapping[str, Any]) -> list[tuple[Fate | str, str]]:
    """What became of each document of a transmission, with its order number; a state without a fate stands as it is."""
    found: list[tuple[Fate | str, str]] = []
    for interchange in transmission["interchanges"]:
        if interchange["state"] == "duplicate":
            found.append((Fate.REPEATED, ""))
        for document in interchange["documents"] if interchange["state"] != "duplicate" else ():
            deliveries = [d["state"] for d in transmission["deliveries"] if d["document"] == document["id"]]
            found.append((_fate(document["state"], deliveries), document["keys"].get("order", "")))
    return found


def _fate(state: str, deliveries: list[str]) -> Fate | str:
    match state, deliveries:
        case "rejected", _:
            return Fate.REJECTED
        case "routed", ["delivered", *rest] if set(rest) <= {"delivered"}:
            return Fate.BOOKED
        case "routed", [*some] if "failed" in some:
            return Fate.STOPPED
        case "duplicate", _:
            return Fate.REPEATED
    return ", ".join([state, *deliveries])


def settled(transmission: Mapping[str, Any]) -> bool:
    """Whether nothing of a transmission is on its way any more, its acknowledgement included."""
    ends = ("delivered", "failed", "dead")
    return transmission["state"] != "received" and all(d["state"] in ends for d in transmission["deliveries"])
