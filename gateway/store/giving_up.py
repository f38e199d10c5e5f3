"""Messages that people give up, over PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from typing_extensions import override

from gateway.domain.giving_up import DeliveryFact, DocumentFact, MessageFacts
from gateway.domain.order.trigger import CHANNEL
from gateway.domain.storable import storable, storable_json
from gateway.ports.giving_up import GivingUpSession, GivingUpStore, PreparedAnswer
from gateway.ports.json import Json
from gateway.store.batches import PostgresBatchSession
from gateway.store.bodies import CANONICAL
from gateway.store.database import Connection, Database, Row


class PostgresGivingUp(GivingUpStore):
    """Messages in PostgreSQL. `answers` is the channel by which services publish for partners: answers go there."""

    def __init__(self, database: Database, *, answers: str) -> None:
        self._database = database
        self._answers = answers

    @override
    @asynccontextmanager
    async def giving_up(self) -> AsyncIterator["PostgresGivingUpSession"]:
        async with self._database.transaction() as connection:
            yield PostgresGivingUpSession(self._database, connection, answers=self._answers)


class PostgresGivingUpSession(PostgresBatchSession, GivingUpSession):
    """A transaction in which a message is given up."""

    def __init__(self, database: Database, connection: Connection, *, answers: str) -> None:
        super().__init__(database, connection)
        self._answers = answers

    @override
    async def facts(self, named: UUID) -> MessageFacts | None:
        found = await self._rows("message_to_give_up", named)
        if not found:
            return None
        message, only, root = found[0]["id"], found[0]["only"], found[0]["root"]
        await self.lock_lines([message])
        (line,) = await self.replay_facts([message])
        cases = [row["subject"] for row in await self._rows("cases_to_give_up", message, only)]
        documents = await self._rows("documents_to_give_up", message, only, str(root), self._answers)
        deliveries = await self._rows("deliveries_to_give_up", message, only)
        channel = str(found[0]["channel"])
        return MessageFacts(
            id=message,
            state=line.state,
            newest=line.newest,
            ours=channel == self._answers or channel.startswith(CHANNEL),
            only=only,
            batch=line.batch,
            releasing=line.releasing,
            cases=cases,
            documents=[_document(row, failing=row["id"] in cases) for row in documents],
            deliveries=[DeliveryFact(**dict(row)) for row in deliveries],
        )

    @override
    async def canonical(self, document: UUID) -> bytes | None:
        (row,) = await self._rows("canonical_of", document)
        return self._database.bodies.open(CANONICAL, document, row["received"]) or None

    @override
    async def hand_over(self, answer: PreparedAnswer) -> None:
        pieces = self._database.bodies.pieces([(answer.row.id, 0, answer.body)])
        await self._rows("receive", [answer.row], *([one[place] for one in pieces] for place in range(3)))

    @override
    async def note(self, facts: MessageFacts, act: str, detail: Json, *, by: str, configuration: str, node: str) -> None:
        subject = facts.only or facts.id
        said = storable_json(detail)
        await self._rows("note_given_up", facts.id, subject, act, storable(by), said, configuration, node)


def _document(row: Row, *, failing: bool) -> DocumentFact:
    known = {name: value for name, value in dict(row).items() if name != "keys"}
    number = row["keys"][0].partition(":")[2] if row["keys"] else ""
    return DocumentFact(**known, number=number, failing=failing)
