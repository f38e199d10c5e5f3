"""Looks from outside whether every order was booked once and acknowledged once: in Odoo, in the partners' folders, over HTTP."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.acceptance.collecting import Collector, Found, found_in, listed
from tests.acceptance.parcels import database_url, delivered_parcels
from tests.acceptance.partners import PostingPartner
from tests.acceptance.site import Site, fetch
from tests.chaos.upkeep import left_to_do
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


class Auditor:
    """Of one site. `expected` names the order numbers of each partner: each was one interchange with that number.

    `collectors` are the partners that take their acknowledgements away.
    """

    def __init__(self, site: Site, expected: dict[str, Iterable[str]], *, collectors: Iterable[Collector] = ()) -> None:
        self.site = site
        self._collectors = {collector.partner: collector for collector in collectors}
        self.expected = {partner: list(numbers) for partner, numbers in expected.items()}
        self._count = sum(len(numbers) for numbers in self.expected.values())

    def booked(self) -> int:
        """How many orders stand in Odoo."""
        return int(fetch(f"{self.site.odoo_url}/simulator/counts")["orders"])

    def answered(self) -> int:
        """How many acknowledgements lie in the folders or were taken from them; one that came again counts once."""
        return sum(len(self._names(partner)) for partner in self.expected)

    def _names(self, partner: str) -> set[str]:
        # The folder first: what is taken in between is in both, and counts once.
        lying = {file.name for file in listed(self.site.box(partner, "outbox"))}
        return lying | {found.name for found in self._taken(partner)}

    def _taken(self, partner: str) -> list[Found]:
        collector = self._collectors.get(partner)
        return list(collector.taken) if collector else []

    def received(self, partner: str) -> list[Found]:
        """Every file the partner got, in the order he took them, and what lies there now."""
        return self._taken(partner) + found_in(self.site.box(partner, "outbox"))

    def status(self) -> dict[str, Any]:
        """What the gateway says about its database."""
        found: dict[str, Any] = json.loads(self.site.run("db", "status", "-o", "json"))
        return found

    def wait_until_done(self, *, within: float, idle_within: float = 30) -> None:
        """Wait until everything that is expected is there, then `idle_within` s until the gateway has nothing left to do."""
        try:
            wait_until(lambda: self.booked() >= self._count and self.answered() >= self._count, within=within, what="the end")
            wait_until(self._idle, within=idle_within, what="an idle gateway")
        except Exception as error:
            told = f"{self.booked()} booked, {self.answered()} answered of {self._count}; {self.status()}"
            raise AssertionError(f"{error}: {told}\n{self.site.log()}") from error

    def _idle(self) -> bool:
        return not asyncio.run(left_to_do(database_url(self.site)))

    def audit(self) -> None:
        """Every order exactly once in Odoo, exactly one positive answer per interchange, no control number used twice."""
        orders = Counter(order["client_order_ref"] for order in fetch(f"{self.site.odoo_url}/simulator/orders"))
        numbers = {number for named in self.expected.values() for number in named}
        assert orders == Counter(numbers), f"wrong: {(orders - Counter(numbers)) | (Counter(numbers) - orders)}"
        for partner, named in self.expected.items():
            self._audit_answers(set(self.received(partner)), named)
        status = self.status()
        left = {name: status[name] for name in ("untranslated", "unfinished", "outbox", "open_failures") if status[name]}
        assert not left, self.site.run("messages", "--state", "failed")

    @staticmethod
    def _audit_answers(found: set[Found], named: Iterable[str]) -> None:
        """`found` holds files that came more than once under one name and with the same bytes only once."""
        answers = [read_answer(file.content) for file in found]
        assert Counter(answer.answers for answer in answers) == Counter(number.partition("-")[2] for number in named)
        assert {answer.verdict for answer in answers} <= {"A", "7", "8"}
        assert len({answer.control_number for answer in answers}) == len(answers), "a control number was used twice"
        assert len({file.name for file in found}) == len(found), "a name was used twice"

    def audit_handed_over(self) -> int:
        """Each file a partner got is, byte for byte, what is stored as delivered under that name, and nothing stored is missing.

        It came once; or, to a partner that takes files away, once more for each attempt whose result could not be written,
        because the process died between the file's appearance and the commit. Answers how many came again.
        """
        parcels = delivered_parcels(self.site)
        repeated = 0
        for partner in self.expected:
            received = Counter(self.received(partner))
            mine = {Found(parcel.name, parcel.content): parcel.outcomes for parcel in parcels if parcel.partner == partner}
            assert received.keys() == mine.keys()
            for file, times in received.items():
                *before, last = mine[file]
                assert (set(before) <= {"in_doubt"}, last) == (True, "delivered"), (file.name, mine[file])
                assert times == 1 or (partner in self._collectors and times <= 1 + len(before)), (file.name, times, mine[file])
                repeated += times - 1
        return repeated

    def audit_over_http(self, partner: PostingPartner) -> None:
        """What the partner is told over HTTP of all he posted: one interchange, one acceptance, the one he got as a file."""
        given = {answer.answers: answer for answer in (read_answer(file.content) for file in self.received(partner.partner))}
        views = asyncio.run(partner.views(partner.transmissions))
        assert len({view["id"] for view in views.values()}) == len(views) == len(partner.transmissions)
        for key, view in views.items():
            number = key.partition("-")[2]
            told = [(int(a["control_number"]), a["verdict"]) for i in view["interchanges"] for a in i["acknowledgements"]]
            assert [int(i["control_number"]) for i in view["interchanges"]] == [int(number)], (key, view)
            assert told == [(int(given[number].control_number), "accepted")], (key, view)
