"""The ledger of expectations over a real PostgreSQL: cases end with what they are about, and nobody settles anything twice."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.domain.expectation import ClaimRow, ExpectationMove, ExpectationRow, ReceivedRow, UnmatchedRow
from gateway.domain.record import FailureRow, OutboundDocumentRow, OutboundRow
from gateway.errors import GatewayError
from gateway.operations import settle_by_hand
from gateway.ports import Settlement
from gateway.ports.expectation import Reconciled
from gateway.store import expectation_records
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.store.work import PostgresWork
from tests.gateway.store import rows

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(database: Database) -> PostgresExpectations:
    return PostgresExpectations(database)


def expectation(outbound: UUID, **changes: object) -> ExpectationRow:
    row = ExpectationRow(
        rows.new_id(), outbound, 1, "bigbox", "bigbox-856", "997", "functional", "edi", HOUR, None, NOW, NOW + HOUR, "expected",
        None, None,
    )  # fmt: skip
    return row._replace(**changes)  # type: ignore[arg-type]


def failure(sample: UUID, **changes: object) -> FailureRow:
    return rows.failure(
        rows.new_id(), sample, fingerprint="overdue", code="acknowledgement-overdue", stage="reconcile", **changes
    )


async def sealed(work: PostgresWork, *numbers: str, control_number: str = "42") -> UUID:
    """An interchange with documents, as the end of translation writes it."""
    transmission = rows.transmission()
    await work.receive([transmission], [(transmission.id, 0, b"ISA...")])
    claim, outbound = rows.new_id(), rows.new_id()
    await work.claim_transmissions([transmission.id], claim=claim, lasting=HOUR)
    row = OutboundRow(outbound, transmission.id, "bigbox", "x12", "856", "ZZ:US", "01:BIGBOX", control_number, False, b"ISA" * 50)
    documents = [
        OutboundDocumentRow(
            outbound,
            n,
            rows.new_id(),
            "SH",
            "77",
            number,
            "856",
            "004010",
            "despatch_advice",
            "bigbox",
            "a",
            (f"despatch:D-{n}",),
        )
        for n, number in enumerate(numbers, 1)
    ]
    settlement = Settlement(
        transmissions=[(transmission.id, "translated")],
        outbounds=[row],
        outbound_documents=documents,
        deliveries=[rows.delivery(transmission.id, outbound=outbound, target="folder")],
    )
    async with work.settlement() as session:
        await session.settle(claim, settlement)
    return outbound


async def expect(store: PostgresExpectations, *wanted: ExpectationRow) -> None:
    async with store.reconciling() as session:
        await session.expect(wanted)


async def settle(store: PostgresExpectations, reconciled: Reconciled) -> Sequence[str]:
    async with store.reconciling() as session:
        return await session.reconcile(reconciled)


async def column(database: Database, sql: str, *arguments: object) -> list[object]:
    async with database.connection() as connection:
        return [row[0] for row in await connection.fetch(sql, *arguments)]


async def failure_states(database: Database) -> list[object]:
    return await column(database, "select state from gateway.failure order by fingerprint")


class TestFinding:
    def claim(self, **changes: object) -> ClaimRow:
        return ClaimRow(0, "bigbox", "", "", "", "", (), "")._replace(**changes)  # type: ignore[arg-type]

    async def found(self, store: PostgresExpectations, *claims: ClaimRow) -> dict[int, list[UUID]]:
        async with store.reconciling() as session:
            return {n: [one.id for one in ones] for n, ones in (await session.sent_for(claims)).items()}

    async def test_by_control_number_zeros_aside_the_newest_first(self, work: PostgresWork, store: PostgresExpectations) -> None:
        first = await sealed(work, "0001")
        second = await sealed(work, "0001", control_number="0042")
        assert await self.found(store, self.claim(interchange="42")) == {0: [second, first]}
        assert await self.found(store, self.claim(interchange="43")) == {}

    async def test_by_group_and_by_a_document_in_it(self, work: PostgresWork, store: PostgresExpectations) -> None:
        outbound = await sealed(work, "0001", "0002")
        assert await self.found(store, self.claim(functional_id="SH", group="77")) == {0: [outbound]}
        assert await self.found(store, self.claim(group="77", document="2")) == {0: [outbound]}
        assert await self.found(store, self.claim(group="77", document="3")) == {}
        assert await self.found(store, self.claim(functional_id="IN", group="77")) == {}

    async def test_by_business_keys(self, work: PostgresWork, store: PostgresExpectations) -> None:
        await sealed(work, "0001", "0002")
        async with store.reconciling() as session:
            (one,) = (await session.sent_for([self.claim(keys=("despatch:D-2", "order:D-2"))]))[0]
        assert (one.document, one.name, one.keys) == (2, "despatch_advice", ("despatch:D-2",))

    async def test_answers_only_where_one_is_expected(self, work: PostgresWork, store: PostgresExpectations) -> None:
        outbound = await sealed(work, "0001")
        answer = self.claim(keys=("despatch:D-1",), kind="receiving_advice")
        assert await self.found(store, answer) == {}
        await expect(store, expectation(outbound, kind="receiving_advice", layer="answer"))
        assert await self.found(store, answer) == {0: [outbound]}

    async def test_nothing_of_another_partner(self, work: PostgresWork, store: PostgresExpectations) -> None:
        await sealed(work, "0001")
        wanted: list[dict[str, object]] = [{"interchange": "42"}, {"group": "77"}, {"keys": ("despatch:D-1",)}]
        assert await self.found(store, *(self.claim(ordinal=n, partner="other", **one) for n, one in enumerate(wanted))) == {}

    async def test_the_time_of_an_x12_header_comes_along(self, work: PostgresWork, store: PostgresExpectations) -> None:
        await sealed(work, "0001")
        async with store.reconciling() as session:
            (one,) = (await session.sent_for([self.claim(interchange="42")]))[0]
        assert one.prepared == (b"ISA" * 50)[70:81].decode()


class TestWriting:
    async def test_what_is_expected_is_written_once(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        outbound = await sealed(work, "0001")
        await expect(store, expectation(outbound), expectation(outbound, document=None, kind="TA1", layer="technical"))
        await expect(store, expectation(outbound))
        assert len(await column(database, "select id from gateway.expectation")) == 2

    async def test_a_move_from_another_state_moves_nothing(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        row = expectation(await sealed(work, "0001"))
        await expect(store, row)
        await settle(store, Reconciled(moves=[ExpectationMove(row.id, "overdue", "late")]))
        assert await column(database, "select state from gateway.expectation") == ["expected"]

    async def test_a_delivery_in_doubt_that_arrived_lets_go_on_what_waits_for_it(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        outbound = await sealed(work, "0001")
        await column(database, "update gateway.delivery set state = 'sending' returning id")
        (delivery,) = await column(database, "update gateway.delivery set state = 'in_doubt' returning id")
        transmission = rows.new_id()
        doubt = rows.failure(transmission, delivery, code="in-doubt", stage="deliver")  # type: ignore[arg-type]
        await work.record_failures([doubt])
        async with database.connection() as connection:
            await connection.execute(
                "insert into gateway.delivery (id, transmission, target, action, idempotency_key, test, options, priority, after,"
                " state) values ($1, $2, 'wms', 'x', 'k', false, '{}', 0, $3, 'blocked')", rows.new_id(), transmission, delivery
            )  # fmt: skip
        assert await settle(store, Reconciled(arrived=[outbound])) == ["wms"]
        assert await column(database, "select state from gateway.delivery order by target") == ["delivered", "waiting"]
        assert await failure_states(database) == ["resolved"]

    async def test_levels_count_what_is_open_and_what_matches_nothing(
        self, work: PostgresWork, store: PostgresExpectations
    ) -> None:
        row = expectation(await sealed(work, "0001"))
        await expect(store, row, expectation(row.outbound, document=None, kind="TA1", layer="technical"))
        stray = UnmatchedRow(rows.new_id(), rows.new_id(), "bigbox", "997", ("group SH 1",), None)
        await settle(store, Reconciled(moves=[ExpectationMove(row.id, "expected", "overdue")], unmatched=[stray]))
        assert await store.expectation_levels() == {("997", "overdue"): 1, ("TA1", "expected"): 1, ("997", "unmatched"): 1}


class TestCases:
    async def test_a_failure_ends_with_its_last_case(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        first, second = rows.new_id(), rows.new_id()
        await settle(store, Reconciled(failures=[failure(first), failure(second)]))
        await settle(store, Reconciled(closed=[(first, "overdue")]))
        assert await failure_states(database) == ["open"]
        await settle(store, Reconciled(closed=[(second, "overdue")]))
        assert await failure_states(database) == ["resolved"]

    async def test_what_is_resolved_by_hand_has_no_cases_that_hold_it_open_when_it_comes_back(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        old, new = rows.new_id(), rows.new_id()
        await settle(store, Reconciled(failures=[failure(old)]))
        async with database.connection() as connection:
            await connection.execute("update gateway.failure set state = 'resolved'")
        await settle(store, Reconciled(failures=[failure(new)]))
        await settle(store, Reconciled(closed=[(new, "overdue")]))
        assert await failure_states(database) == ["resolved"]

    async def test_a_case_that_comes_again_is_open_again(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        subject = rows.new_id()
        for _ in range(2):
            await settle(store, Reconciled(failures=[failure(subject)]))
            assert await column(database, "select count(*) from gateway.failure_case where closed_at is null") == [1]
            await settle(store, Reconciled(closed=[(subject, "overdue")]))
        assert await failure_states(database) == ["resolved"]

    async def test_the_last_two_that_end_at_one_time_end_the_failure(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        subjects = [rows.new_id() for _ in range(8)]
        await settle(store, Reconciled(failures=[failure(subject) for subject in subjects]))
        await asyncio.gather(*(settle(store, Reconciled(closed=[(subject, "overdue")])) for subject in subjects))
        assert await failure_states(database) == ["resolved"]


class TestHeld:
    async def test_two_acknowledgements_of_one_interchange_wait_for_each_other(
        self, work: PostgresWork, store: PostgresExpectations
    ) -> None:
        row = expectation(await sealed(work, "0001"))
        await expect(store, row)
        seen: list[str] = []
        first_holds = asyncio.Event()

        async def accept() -> None:
            async with store.reconciling() as session:
                await session.sent_outbounds([row.outbound])
                (held,) = await session.hold_expectations([row.outbound])
                first_holds.set()
                seen.append(held.row.state)
                await session.reconcile(Reconciled(moves=[ExpectationMove(row.id, held.row.state, "accepted")]))

        async def look() -> None:
            await first_holds.wait()
            async with store.reconciling() as session:
                await session.sent_outbounds([row.outbound])
                (held,) = await session.hold_expectations([row.outbound])
                seen.append(held.row.state)

        await asyncio.gather(accept(), look())
        assert seen == ["expected", "accepted"]

    async def test_what_is_due_is_taken_by_one_and_stays_when_nothing_comes_of_it(
        self, work: PostgresWork, store: PostgresExpectations
    ) -> None:
        await expect(store, expectation(await sealed(work, "0001"), due_at=NOW - HOUR))
        async with store.reconciling() as session:
            (due,) = await session.due_expectations(limit=10)
            assert due.unfinished  # its delivery waits
            async with store.reconciling() as other:
                assert await other.due_expectations(limit=10) == []
            await session.postpone([(due.held.row.id, due.now, due.now + HOUR)])
        async with store.reconciling() as session:
            assert await session.due_expectations(limit=10) == []

    async def test_the_time_of_the_database_decides(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        await expect(store, expectation(await sealed(work, "0001")))
        async with database.transaction() as connection:
            await connection.execute("set local gateway.clock_offset = '2 hours'")
            assert len(await database.within(connection, "due_expectations", 10)) == 1
            assert (await database.within(connection, "lock_expectations", await _outbounds(connection)))[0]["due"]


async def _outbounds(connection: object) -> list[UUID]:
    return [row["outbound"] for row in await connection.fetch("select outbound from gateway.expectation")]  # type: ignore[attr-defined]


class TestByHand:
    async def overdue(self, work: PostgresWork, store: PostgresExpectations) -> ExpectationRow:
        row = expectation(await sealed(work, "0001"))
        await expect(store, row)
        step = ExpectationMove(row.id, "expected", "overdue", failure="overdue")
        await settle(store, Reconciled(moves=[step], failures=[failure(row.id)]))
        return row

    async def test_waiving_ends_the_failure_and_is_written_down(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        row = await self.overdue(work, store)
        was = await settle_by_hand.waive(store, row.id, reason="by telephone", person="ada")
        assert was is not None
        assert was.state == "overdue"
        assert await column(database, "select state || ' ' || person || ' ' || reason from gateway.expectation") == [
            "waived ada by telephone"
        ]
        assert await failure_states(database) == ["resolved"]
        assert await column(database, "select actor || ' ' || action from gateway.audit") == ["ada expectation_waived"]

    async def test_what_is_waived_is_not_waived_again(self, work: PostgresWork, store: PostgresExpectations) -> None:
        row = await self.overdue(work, store)
        await settle_by_hand.waive(store, row.id, reason="x", person="ada")
        with pytest.raises(GatewayError, match="the 997 is waived: there is nothing to waive"):
            await settle_by_hand.waive(store, row.id, reason="x", person="ada")

    async def test_an_unknown_one_is_told(self, store: PostgresExpectations) -> None:
        assert await settle_by_hand.waive(store, rows.new_id(), reason="x", person="ada") is None
        assert not await settle_by_hand.dismiss(store, rows.new_id(), reason="x", person="ada")

    async def test_dismissing_ends_the_waiting_and_the_failure(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        stray = rows.new_id()
        row = UnmatchedRow(stray, rows.new_id(), "bigbox", "997", ("group SH 1",), "overdue")
        await settle(store, Reconciled(unmatched=[row], failures=[failure(stray)]))
        assert await settle_by_hand.dismiss(store, stray, reason="old system", person="ada")
        assert await column(database, "select state || ' ' || reason from gateway.unmatched_acknowledgement") == [
            "dismissed old system"
        ]
        assert await failure_states(database) == ["resolved"]


class TestRecords:
    async def listed(self, database: Database, **wanted: object) -> list[str]:
        found = await expectation_records.expectations(database, **wanted)  # type: ignore[arg-type]
        return [one["kind"] for one in found]

    async def test_the_ledger_is_listed_by_what_people_know(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        outbound = await sealed(work, "0001", "0002")
        technical = expectation(outbound, document=None, kind="TA1", layer="technical", state="accepted")
        await expect(store, technical, expectation(outbound), expectation(outbound, document=2, kind="824", layer="application"))
        assert await self.listed(database) == ["824", "997", "TA1"]
        assert await self.listed(database, states=["expected"]) == ["824", "997"]
        assert await self.listed(database, kinds=["TA1"]) == ["TA1"]
        assert await self.listed(database, partners=["other"]) == []
        assert await self.listed(database, about="0042") == ["824", "997", "TA1"]
        assert await self.listed(database, about="D-2") == ["824", "TA1"]
        assert await self.listed(database, about="D-3") == []
        assert await self.listed(database, about=str(technical.id)) == ["TA1"]
        assert await self.listed(database, limit=1) == ["824"]

    async def test_one_shows_what_it_is_about_and_what_came(
        self, work: PostgresWork, store: PostgresExpectations, database: Database
    ) -> None:
        row, answer = expectation(await sealed(work, "0001")), rows.new_id()
        await expect(store, row)
        received = ReceivedRow(answer, row.id, rows.new_id(), "997", "rejected", "expected", "rejected", ("It is wrong.",))
        step = ExpectationMove(row.id, "expected", "rejected", "rejected", answer)
        await settle(store, Reconciled(moves=[step], received=[received], rejected=[(row.outbound, 1)]))
        (view,) = await expectation_records.expectations(database)
        assert (view["state"], view["explanation"], view["keys"]) == ("rejected", ["It is wrong."], {"despatch": "D-1"})
        assert view["document"]["control_number"] == "0001"
        (transmission,) = await column(database, "select transmission from gateway.outbound")
        (same,) = await expectation_records.of_transmission(database, transmission)  # type: ignore[arg-type]
        assert (same["id"], same["answered_here"]) == (view["id"], False)
        (there,) = await expectation_records.of_transmission(database, received.transmission or answer)
        assert there["answered_here"]
