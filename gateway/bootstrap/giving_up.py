"""Messages that people ignore or reject: the operation with its store, and negative answers as agreed with partners."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from gateway.bootstrap.office import Where, opened
from gateway.config import Snapshot
from gateway.domain.giving_up import DocumentFact
from gateway.domain.negative_answer import Rejection, agreement_lines, answer_names, negative_answers
from gateway.errors import ActionRefused
from gateway.operations.give_up import GiveUp, Outcome
from gateway.ports import Configuration, Handover, Json
from gateway.ports.giving_up import PreparedAnswer
from gateway.stages.foresee import claimed
from gateway.stages.judgement import JudgedDocument
from gateway.stages.outgoing import OUTBOUND, judge_outgoing
from gateway.stages.receive import transmission_row
from gateway.store.giving_up import PostgresGivingUp
from gateway.system import TimeOrderedIds
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument


async def ignore_message(where: Where, message: UUID, *, by: str, reason: str, only_show: bool = False) -> Json:
    """Do nothing more with a message or a document; what was given up, or would be. Raises GatewayError."""
    async with _at_desk(where) as give_up:
        return outcome_view(await give_up.ignore(message, by=by, reason=reason, only_show=only_show))


async def reject_message(where: Where, message: UUID, *, by: str, reason: str, only_show: bool = False) -> Json:
    """The same, and its sender gets a negative answer. Raises GatewayError."""
    async with _at_desk(where) as give_up:
        return outcome_view(await give_up.reject(message, by=by, reason=reason, only_show=only_show))


@asynccontextmanager
async def _at_desk(where: Where) -> AsyncIterator[GiveUp]:
    async with opened(where) as office:
        snapshot = office.snapshot
        answer = NegativeAnswers(snapshot, TimeOrderedIds(), channel_of=lambda partner: _sending_channel(snapshot, partner))
        store = PostgresGivingUp(office.database, answers=OUTBOUND)
        yield GiveUp(store, answer, snapshot.digest, office.node)


def _sending_channel(snapshot: Snapshot, partner: str) -> str:
    """A channel by which something could go to a partner; a name for one where there is none."""
    sending = (one.id for one in snapshot.channels.values() if one.partner == partner and one.sends)
    return next(sending, f"{partner}-out")


def outcome_view(outcome: Outcome) -> Json:
    """What was given up, as the API tells it."""
    return {
        "message": str(outcome.message),
        "done": outcome.done,
        "deliveries": [{"id": str(one.id), "target": one.target, "was": one.state} for one in outcome.deliveries],
        "failures": outcome.failures,
        "answers": [
            {
                "document": str(one.document), "name": one.name, "type": one.type, "number": one.number,
                "partner": one.row.partner or "", "agreement": one.agreement, "channel": one.channel,
                "transmission": str(one.row.id),
            }
            for one in outcome.answers
        ],
        "before": [{"document": str(one.id), "called": one.called, "transmission": str(one.answered)} for one in outcome.before],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class NegativeAnswers:
    """Writes them by trial: each is judged as it will be when it is sent, and the first that can be written is taken."""

    configuration: Configuration
    new_id: Callable[[], UUID]
    channel_of: Callable[[str], str]

    def __call__(self, document: DocumentFact, canonical: bytes, reason: str) -> PreparedAnswer:
        """The negative answer to a document. Raises ActionRefused when none can be written, with what would allow it."""
        partner = self.configuration.partnerships.partners.get(document.partner or "")
        if partner is None or document.name is None:
            raise ActionRefused(
                f"Nobody is known who could be told of the {document.called}.", remedy="Ignore the message instead."
            )
        read = model_of(document.name).model_validate_json(canonical)
        said = Rejection(
            reason=reason,
            number=document.answer_number,
            at=datetime.now(UTC).replace(microsecond=0),
            family=document.family,
            type=document.type,
        )
        hindered = []
        for answer in negative_answers(read, said):
            if self.configuration.partnerships.outgoing(partner.id, answer_name(answer)):
                prepared, why = self._tried(document, answer, partner.id, said.number)
                if prepared is not None:
                    return prepared
                hindered.append(why)
        raise self._not_possible(document, partner.id, hindered)

    def _tried(
        self, document: DocumentFact, answer: CanonicalDocument, partner: str, number: str
    ) -> tuple[PreparedAnswer | None, str]:
        """An answer as it is sent; or why it cannot be."""
        handover = Handover(
            id=self.new_id(), channel=OUTBOUND, partner=partner, name=f"rejection:{document.number or document.control_number}",
            body=answer.to_json(), idempotency_key=document.key,
        )  # fmt: skip
        trial = claimed(
            handover.body, self.configuration, channel=OUTBOUND, partner=partner, name=handover.name, new_id=self.new_id
        )
        judged = judge_outgoing(trial, self.configuration, self.new_id)
        found = [one for interchange in judged.interchanges for one in interchange.documents]
        if len(found) != 1 or found[0].state != "routed" or found[0].agreement is None:
            return None, _why(found)
        agreement = found[0].agreement
        return PreparedAnswer(
            document=document.id,
            row=transmission_row(handover),
            body=handover.body,
            name=answer_name(answer),
            type=agreement.type,
            number=number,
            agreement=agreement.id,
            channel=agreement.channel or "",
        ), ""

    def _not_possible(self, document: DocumentFact, partner: str, hindered: list[str]) -> ActionRefused:
        called = document.called
        if hindered:
            return ActionRefused(
                f"No answer to the {called} can be written for {partner}: {' '.join(hindered)}",
                remedy="Correct the agreement, or tell the partner by other means and ignore the message.",
            )
        best = answer_names(document.name or "")[0]
        lines = agreement_lines(
            best, partner=partner, family=document.family, version=document.version, channel=self.channel_of(partner)
        )
        return ActionRefused(
            f"Nothing is agreed with {partner} by which it could be told that the {called} is rejected.",
            remedy=f"In routes.toml this would allow it: {lines}. Or tell the partner by other means and ignore the message.",
        )


def answer_name(answer: CanonicalDocument) -> str:
    """The name of a canonical document."""
    return type(answer).NAME


def _why(found: list[JudgedDocument]) -> str:
    """Why a document does not go out, in words."""
    failures = [failed.message for one in found if one.routing is not None for failed in one.routing.failures]
    findings = [one.message for document in found for one in document.document.findings]
    kept = ["The partner is in the shadow of another gateway."] if any(one.state == "kept" for one in found) else []
    return " ".join((*failures, *findings, *kept)[:3]) or "It cannot be read back."
