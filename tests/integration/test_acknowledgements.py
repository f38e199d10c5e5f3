"""Acknowledgements of what we sent come in as any transmission does, and move what is expected."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count, permutations
from uuid import UUID

import pytest

from gateway.cli.phrases import document_phrase
from gateway.domain.expectation import Expected, Said
from gateway.ports.expectation import TransferReceipt
from gateway.stages.chase import Chase
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from tests.integration.harness import NORDMART, US_EDIFACT, Running, running
from tests.integration.ledger import (
    DAY,
    Sent,
    despatches,
    expectations,
    failures,
    in_place,
    open_failures,
    settings,
    states,
    x12,
)
from tests.integration.test_outgoing import Publisher, order, published, read, received

_numbers = count(1000)


@pytest.fixture
async def gateway(postgres_url: str, database: Database) -> AsyncIterator[Running]:
    async with running(postgres_url, database, settings()) as gateway:
        yield gateway


@pytest.fixture
def chase(gateway: Running) -> Chase:
    async def wake(_target: str) -> None: ...

    return Chase(
        store=PostgresExpectations(gateway.database), configuration=lambda: gateway.settings, observer=gateway.observer,
        wake=wake, new_id=gateway.new_id, node="test",
    )  # fmt: skip


def ack(*body: str, kind: str = "997", number: int | None = None) -> bytes:
    """A 997 or 999 of BigBox."""
    number = next(_numbers) if number is None else number
    return x12("FA", [[f"ST*{kind}*0001", *body, f"SE*{len(body) + 2}*0001"]], number=number, ours=False, group=number)


def verdict(letter: str, *, sets: int = 1) -> bytes:
    """A 997 that says one thing of the whole group."""
    return ack("AK1*SH*77", f"AK9*{letter}*{sets}*{sets}*{0 if letter == 'R' else sets}")


def technical(letter: str, *, number: int = 42, note: str = "000") -> bytes:
    """A TA1 of BigBox."""
    own = next(_numbers)
    whole = x12("FA", [], number=own, ours=False).decode().split("~")
    return f"{whole[0]}~TA1*{number:09}*261120*0915*{letter}*{note}~IEA*0*{own:09}~".encode()


REJECTED = ack(
    "AK1*SH*77", "AK2*856*0001", "AK3*SN1*9**8", "AK4*2*382*6*abc", "AK5*R*5", "AK2*856*0002", "AK5*A", "AK9*P*2*2*1", number=900
)  # fmt: skip


class TestFunctional:
    @pytest.mark.parametrize(
        ("letter", "state"),
        [("A", "accepted"), ("E", "accepted_with_errors"), ("R", "rejected"), ("P", "partially_accepted")],
    )
    async def test_a_997_settles_what_is_expected(self, gateway: Running, letter: str, state: str) -> None:
        sent = await despatches(gateway)
        transmission = await gateway.send(verdict(letter))
        assert await states(gateway, sent) == [state]
        view = await gateway.view(transmission)
        assert view["interchanges"][0]["documents"][0]["state"] == "consumed"
        assert view["interchanges"][0]["acknowledgements"] == []

    async def test_a_999_answers_where_a_997_was_agreed(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await gateway.send(ack("AK1*SH*77", "AK2*856*0001", "IK5*A", "AK9*A*1*1*1", kind="999"))
        assert await states(gateway, sent) == ["accepted"]

    async def test_a_group_that_was_accepted_in_part_is_taken_apart(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2)
        await gateway.send(REJECTED)
        assert await states(gateway, sent) == ["rejected", "accepted"]
        assert await open_failures(gateway) == ["rejected-by-partner"]

    async def test_a_rejection_quotes_what_we_sent_in_words(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2)
        await gateway.send(REJECTED)
        (failure,) = await failures(gateway)
        assert failure["owner"] == "sales"
        assert failure["message"].startswith("856 0001 (despatch D-1) in interchange 42 was rejected by bigbox (997). ")
        assert 'Line 1, SN102 (units shipped) "abc" is not a number (AK403 6).' in failure["message"]
        assert "Sent: SN1*1*abc*EA" in failure["message"]
        rejected = (await expectations(gateway, sent))[0]
        assert f"gateway acks waive {rejected['id']}" in failure["remedy"]

    async def test_the_rejected_document_is_marked_and_no_other(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2)
        await gateway.send(REJECTED)
        async with gateway.database.connection() as connection:
            rows = await connection.fetch(
                "select state from gateway.outbound_document where outbound = $1 order by ordinal", sent.id
            )
        assert [row["state"] for row in rows] == ["rejected_by_partner", "sealed"]

    async def test_leading_zeros_mean_nothing(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await gateway.send(ack("AK1*SH*000077", "AK2*856*1", "AK5*A", "AK9*A*1*1*1"))
        assert await states(gateway, sent) == ["accepted"]

    async def test_counts_that_are_not_those_of_what_we_sent_are_told(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2)
        await gateway.send(ack("AK1*SH*77", "AK9*A*2*1*1"))
        assert await states(gateway, sent) == ["accepted", "accepted"]
        (failure,) = await failures(gateway)
        assert failure["code"] == "acknowledgement-counts-differ"
        assert "AK903" in failure["message"]

    async def test_a_set_that_we_never_sent_is_told(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await gateway.send(ack("AK1*SH*77", "AK2*856*0009", "AK5*R", "AK2*856*0001", "AK5*A", "AK9*P*1*1*1"))
        assert await states(gateway, sent) == ["accepted"]
        (failure,) = await failures(gateway)
        assert "0009" in failure["message"]

    async def test_what_nobody_asked_for_counts_all_the_same(self, gateway: Running) -> None:
        sent = await despatches(gateway, expected=())
        assert await states(gateway, sent) == []
        await gateway.send(verdict("R"))
        (row,) = await expectations(gateway, sent)
        assert (row["state"], row["kind"], row["due_at"], row["owner"]) == ("rejected", "997", None, "sales")
        await gateway.send(verdict("R"))
        assert len(await expectations(gateway, sent)) == 1
        assert await open_failures(gateway) == ["rejected-by-partner"]

    async def test_a_number_that_was_used_again_means_its_last_use(self, gateway: Running) -> None:
        first = await despatches(gateway)
        second = await despatches(gateway)
        await gateway.send(verdict("A"))
        assert (await states(gateway, first), await states(gateway, second)) == (["expected"], ["accepted"])

    async def test_a_production_acknowledgement_does_not_answer_a_test(self, gateway: Running) -> None:
        live = await despatches(gateway)
        trial = await despatches(gateway, test=True)
        await gateway.send(verdict("A"))
        assert (await states(gateway, live), await states(gateway, trial)) == (["accepted"], ["expected"])

    async def test_nobody_answers_for_another(self, gateway: Running) -> None:
        sent = await despatches(gateway, partner="nordmart")
        await gateway.send(verdict("A"))
        assert await states(gateway, sent) == ["expected"]
        assert await open_failures(gateway) == ["acknowledgement-unmatched"]


class TestRepeats:
    async def test_the_same_verdict_twice_changes_nothing(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await gateway.send(verdict("R"))
        await gateway.send(verdict("R"))
        assert await states(gateway, sent) == ["rejected"]
        (failure,) = await failures(gateway)
        assert (failure["count"], failure["cases"]) == (1, 1)

    @pytest.mark.parametrize("letters", [*permutations("AR"), *permutations("EP"), *permutations("PR")])
    async def test_a_second_one_that_contradicts_is_flagged(self, gateway: Running, letters: tuple[str, str]) -> None:
        sent = await despatches(gateway)
        for letter in letters:
            await gateway.send(verdict(letter))
        assert await states(gateway, sent) == ["contradicted"]
        assert await open_failures(gateway) == ["acknowledgement-contradicted"]
        (failure,) = [row for row in await failures(gateway) if row["state"] != "resolved"]
        assert "says now that it was" in failure["message"]

    async def test_both_in_one_transmission_are_settled_one_after_the_other(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await gateway.send(verdict("A") + verdict("R"))
        assert await states(gateway, sent) == ["contradicted"]
        assert await open_failures(gateway) == ["acknowledgement-contradicted"]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_the_order_of_the_layers_does_not_matter(self, gateway: Running, order: tuple[int, ...]) -> None:
        expected = (Expected("TA1", DAY), Expected("997", DAY), Expected("824", DAY))
        sent = await despatches(gateway, expected=expected)
        answers = [technical("A"), verdict("E"), application("TA", "SI", "D-1")]
        for index in order:
            await gateway.send(answers[index])
        assert await states(gateway, sent) == ["accepted", "accepted_with_errors", "accepted"]
        assert await open_failures(gateway) == []


def application(status: str, kind: str, number: str) -> bytes:
    """An 824 of BigBox about a document."""
    own = next(_numbers)
    body = ["BGN*11*824-1*20261121", f"OTI*{status}*{kind}*{number}", "TED*024*PRICE DIFFERS*IT1*3*4*212*9.99*8.99"]
    return x12("AG", [["ST*824*0001", *body, f"SE*{len(body) + 2}*0001"]], number=own, ours=False, group=own)


class TestTechnical:
    async def test_a_ta1_settles_the_envelope_and_nothing_else(self, gateway: Running) -> None:
        sent = await despatches(gateway, expected=(Expected("TA1", DAY), Expected("997", DAY)))
        await gateway.send(technical("A"))
        assert await states(gateway, sent) == ["accepted", "expected"]

    async def test_a_rejected_envelope_ends_what_would_come_after_it(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2, expected=(Expected("TA1", DAY), Expected("997", DAY), Expected("824", DAY)))
        await gateway.send(technical("R", note="006"))
        assert await states(gateway, sent) == ["rejected", *["waived"] * 4]
        (failure,) = await failures(gateway)
        assert failure["code"] == "rejected-by-partner"
        assert "TA105 006" in failure["message"]
        waived = (await expectations(gateway, sent))[1]
        assert (waived["person"], waived["reason"]) == (
            "gateway", "The partner rejected it by its TA1: no 997 will come."
        )  # fmt: skip

    async def test_it_may_name_an_earlier_use_of_the_number_by_its_time(self, gateway: Running) -> None:
        early = await despatches(gateway, expected=(Expected("TA1", DAY),))
        later_bytes = x12("SH", []).replace(b"261120*0915*U", b"261121*1200*U")
        later = await despatches(gateway, expected=(Expected("TA1", DAY),), content=later_bytes)
        await gateway.send(technical("A"))
        assert (await states(gateway, early), await states(gateway, later)) == (["accepted"], ["expected"])


def contrl(*body: str) -> bytes:
    """A CONTRL of NordMart."""
    own = next(_numbers)
    us, them = f"{US_EDIFACT.id}:{US_EDIFACT.qualifier}", f"{NORDMART.id}:{NORDMART.qualifier}"
    segments = [
        f"UNB+UNOC:3+{them}+{us}+261121:1015+{own}",
        "UNH+1+CONTRL:D:3:UN",
        *body,
        f"UNT+{len(body) + 2}+1",
        f"UNZ+1+{own}",
    ]
    return "".join(f"{segment}'" for segment in segments).encode()


UCI = f"UCI+42+{US_EDIFACT.id}:14+{NORDMART.id}:14"
EXCHANGED = f"UCI+42+{NORDMART.id}:14+{US_EDIFACT.id}:14"
MESSAGE = "UNH+{n}+DESADV:D:96A:UN'BGM+351+D-{n}+9'DTM+137:20261120:102'LIN+1++5701234500013:EN'QTY+12:abc'UNT+6+{n}'"


async def desadvs(gateway: Running, messages: int = 1, **changes: object) -> Sent:
    us, them = f"{US_EDIFACT.id}:14", f"{NORDMART.id}:14"
    body = "".join(MESSAGE.format(n=n) for n in range(1, messages + 1))
    content = f"UNB+UNOC:3+{us}+{them}+261120:0915+42'{body}UNZ+{messages}+42'".encode()
    usual = {
        "content": content, "type": "DESADV", "name": "despatch_advice",
        "keys": [f"despatch:D-{n}" for n in range(1, messages + 1)],
        "numbers": [str(n) for n in range(1, messages + 1)], "family": "edifact", "group": ("", ""), "partner": "nordmart",
        "expected": (Expected("CONTRL", DAY),),
    }  # fmt: skip
    return await in_place(gateway, **{**usual, **changes})  # type: ignore[arg-type]


async def from_nordmart(gateway: Running, content: bytes) -> UUID:
    return await gateway.send(content, partner="nordmart", channel="nordmart-folder")


class TestContrl:
    @pytest.mark.parametrize(("action", "state"), [("7", "accepted"), ("8", "received"), ("4", "rejected"), ("9", "expected")])
    async def test_its_action_settles_every_message(self, gateway: Running, action: str, state: str) -> None:
        sent = await desadvs(gateway, 2)
        await from_nordmart(gateway, contrl(f"{UCI}+{action}"))
        assert await states(gateway, sent) == [state, state]

    async def test_a_message_that_it_refuses_is_refused_alone(self, gateway: Running) -> None:
        sent = await desadvs(gateway, 2)
        await from_nordmart(gateway, contrl(f"{UCI}+7", "UCM+2+DESADV:D:96A:UN+4", "UCS+5", "UCD+37+2:2"))
        assert await states(gateway, sent) == ["accepted", "rejected"]
        (failure,) = await failures(gateway)
        assert "Sent: QTY+12:abc" in failure["message"]

    @pytest.mark.parametrize("order", list(permutations("874")))
    async def test_received_says_nothing_against_what_else_is_said(self, gateway: Running, order: tuple[str, ...]) -> None:
        sent = await desadvs(gateway)
        for action in order:
            await from_nordmart(gateway, contrl(f"{UCI}+{action}"))
        assert await states(gateway, sent) == ["contradicted"]

    async def test_parties_that_were_exchanged_are_understood(self, gateway: Running) -> None:
        sent = await desadvs(gateway)
        await from_nordmart(gateway, contrl(f"{EXCHANGED}+7"))
        assert await states(gateway, sent) == ["accepted"]

    async def test_one_without_a_verdict_is_a_case(self, gateway: Running) -> None:
        await desadvs(gateway)
        await from_nordmart(gateway, contrl(f"{UCI}+9"))
        assert await open_failures(gateway) == ["acknowledgement-without-verdict"]


def aperak(response: str, reference: str) -> bytes:
    """An APERAK of NordMart."""
    body = [f"BGM+305+A-1+9+{response}", "DTM+137:20261121:102", f"RFF+{reference}", "ERC+42::91", "FTX+AAO+++GTIN UNKNOWN"]
    text = contrl(*body).decode().replace("CONTRL:D:3:UN", "APERAK:D:96A:UN")
    return text.encode()


class TestApplication:
    @pytest.mark.parametrize(("response", "state"), [("AP", "accepted"), ("RE", "rejected"), ("AC", "accepted_with_errors")])
    async def test_an_aperak_finds_the_document_by_its_number(self, gateway: Running, response: str, state: str) -> None:
        sent = await desadvs(gateway, 2, expected=(Expected("CONTRL", DAY), Expected("APERAK", DAY)))
        await from_nordmart(gateway, aperak(response, "AAK:D-2"))
        own = {(row["document"], row["kind"]): row["state"] for row in await expectations(gateway, sent)}
        assert own == {
            (1, "CONTRL"): "expected", (1, "APERAK"): "expected", (2, "CONTRL"): "expected", (2, "APERAK"): state
        }  # fmt: skip

    async def test_its_words_are_told(self, gateway: Running) -> None:
        await desadvs(gateway, expected=(Expected("APERAK", DAY),))
        await from_nordmart(gateway, aperak("RE", "AAK:D-1"))
        (failure,) = await failures(gateway)
        assert "GTIN UNKNOWN" in failure["message"]

    async def test_a_kind_of_reference_that_is_odd_is_looked_over(self, gateway: Running) -> None:
        sent = await desadvs(gateway, expected=(Expected("APERAK", DAY),))
        await from_nordmart(gateway, aperak("AP", "ACW:D-1"))
        assert await states(gateway, sent) == ["accepted"]

    async def test_an_824_tells_what_is_wrong_with_the_content(self, gateway: Running) -> None:
        sent = await despatches(gateway, expected=(Expected("997", DAY), Expected("824", DAY)))
        await gateway.send(application("TR", "SI", "D-1"))
        assert await states(gateway, sent) == ["expected", "rejected"]
        (failure,) = await failures(gateway)
        assert "PRICE DIFFERS" in failure["message"]


class TestAnswers:
    async def order(self, gateway: Running) -> Sent:
        return await in_place(
            gateway, content=b"", type="850", name="purchase_order", keys=["order:4711"], numbers=["0001"], group=("PO", "5"),
            expected=(Expected("order_response", DAY),),
        )  # fmt: skip

    def response(self, code: str, number: str = "4711") -> bytes:
        own = next(_numbers)
        body = [f"BAK*00*{code}*{number}*20261120", "PO1*1*10*EA*1.25**UP*036000291452", "ACK*IA*10*EA", "CTT*1"]
        return x12("PR", [["ST*855*0001", *body, f"SE*{len(body) + 2}*0001"]], number=own, ours=False, group=own)

    @pytest.mark.parametrize(
        ("code", "state"), [("AD", "accepted"), ("AC", "accepted_with_errors"), ("RD", "rejected"), ("AK", "received")]
    )
    async def test_an_order_response_answers_our_order(self, gateway: Running, code: str, state: str) -> None:
        sent = await self.order(gateway)
        await gateway.send(self.response(code))
        assert await states(gateway, sent) == [state]

    async def test_one_for_another_order_is_no_news(self, gateway: Running) -> None:
        sent = await self.order(gateway)
        await gateway.send(self.response("AD", "4712"))
        assert await states(gateway, sent) == ["expected"]
        assert "acknowledgement-unmatched" not in await open_failures(gateway)


class TestTime:
    async def late(self, gateway: Running, sent: Sent, *, by: timedelta = timedelta(days=2)) -> None:
        """Let time pass for an interchange."""
        async with gateway.database.connection() as connection:
            await connection.execute(
                "update gateway.expectation set due_at = due_at - $2::interval, sent_at = sent_at - $2::interval"
                " where outbound = $1",
                sent.id, by,
            )  # fmt: skip

    async def test_silence_is_one_failure_with_an_owner(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway)
        await self.late(gateway, sent)
        for _ in range(3):
            await chase.round()
        assert await states(gateway, sent) == ["overdue"]
        (failure,) = await failures(gateway)
        assert (failure["code"], failure["owner"], failure["count"]) == ("acknowledgement-overdue", "sales", 1)
        assert "856 0001 (despatch D-1) in interchange 42: its 997 was due at" in failure["message"]

    @pytest.mark.parametrize(("letter", "state"), [("A", "late"), ("E", "late"), ("R", "rejected")])
    async def test_a_late_answer_ends_the_failure(self, gateway: Running, chase: Chase, letter: str, state: str) -> None:
        sent = await despatches(gateway)
        await self.late(gateway, sent)
        await chase.round()
        await gateway.send(verdict(letter))
        assert await states(gateway, sent) == [state]
        assert await open_failures(gateway) == (["rejected-by-partner"] if letter == "R" else [])

    async def test_it_is_late_also_before_anybody_noticed(self, gateway: Running) -> None:
        sent = await despatches(gateway)
        await self.late(gateway, sent)
        await gateway.send(verdict("A"))
        assert await states(gateway, sent) == ["late"]
        assert await failures(gateway) == []

    async def test_the_failure_stays_while_others_are_overdue(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway, 2)
        await self.late(gateway, sent)
        await chase.round()
        (failure,) = await failures(gateway)
        assert (failure["count"], failure["cases"]) == (2, 2)
        await gateway.send(ack("AK1*SH*77", "AK2*856*0001", "AK5*A", "AK9*P*2*2*1"))
        assert await states(gateway, sent) == ["late", "partially_accepted"]
        assert sorted(await open_failures(gateway)) == ["partly-accepted-by-partner"]

    async def test_the_time_runs_from_the_delivery(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway)
        await self.late(gateway, sent)
        async with gateway.database.connection() as connection:
            await connection.execute("update gateway.delivery set settled_at = gateway.now() where outbound = $1", sent.id)
        await chase.round()
        (row,) = await expectations(gateway, sent)
        assert row["state"] == "expected"
        assert row["due_at"] - row["sent_at"] == DAY

    async def test_what_was_not_delivered_is_not_overdue(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway, state="dead")
        await self.late(gateway, sent)
        await chase.round()
        assert await states(gateway, sent) == ["expected"]
        assert await failures(gateway) == []


class TestEvidence:
    @pytest.mark.parametrize("letter", ["A", "R"])
    async def test_an_acknowledgement_proves_that_a_delivery_in_doubt_arrived(self, gateway: Running, letter: str) -> None:
        sent = await despatches(gateway, state="in_doubt")
        await gateway.send(verdict(letter))
        async with gateway.database.connection() as connection:
            state = await connection.fetchval("select state from gateway.delivery where outbound = $1", sent.id)
        assert state == "delivered"

    async def test_other_deliveries_stay_as_they_are(self, gateway: Running) -> None:
        sent = await despatches(gateway, state="dead")
        await gateway.send(verdict("A"))
        async with gateway.database.connection() as connection:
            state = await connection.fetchval("select state from gateway.delivery where outbound = $1", sent.id)
        assert state == "dead"


class TestUnmatched:
    async def test_what_answers_nothing_of_ours_waits_with_a_failure(self, gateway: Running) -> None:
        await gateway.send(verdict("A"))
        (failure,) = await failures(gateway)
        assert (failure["code"], failure["owner"]) == ("acknowledgement-unmatched", "sales")
        assert failure["message"] == "997 of bigbox answers group SH 77, which we have not sent to it."

    async def test_it_is_matched_when_that_appears(self, gateway: Running, chase: Chase) -> None:
        await gateway.send(verdict("R"))
        sent = await despatches(gateway)
        await chase.round()
        assert await states(gateway, sent) == ["rejected"]
        assert await open_failures(gateway) == ["rejected-by-partner"]
        assert await chase.match_again() == []

    async def test_it_is_not_told_again_while_it_waits(self, gateway: Running, chase: Chase) -> None:
        await gateway.send(verdict("A"))
        async with gateway.database.connection() as connection:
            waiting = await connection.fetchval("select acknowledgement from gateway.unmatched_acknowledgement")
        for _ in range(3):
            assert await chase.match_again([waiting]) == []
        (failure,) = await failures(gateway)
        assert failure["count"] == 1

    async def test_one_that_names_nothing_is_a_case_and_no_answer(self, gateway: Running) -> None:
        transmission = await gateway.send(ack("AK9*A*1*1*1"))
        assert await open_failures(gateway) == ["acknowledgement-unreadable"]
        view = await gateway.view(transmission)
        assert view["interchanges"][0]["acknowledgements"] == []

    async def test_the_part_that_is_known_is_settled_at_once(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway)
        await gateway.send(ack("AK1*SH*77", "AK9*A*1*1*1", "AK1*SH*78", "AK9*A*1*1*1"))
        assert await states(gateway, sent) == ["accepted"]
        later = await despatches(gateway, group=("SH", "78"), number="43")
        await chase.round()
        assert (await states(gateway, sent), await states(gateway, later)) == (["accepted"], ["accepted"])
        assert await open_failures(gateway) == []


class TestReceipts:
    async def delivery(self, gateway: Running, sent: Sent) -> UUID:
        async with gateway.database.connection() as connection:
            found: UUID = await connection.fetchval("select id from gateway.delivery where outbound = $1", sent.id)
        return found

    async def receipt(self, gateway: Running, chase: Chase, sent: Sent, said: Said, identifier: UUID | None = None) -> bool:
        delivery = await self.delivery(gateway, sent)
        return await chase.record_receipt(TransferReceipt(identifier or gateway.new_id(), delivery, said, ("processed",)))

    async def test_a_receipt_settles_what_is_expected(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway, expected=(Expected("MDN", DAY), Expected("997", DAY)), state="in_doubt")
        assert await self.receipt(gateway, chase, sent, Said.ACCEPTED)
        assert await states(gateway, sent) == ["accepted", "expected"]
        async with gateway.database.connection() as connection:
            assert await connection.fetchval("select state from gateway.delivery where outbound = $1", sent.id) == "delivered"

    async def test_a_bad_one_is_the_channel_s_to_tell_a_contradiction_ours(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway, expected=(Expected("MDN", DAY), Expected("997", DAY)))
        await self.receipt(gateway, chase, sent, Said.REJECTED)
        assert await states(gateway, sent) == ["rejected", "expected"]
        assert await failures(gateway) == []
        await self.receipt(gateway, chase, sent, Said.ACCEPTED)
        assert await open_failures(gateway) == ["acknowledgement-contradicted"]

    async def test_the_same_one_twice_changes_nothing(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway, expected=(Expected("MDN", DAY),))
        own = gateway.new_id()
        for _ in range(2):
            assert await self.receipt(gateway, chase, sent, Said.ACCEPTED, own)
        async with gateway.database.connection() as connection:
            assert await connection.fetchval("select count(*) from gateway.received_acknowledgement") == 1

    async def test_a_delivery_that_sent_nothing_is_not_known(self, gateway: Running, chase: Chase) -> None:
        receipt = TransferReceipt(gateway.new_id(), gateway.new_id(), Said.ACCEPTED)
        assert not await chase.record_receipt(receipt)


class TestLarge:
    """Transmissions above a megabyte are read into the store first, and what is in them is matched from there."""

    padding = "".join(f"AK3*SN1*{n}*{'L' * 6}*8~AK4*2*382*6*{'x' * 90}~" for n in range(9_000)).rstrip("~").split("~")

    async def test_acknowledgements_in_one_are_matched_by_the_next_round(self, gateway: Running, chase: Chase) -> None:
        sent = await despatches(gateway)
        content = ack("AK1*SH*77", "AK2*856*0001", *self.padding, "AK5*R*5", "AK9*R*1*1*0")
        assert len(content) > 1_048_576
        await gateway.send(content)
        assert await states(gateway, sent) == ["expected"]
        await chase.round()
        assert await states(gateway, sent) == ["rejected"]
        assert await open_failures(gateway) == ["rejected-by-partner"]

    async def test_what_one_of_them_answers_may_be_unknown(self, gateway: Running, chase: Chase) -> None:
        await gateway.send(ack("AK1*SH*77", "AK2*856*0001", *self.padding, "AK5*R*5", "AK9*R*1*1*0"))
        for _ in range(2):
            await chase.round()
        assert await open_failures(gateway) == ["acknowledgement-unmatched"]


class TestTogether:
    async def test_what_comes_at_one_time_is_settled_one_after_the_other(self, gateway: Running) -> None:
        sent = await despatches(gateway, expected=())
        await asyncio.gather(*(gateway.send(verdict(letter)) for letter in "ARAR"))
        assert await states(gateway, sent) == ["contradicted"]
        assert await open_failures(gateway) == ["acknowledgement-contradicted"]

    async def test_the_story_of_what_was_sent_tells_what_came_for_it(self, gateway: Running) -> None:
        sent = await despatches(gateway, 2)
        transmission = await gateway.send(REJECTED)
        view = await gateway.view(transmission)
        assert [(one["state"], one["answered_here"]) for one in view["expectations"]] == [("rejected", True), ("accepted", True)]
        steps = [event["steps"] for event in (await gateway.records.trace(str(transmission)) or {})["events"]]
        assert any(step["what"] == "matched" for found in steps for step in found)
        assert (await expectations(gateway, sent))[0]["acknowledgement"] is not None


class TestFromEndToEnd:
    """An order of ours as another service publishes it, and everything that BigBox answers to the bytes it got."""

    async def test_what_is_agreed_is_expected_with_the_bytes_and_settled_by_what_comes(self, gateway: Running) -> None:
        publisher = Publisher(gateway)
        await publisher.publish(published(order("PO-1")))
        (made,) = gateway.targets["bigbox-folder"].made
        rows = await publisher.rows(
            "select kind, state, document, owner, due_at > gateway.now() as later from gateway.expectation order by id"
        )
        assert [tuple(row) for row in rows] == [
            ("997", "expected", 1, "sales", True), ("order_response", "expected", 1, "sales", True)
        ]  # fmt: skip
        group = read(made.content).groups[0].control_number
        await gateway.send(ack(f"AK1*PO*{group}", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"))
        await gateway.send(TestAnswers().response("AC", "PO-1"))
        rows = await publisher.rows("select state from gateway.expectation order by id")
        assert [row["state"] for row in rows] == ["accepted", "accepted_with_errors"]
        trace = await gateway.records.trace("PO-1")
        assert trace is not None
        told = [one["state"] for transmission in trace["transmissions"] for one in transmission["expectations"]]
        assert {"accepted", "accepted_with_errors"} <= set(told)

    async def test_a_document_that_was_rejected_is_no_success_in_the_list(self, gateway: Running) -> None:
        publisher = Publisher(gateway)
        await publisher.publish(published(order("PO-1")))
        (made,) = gateway.targets["bigbox-folder"].made
        group = read(made.content).groups[0].control_number
        await gateway.send(ack(f"AK1*PO*{group}", "AK2*850*0001", "AK3*CUR*3**8", "AK4*2*100*7*USD", "AK5*R*5", "AK9*R*1*1*0"))
        rows = await gateway.records.messages({"keys": [("order", "PO-1")]}, 10, None)
        told = [document_phrase(row) for row in rows if row["failures"]]
        assert told, rows
        assert told[0][0].startswith("Stopped: 850 0001 (order PO-1) in interchange 1 was rejected by bigbox (997).")
        assert told[0][1] == "error"

    async def test_an_acknowledgement_of_ours_may_be_acknowledged(self, postgres_url: str, database: Database) -> None:
        usual = settings()
        inbound = next(one for one in usual.partnerships.agreements.values() if one.id == "bigbox-850")
        expecting = settings(replace(inbound, expect=(Expected("TA1", DAY),)))
        async with running(postgres_url, database, expecting) as gateway:
            await gateway.send(received("4711"))
            async with database.connection() as connection:
                (row,) = await connection.fetch(
                    "select e.kind, e.state, e.document, o.type, o.control_number from gateway.expectation e "
                    "join gateway.outbound o on o.id = e.outbound"
                )
            assert tuple(row)[:4] == ("TA1", "expected", None, "997")
            await gateway.send(technical("A", number=int(row["control_number"])))
            async with database.connection() as connection:
                assert await connection.fetchval("select state from gateway.expectation") == "accepted"
