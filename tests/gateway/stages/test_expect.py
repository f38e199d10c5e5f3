"""What is expected for what is sealed, and what of what came in may be an answer. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.agreement import Agreement, Direction
from gateway.domain.calendar import Calendar
from gateway.domain.expectation import Expected
from gateway.ports import ClaimedTransmission
from gateway.stages.compose import Draft, DraftDocument
from gateway.stages.expect import acknowledges, arrivals, expected_for
from gateway.stages.judgement import Judged, JudgedInterchange, judge
from tests.gateway.stages import drafts
from tests.gateway.stages.drafts import new_id
from tests.integration import test_acknowledgements as bigbox
from tests.integration.harness import Settings
from tests.integration.ledger import settings
from translators.contract import Family

SENT = datetime(2026, 11, 20, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


def out(name: str, *expected: Expected) -> Agreement:
    return Agreement(name, "bigbox", Direction.OUT, "despatch_advice", Family.X12, "856", "004010", expect=expected)


def draft(*agreements: Agreement) -> Draft:
    documents = tuple(DraftDocument(new_id(), "despatch_advice", "004010", agreed, ()) for agreed in agreements)
    return Draft(new_id(), new_id(), "bigbox", "856", drafts.x12(), documents)


def rows(*wanted: Draft, configuration: Settings | None = None) -> list[Any]:
    return expected_for(wanted, configuration or settings(), sent=SENT, new_id=new_id)


def came(body: bytes, configuration: Settings | None = None, **changes: Any) -> tuple[Judged, JudgedInterchange]:
    """A transmission of BigBox, judged."""
    usual: dict[str, Any] = {
        "id": new_id(), "channel": "bigbox-folder", "partner": "bigbox", "name": "file.edi", "traceparent": None, "waited": False,
        "sha256": b"", "size": len(body), "starts": 1, "received_at": SENT, "body": body,
    }  # fmt: skip
    judged = judge(ClaimedTransmission(**{**usual, **changes}), configuration or settings(), new_id)
    return judged, judged.interchanges[0]


class TestExpected:
    def test_each_document_by_its_own_agreement(self) -> None:
        first, second = rows(draft(out("a", Expected("997", HOUR)), out("b", Expected("997", 2 * HOUR)), out("c")))
        assert [(row.agreement, row.document, row.due_at) for row in (first, second)] == [
            ("a", 1, SENT + HOUR), ("b", 2, SENT + 2 * HOUR)
        ]  # fmt: skip
        assert (first.owner, first.partner) == ("sales", "bigbox")

    def test_business_hours_come_from_the_configuration(self) -> None:
        calendar = Calendar("office", ZoneInfo("UTC"), {0: ((SENT.time(), SENT.replace(hour=20).time()),)})
        known = settings()
        open_on_mondays = Settings(known.partnerships, known.routes, known.channels, calendars={"office": calendar})
        (row,) = rows(draft(out("a", Expected("997", HOUR, "office"))), configuration=open_on_mondays)
        assert row.due_at == datetime(2026, 11, 23, 17, tzinfo=UTC)

    def test_an_acknowledgement_of_ours_by_what_agreements_of_that_family_say(self) -> None:
        inbound = Agreement("in", "bigbox", Direction.IN, "invoice", Family.X12, "810", "004010", expect=(Expected("TA1", HOUR),))
        acknowledgement = drafts.draft(drafts.x12(), type="997")
        (row,) = rows(acknowledgement, configuration=settings(inbound))
        assert (row.outbound, row.kind, row.document) == (acknowledgement.id, "TA1", None)
        assert rows(drafts.draft(drafts.edifact(), type="CONTRL"), configuration=settings(inbound)) == []

    def test_nothing_agreed_is_nothing_expected(self) -> None:
        assert rows(draft(out("a")), drafts.draft(drafts.x12())) == []


class TestArrivals:
    @pytest.mark.parametrize(
        ("body", "kind"),
        [(bigbox.verdict("A"), "997"), (bigbox.technical("A"), "TA1"), (bigbox.application("TA", "IV", "1"), "824")],
    )
    def test_an_acknowledgement_is_one_whatever_was_agreed(self, body: bytes, kind: str) -> None:
        judged, interchange = came(body)
        (arrived,) = arrivals([(judged, interchange)])
        assert (arrived.id, arrived.type, arrived.partner, arrived.acknowledges) == (
            interchange.documents[0].id,
            kind,
            "bigbox",
            True,
        )
        assert arrived.envelope == ("ZZ:NORDICDC", "01:123456789")
        assert interchange.documents[0].state == "consumed"

    def test_an_order_response_is_one_where_it_is_awaited(self) -> None:
        (arrived,) = arrivals([came(bigbox.TestAnswers().response("AD"))])
        assert (arrived.type, arrived.acknowledges) == ("855", False)

    def test_where_nobody_waits_for_it_it_is_a_document_like_any_other(self) -> None:
        known = settings()
        agreements = [a for a in known.partnerships.agreements.values() if not a.expect]
        plain = Settings(
            type(known.partnerships).build(
                known.partnerships.partners.values(), agreements, identities=known.partnerships.identities
            ),
            known.routes,
            known.channels,
        )
        assert arrivals([came(bigbox.TestAnswers().response("AD"), plain)]) == []

    def test_what_was_refused_says_nothing(self) -> None:
        judged, interchange = came(bigbox.verdict("A").replace(b"IEA*1*", b"IEA*2*"))
        assert interchange.refused
        assert arrivals([(judged, interchange)]) == []

    def test_what_came_by_the_channel_of_another_says_nothing(self) -> None:
        assert arrivals([came(bigbox.verdict("R"), partner="nordmart")]) == []

    def test_an_interchange_tells_whether_it_acknowledges(self) -> None:
        assert acknowledges(came(bigbox.verdict("A"))[1])
        assert not acknowledges(came(bigbox.TestAnswers().response("AD"))[1])

    def test_ids_are_those_of_the_documents(self) -> None:
        (arrived,) = arrivals([came(bigbox.verdict("A"), id=UUID(int=5))])
        assert arrived.transmission == UUID(int=5)
