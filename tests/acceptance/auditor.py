"""Looks from outside whether every order was booked once and acknowledged once: in Odoo, in the partners' folders, over HTTP."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.partners import PostingPartner
from tests.acceptance.site import Site, fetch
from tests.servers.process import wait_until


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement in a partner's folder: its own control number, that of the interchange it answers, and the verdict."""

    control_number: str
    answers: str
    verdict: str


def read_answer(content: bytes) -> Answer:
    """A 997 (ISA13, AK102, AK901) or a CONTRL (UNB 0020, UCI 0020, UCI 0083)."""
    if content.startswith(b"ISA"):
        segments = {line.split("*")[0]: line.split("*") for line in content.decode().split("~")}
        return Answer(segments["ISA"][13], segments["AK1"][2], segments["AK9"][1])
    segments = {line.split("+")[0].strip(): line.split("+") for line in content.decode("latin-1").split("'")}
    return Answer(segments["UNB"][5], segments["UCI"][1], segments["UCI"][4])


def read_outbox(outbox: Path) -> list[Answer]:
    """Everything the partner would fetch now."""
    return [read_answer(file.read_bytes()) for file in sorted(outbox.iterdir()) if not file.name.startswith(".")]


class Auditor:
    """Of one site. `expected` names the order numbers of each partner: each was one interchange with that number."""

    def __init__(self, site: Site, expected: dict[str, Iterable[str]]) -> None:
        self.site = site
        self.expected = {partner: list(numbers) for partner, numbers in expected.items()}
        self._count = sum(len(numbers) for numbers in self.expected.values())

    def booked(self) -> int:
        """How many orders stand in Odoo."""
        return int(fetch(f"{self.site.odoo_url}/simulator/counts")["orders"])

    def answered(self) -> int:
        """How many acknowledgements lie in the folders."""
        folders = [self.site.box(partner, "outbox") for partner in self.expected]
        return sum(1 for folder in folders if folder.exists() for file in folder.iterdir() if not file.name.startswith("."))

    def status(self) -> dict[str, Any]:
        """What the gateway says about its database."""
        found: dict[str, Any] = json.loads(self.site.run("db", "status", "-o", "json"))
        return found

    def wait_until_done(self, *, within: float) -> None:
        """Wait until everything that is expected is there and the gateway has nothing left to do."""
        try:
            wait_until(lambda: self.booked() >= self._count and self.answered() >= self._count, within=within, what="the end")
            wait_until(self._idle, within=30, what="an idle gateway")
        except Exception as error:
            told = f"{self.booked()} booked, {self.answered()} answered of {self._count}; {self.status()}"
            raise AssertionError(f"{error}: {told}\n{self.site.log()}") from error

    def _idle(self) -> bool:
        status = self.status()
        return not any(status[name] for name in ("untranslated", "unfinished", "outbox"))

    def audit(self) -> None:
        """Every order exactly once in Odoo, exactly one positive answer per interchange, no control number used twice."""
        orders = Counter(order["client_order_ref"] for order in fetch(f"{self.site.odoo_url}/simulator/orders"))
        numbers = {number for named in self.expected.values() for number in named}
        assert orders == Counter(numbers), f"wrong: {(orders - Counter(numbers)) | (Counter(numbers) - orders)}"
        for partner, named in self.expected.items():
            found = read_outbox(self.site.box(partner, "outbox"))
            assert Counter(a.answers for a in found) == Counter(number.partition("-")[2] for number in named)
            assert {a.verdict for a in found} <= {"A", "7", "8"}
            assert len({a.control_number for a in found}) == len(found), "a control number was used twice"
        status = self.status()
        left = {name: status[name] for name in ("untranslated", "unfinished", "outbox", "open_failures") if status[name]}
        assert not left, self.site.run("messages", "--state", "failed")

    def audit_over_http(self, partner: PostingPartner, *, chance: random.Random, most: int = 100) -> None:
        """What the partner is told over HTTP, for some of its transmissions: one interchange, one acceptance."""
        keys = chance.sample(sorted(partner.transmissions), min(most, len(partner.transmissions)))
        for key, view in asyncio.run(partner.views(keys)).items():
            verdicts = [a["verdict"] for i in view["interchanges"] for a in i["acknowledgements"]]
            assert verdicts == ["accepted"], (key, view)
