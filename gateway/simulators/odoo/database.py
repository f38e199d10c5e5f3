"""Records, indexes, external ids and transactions of the simulated database."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.simulators.odoo.fields import Field
from gateway.simulators.odoo.journal import Journal

Values = dict[str, Any]
STORED = "%Y-%m-%d %H:%M:%S.%f"
"""How `create_date` and `write_date` are kept: to the microsecond. They are shown to the second."""

ExternalId = tuple[str, int, bool]
"""Model, record, noupdate."""


class Database:
    """Everything is kept in memory; what is committed goes to the journal, if there is one.

    Requests are served one at a time between awaits, so a transaction is a list of undo steps and no lock.
    """

    def __init__(
        self, models: Mapping[str, Mapping[str, Field]], *, now: Callable[[], datetime], journal: Journal | None = None
    ) -> None:
        self.models = models
        self.records: dict[str, dict[int, Values]] = {model: {} for model in models}
        self.external: dict[str, ExternalId] = {}
        self.counters: dict[str, int] = dict.fromkeys(models, 0)
        self._indexes: dict[tuple[str, str], dict[Any, set[int]]] = {
            (model, name): {} for model, fields in models.items() for name, field in fields.items() if field.indexed
        }
        self.began: datetime | None = None
        self._now = now
        self._journal = journal
        self._undo: list[Callable[[], None]] = []
        self._changes: list[Any] = []
        self._born: list[tuple[str, int]] = []

    # ------------------------------------------------------------------------------------------------- reading

    def get(self, model: str, record: int) -> Values | None:
        """The stored values of a record."""
        return self.records[model].get(record)

    def equal(self, model: str, name: str, values: Iterable[Any]) -> set[int]:
        """Records whose field has one of these values."""
        index = self._indexes.get((model, name))
        wanted = set(values)
        if index is not None:
            return {record for value in wanted for record in index.get(value, ())}
        return {record for record, stored in self.records[model].items() if stored.get(name, False) in wanted}

    def present(self) -> datetime:
        """The transaction's time: when it began, however long it took since. So what a slow one wrote appears late."""
        return (self.began or self._now()).astimezone(UTC)

    def timestamp(self) -> str:
        """The present as Odoo shows it: UTC, to the second."""
        return self.present().strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self, model: str) -> int:
        """A number from the sequence; like PostgreSQL's it is used up even when the transaction fails."""
        self.counters[model] = self.counters.get(model, 0) + 1
        return self.counters[model]

    # ------------------------------------------------------------------------------------------------- writing

    def insert(self, model: str, values: Values, *, record: int | None = None) -> int:
        """Store a new record."""
        number = self.next_id(model) if record is None else record
        self.counters[model] = max(self.counters[model], number)
        stamp = self.present().strftime(STORED)
        defaults = {"active": True} if "active" in self.models[model] else {}
        stored = {"create_date": stamp, "write_date": stamp, **defaults, **values, "id": number}
        self._put(model, number, stored)
        self._changes.append(["put", model, number, stored])
        self._born.append((model, number))
        return number

    def update(self, model: str, record: int, values: Values) -> None:
        """Change a record."""
        stored = {**self.records[model][record], **values, "write_date": self.present().strftime(STORED)}
        self._put(model, record, stored)
        self._changes.append(["put", model, record, stored])

    def delete(self, model: str, record: int) -> None:
        """Remove a record; its external id stays, as in Odoo until the next vacuum."""
        self._put(model, record, None)
        self._changes.append(["put", model, record, None])

    def bind(self, name: str, model: str, record: int, *, noupdate: bool = False) -> None:
        """Give a record an external id (`module.name`), which is unique in the database."""
        before = self.external.get(name)
        self.external[name] = (model, record, noupdate)
        self._undo.append(lambda: self._unbind(name, before))
        self._changes.append(["bind", name, model, record, noupdate])

    # -------------------------------------------------------------------------------------------- transactions

    def commit(self) -> None:
        """Make everything since the last commit last."""
        if self._changes and self._journal is not None:
            self._journal.append(self._changes)
        self._undo = []
        self._changes = []
        self._born = []

    @property
    def changes(self) -> list[Any]:
        """What the transaction has changed so far."""
        return self._changes

    @property
    def born(self) -> set[tuple[str, int]]:
        """The records that the transaction has made, by model and id."""
        return {(model, record) for model, record in self._born if record in self.records[model]}

    def suspend(self) -> list[Any]:
        """Take the transaction's changes back for a while, so that others see the state before it."""
        changes = [*self._changes]
        self.rollback()
        return changes

    def resume(self, changes: list[Any]) -> None:
        """Make suspended changes again."""
        self._apply(changes)
        self._changes = [*changes]

    def savepoint(self) -> tuple[int, int]:
        """A point to go back to."""
        return len(self._undo), len(self._changes)

    def rollback(self, savepoint: tuple[int, int] = (0, 0)) -> None:
        """Undo everything since the savepoint, by default since the last commit."""
        while len(self._undo) > savepoint[0]:
            self._undo.pop()()
        del self._changes[savepoint[1] :]
        if savepoint == (0, 0):
            self._born = []

    def replay(self, journal: Journal) -> None:
        """Take over what an earlier process committed."""
        for changes in journal.read():
            self._apply(changes)
        self._undo = []

    def _apply(self, changes: list[Any]) -> None:
        for kind, *rest in changes:
            if kind == "put":
                model, record, stored = rest
                self._put(model, record, stored)
                self.counters[model] = max(self.counters[model], record)
            else:
                name, model, record, noupdate = rest
                before = self.external.get(name)
                self.external[name] = (model, record, noupdate)
                self._undo.append(lambda name=name, before=before: self._unbind(name, before))  # type: ignore[misc]

    def _put(self, model: str, record: int, stored: Values | None) -> None:
        table = self.records[model]
        before = table.get(record)
        self._undo.append(lambda: self._restore(model, record, before))
        self._reindex(model, record, before, stored)
        if stored is None:
            table.pop(record, None)
        else:
            table[record] = stored

    def _restore(self, model: str, record: int, before: Values | None) -> None:
        self._reindex(model, record, self.records[model].get(record), before)
        if before is None:
            self.records[model].pop(record, None)
        else:
            self.records[model][record] = before

    def _reindex(self, model: str, record: int, before: Values | None, after: Values | None) -> None:
        for name, field in self.models[model].items():
            if not field.indexed:
                continue
            index = self._indexes[model, name]
            if before is not None:
                index.get(before.get(name, False), set()).discard(record)
            if after is not None:
                index.setdefault(after.get(name, False), set()).add(record)

    def _unbind(self, name: str, before: ExternalId | None) -> None:
        if before is None:
            self.external.pop(name, None)
        else:
            self.external[name] = before
