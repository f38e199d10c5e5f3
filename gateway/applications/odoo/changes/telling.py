"""Records that changed → notices: what they say now, compared with what was said of them last."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

import orjson
import structlog

from gateway.applications.odoo.changes import answer, billing, handling, purchasing, shipping
from gateway.applications.odoo.changes.facts import Agreed
from gateway.applications.odoo.changes.gathering import Gathering, Skipped
from gateway.applications.odoo.changes.goods import Warehouses
from gateway.applications.odoo.changes.saying import Said, fingerprint
from gateway.applications.odoo.changes.suppliers import Suppliers
from gateway.applications.odoo.changes.values import Row
from gateway.applications.odoo.changes.warehousing import Warehousing
from gateway.ports import Observer
from gateway.ports.hearing import Notice, Unread
from gateway.ports.originals import Statements

log = structlog.get_logger(__name__)

Fact = TypeVar("Fact")
Tell = Callable[[Fact, Said | None], Notice | None]


class Telling:
    """Makes notices of records. Whatever is not told of is counted by its reason."""

    def __init__(
        self,
        source: str,
        *,
        gathering: Gathering,
        suppliers: Suppliers,
        warehousing: Warehousing,
        statements: Statements,
        agreed: Agreed,
        warehouses: Warehouses,
        observer: Observer,
    ) -> None:
        self._source, self._gathering, self._suppliers = source, gathering, suppliers
        self._statements, self._known_agreed, self._observer = statements, agreed, observer
        self._warehouses, self._warehousing = warehouses, warehousing
        self._unagreed: Counter[tuple[str, str]] = Counter()

    async def notices(self, watch: str, ids: Iterable[int]) -> list[Notice]:
        """What is new about records of a kind. Raises OdooError or StoreUnavailable."""
        wanted = sorted(set(ids))
        if not wanted:
            return []
        match watch:
            case "orders":
                made = await self._orders(wanted)
            case "deliveries":
                made = await self._transfers(wanted)
            case "invoices":
                made = await self._bills(wanted)
            case "transfers":
                made = await self._works(wanted)
            case _:
                made = await self._purchases(wanted)
        self._count(watch, made)
        return made

    async def _orders(self, ids: list[int]) -> list[Notice]:
        orders = await self._gathering.orders(ids)
        return await self._tell(
            orders,
            answer.subject_of,
            lambda order, before: answer.tell_order(order, before, source=self._source, agreed=self._agreed),
        )

    async def _transfers(self, ids: list[int]) -> list[Notice]:
        transfers = await self._gathering.transfers(ids)
        return await self._tell(
            transfers,
            shipping.subject_of,
            lambda transfer, before: shipping.tell_transfer(
                transfer, before, source=self._source, agreed=self._agreed, warehouses=self._warehouses
            ),
        )

    async def _bills(self, ids: list[int]) -> list[Notice]:
        bills = await self._gathering.bills(ids)
        billed = await self._tell(
            bills,
            billing.subject_of,
            lambda bill, before: billing.tell_bill(bill, before, source=self._source, agreed=self._agreed),
        )
        paid = await self._tell(
            bills, billing.paid_subject, lambda bill, before: billing.tell_payment(bill, before, source=self._source)
        )
        return [*billed, *paid]

    async def _works(self, ids: list[int]) -> list[Notice]:
        works = await self._warehousing.works(ids)
        partners = self._warehouses.partners
        return await self._tell(
            works,
            handling.subject_of,
            lambda work, before: handling.tell_work(work, before, agreed=self._agreed, partners=partners),
        )

    async def counts(self, slot: datetime) -> tuple[list[Notice], dict[str, str]]:
        """What is to be counted by now and was not asked for, and what is to be remembered of it. Raises as `notices`."""
        due = await self._warehousing.due_counts(slot.date())
        subjects = [handling.count_subject(one.id) for one in due]
        keys = await self._statements.last_keys(self._source, subjects) if subjects else {}
        return handling.tell_counts(due, keys, slot, agreed=self._agreed, partners=self._warehouses.partners)

    async def _purchases(self, ids: list[int]) -> list[Notice]:
        purchases = await self._suppliers.purchases(ids)
        return await self._tell(
            purchases,
            purchasing.subject_of,
            lambda purchase, before: purchasing.tell_purchase(purchase, before, agreed=self._agreed),
        )

    async def _tell(self, facts: Mapping[int, Fact], subject_of: Callable[[int], str], tell: Tell[Fact]) -> list[Notice]:
        """One notice for each record that has news."""
        subjects = {number: subject_of(number) for number in facts}
        keys = await self._statements.last_keys(self._source, list(subjects.values())) if subjects else {}
        notices = []
        for number, fact in facts.items():
            subject = subjects[number]
            before = Said.parse(keys.get(subject, ""), subject)
            try:
                notice = tell(fact, before)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                notice = self._not_understood(subject, before, getattr(fact, "row", {}), error)
            if notice is not None:
                notices.append(notice)
        return notices

    def _not_understood(self, subject: str, before: Said | None, row: Row, error: Exception) -> Notice | None:
        """A record that no document can be made of: a failure with an owner, once, that keeps nothing else back."""
        log.error("record_not_understood", application=self._source, subject=subject, exc_info=error)
        print_ = fingerprint(["unread", str(error), {name: value for name, value in row.items() if name != "write_date"}])
        said = Said(before.count + 1 if before else 1, "unread", print_)
        if before is not None and before.fingerprint == print_:
            return None
        return Notice(
            said.key(subject),
            unread=Unread(
                code="record-not-understood",
                message=f"{subject} of {self._source} could not be told of: {error}"[:1000],
                remedy="Look at the record in Odoo, and tell the partner by hand; it is tried again when the record changes.",
                body=orjson.dumps(dict(row), default=str, option=orjson.OPT_NON_STR_KEYS),
            ),
        )

    def _agreed(self, partner: str, document: str) -> bool:
        agreed = self._known_agreed(partner, document)
        if not agreed:
            self._unagreed[document, f"no-agreement:{partner}"] += 1
        return agreed

    def _count(self, watch: str, made: list[Notice]) -> None:
        """Figures and one line of log: what was told, what was not, and why."""
        told = {"application": self._source, "record": watch}
        if made:
            self._observer.count("edi_application_changes_total", len(made), **told, outcome="told")
        left: Counter[tuple[str, str]] = Counter()
        for skipped in (self._gathering.skipped, self._suppliers.skipped):
            left += skipped.counts
            skipped.counts = Skipped().counts
        left, self._unagreed = left + self._unagreed, Counter()
        for (record, reason), number in left.items():
            outcome = reason.partition(":")[0]
            self._observer.count(
                "edi_application_changes_total", number, application=self._source, record=record, outcome=outcome
            )
            log.info("changes_not_told", application=self._source, record=record, reason=reason, number=number)
