"""What the demo ends with: who sent what and what became of it, one order's story, the rejection in words, and how to go on."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.cli.demo.cash import X12_ORDER, OrderToCash
from gateway.cli.demo.partners import token_of
from gateway.cli.demo.performance import ANOTHER_ORDER, Performance, Played
from gateway.cli.demo.script import TRACED, Fate
from gateway.cli.demo.site import CONSOLE_ACCOUNT, Place, Site
from gateway.cli.order_story import order_story
from gateway.cli.phrases import acknowledgement_phrase, document_phrase, keys_text
from gateway.cli.screen import Column, show_table, show_tree
from gateway.cli.story import finding_place, story
from gateway.cli.terminal import Terminal

Json = Mapping[str, Any]
COLUMNS = ("document", "number", "partner", "by", "became", "acknowledged", "odoo")


def records(performance: Performance) -> Iterator[dict[str, str]]:
    """One record for each document of each scene; a repeated interchange is one record of its own."""
    for played in performance.played:
        for interchange in played.transmission["interchanges"]:
            for document in interchange["documents"] or ({"state": "duplicate"},):
                yield _record(performance, played, interchange, document)


def _record(performance: Performance, played: Played, interchange: Json, document: Json) -> dict[str, str]:
    number = str((document.get("keys") or {}).get("order", ""))
    deliveries = [d for d in played.trace["deliveries"] if d.get("document") == document.get("id")]
    subjects = {document.get("id", interchange["id"]), *(delivery["id"] for delivery in deliveries)}
    failures = [failure for failure in played.transmission["failures"] if failure["subject"] in subjects]
    return {
        "document": " ".join(str(document[key]) for key in ("type", "version") if document.get(key)) or "sent before",
        "number": number or keys_text(document.get("keys")),
        "partner": played.scene.partner,
        "by": played.scene.by,
        "became": document_phrase({**document, "deliveries": deliveries, "failures": failures})[0],
        "acknowledged": acknowledgement_phrase(interchange["acknowledgements"])[0],
        "odoo": performance.sale_order(number) if number else "",
    }


def show_outcome(terminal: Terminal, performance: Performance) -> None:
    """The table of what went where."""
    _heading(terminal, "What went where")
    titles = ("DOCUMENT", "NUMBER", "FROM", "BY", "BECAME", "ACKNOWLEDGED", "ODOO")
    show_table(terminal, [Column(title) for title in titles], [tuple(record.values()) for record in records(performance)])


def show_story(terminal: Terminal, performance: Performance) -> None:
    """The trace of one order, from its bytes to Odoo and back to the 997."""
    for played in performance.played:
        if (Fate.BOOKED, TRACED) in played.scene.expected:
            _heading(terminal, f"The story of order {TRACED}, as `gateway trace {TRACED}` tells it")
            show_tree(terminal, story({**played.trace, "number": TRACED}))


def show_rejections(terminal: Terminal, performance: Performance) -> None:
    """What was rejected and why, with the partner's own segment and what the partner is told; then what waits for a person."""
    for played in performance.played:
        rejected = [d for i in played.transmission["interchanges"] for d in i["documents"] if d["state"] == "rejected"]
        for document in rejected:
            _heading(terminal, f"Why {document['type']} {document['control_number']} of {played.scene.name} was rejected")
            for finding in document["findings"]:
                _explain(terminal, finding, played.sent)
        if rejected:
            terminal.line("  The 997 tells the partner so:")
            for segment in _told_in(played.acknowledgement):
                terminal.line("    ", (segment, "info"))
        for failure in played.transmission["failures"] if Fate.STOPPED in dict(played.scene.expected) else ():
            _heading(terminal, f"What waits for a person: {played.scene.name}")
            for line in str(failure["message"]).splitlines():
                terminal.line("  ", line)
            terminal.line("  owner: ", (str(failure["owner"]), "bold"), f"; next: {failure['remedy']}")


def show_orders(terminal: Terminal, cash: OrderToCash) -> None:
    """Both orders as `gateway order` shows them."""
    for view in cash.orders:
        _heading(terminal, f"What `gateway order {view['number']}` tells")
        show_tree(terminal, order_story(view))


def show_problems(terminal: Terminal, performance: Performance, place: Place) -> None:
    """What did not happen as it should have."""
    terminal.tell("")
    for problem in performance.problems:
        terminal.problem(problem, where=str(place.log), remedy="Run it again with --keep, and look with `gateway trace`.")


def show_ways_on(terminal: Terminal, place: Place, site: Site | None, performance: Performance, invitation: str = "") -> None:
    """Commands that look further; with a running site also those that send, and the link into its console."""
    gateway = gateway_command()
    _heading(terminal, "How to look further" + (" (in another terminal)" if site else ""))
    if invitation:
        terminal.line("  console: ", (invitation, "bold"), f"  (choose a password; the name is {CONSOLE_ACCOUNT})")
    commands = [
        *_exports(place, terminal.environ),
        f"{gateway} messages",
        f"{gateway} trace {TRACED}",
        f"{gateway} order {X12_ORDER}",
    ]
    commands += [f"{gateway} message {played.transmission['id']}" for played in performance.played[-1:]]
    commands.append(f"{gateway} parse {place.documents}")
    if site is not None:
        url, order = f"{site.url}/v1/partners/bigbox/interchanges?wait=ack", place.documents / ANOTHER_ORDER
        commands.append(f"curl --data-binary @{order} -H 'Authorization: Bearer {token_of('bigbox')}' '{url}'")
        commands += [f"curl {site.url}/health/ready", f"curl {site.odoo.url}/simulator/orders"]
    for command in commands:
        terminal.line("  ", (command, "bold"))
    terminal.line("  log: ", str(place.log))
    if site is not None:
        terminal.line(f"  gateway: {site.url}  tokens: {token_of('bigbox')}, {token_of('nordmart')}")
        for partner in ("bigbox", "nordmart"):
            inbox, outbox = site.folders(partner)
            terminal.line(f"  folders of {partner}: {inbox} and {outbox}")


def show_return(terminal: Terminal) -> None:
    """How to see it again, when nothing of it was kept."""
    gateway = gateway_command()
    _heading(terminal, "How to look further")
    terminal.line("  ", (f"{gateway} demo --keep", "bold"), "            stays up: look around, send orders of your own")
    terminal.line("  ", (f"{gateway} demo --data FOLDER", "bold"), "     keeps what was stored, to be read later")
    terminal.line("  ", (f"{gateway} init my-gateway", "bold"), "        a configuration of your own to start from")


def gateway_command() -> str:
    """How this command line was called, so that what is printed can be copied."""
    called = sys.argv[0]
    if os.path.basename(called) == "gateway":
        return "gateway" if shutil.which("gateway") == os.path.abspath(called) else called
    return f"{sys.executable} -m gateway.cli"


def _exports(place: Place, environ: Mapping[str, str]) -> list[str]:
    others = [name for name in ("DATABASE_URL", "GATEWAY_ENVIRONMENT") if environ.get(name)]
    unset = [f"unset {' '.join(others)}"] if others else []
    return [*unset, f"export GATEWAY_DATA={place.data} GATEWAY_CONFIG={place.config}"]


def _explain(terminal: Terminal, finding: Json, sent: bytes) -> None:
    terminal.line("  ", (str(finding["message"]), "error"), f" {finding_place(finding)}")
    terminal.line("    the partner wrote: ", (segment_at(sent, int(finding["offset"])), "info"))
    terminal.line(f"    next: {finding['remedy']}")


def segment_at(interchange: bytes, offset: int) -> str:
    """The segment of an X12 interchange in which a byte lies."""
    terminator = interchange[105:106]
    start = interchange.rfind(terminator, 0, offset) + 1
    end = interchange.find(terminator, offset)
    return interchange[start : end if end >= 0 else None].decode("latin-1").strip()


def _told_in(acknowledgement: bytes) -> list[str]:
    return re.findall(r"AK\d[^~\n]*", acknowledgement.decode("latin-1"))


def _heading(terminal: Terminal, text: str) -> None:
    terminal.line("")
    terminal.line((text, "bold"))
