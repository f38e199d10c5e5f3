"""The rule `lookup`: enrich a document from the reference data of an application."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.document_path import Absent, DocumentPath, Json, Place, places
from gateway.domain.lookup import Facts, Missing, Question, Record
from gateway.domain.rule import Applied, Failed, put


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be answered before the rule can be applied."""

    question: Question


@dataclass(frozen=True, slots=True)
class LookupRule:
    """Write a field of the record that a part of the document names: an item, a party.

    A price also depends on who buys (`customer`, a path) and how much (`quantity`, beside the item). A record that is not there
    takes `default`; without one the place is left as it is when `keep` is set, else it is a failure of `owner`.
    """

    path: DocumentPath
    source: DocumentPath
    application: str
    record: Record
    field: str
    customer: DocumentPath | None = None
    quantity: DocumentPath | None = None
    company: str = ""
    default: Json = None
    keep: bool = False
    owner: str | None = None

    def apply(self, document: dict[str, Json], owner: str, facts: Facts) -> list[Applied | Failed | Wanted]:
        """Write to every place of the path, or say what must be known first."""
        return [self._one(place, document, owner, facts) for place in places(self.path, document)]

    def _one(self, place: Place, document: dict[str, Json], owner: str, facts: Facts) -> Applied | Failed | Wanted:
        named = self._read(self.source, place, document)
        if named is None:
            return Applied("lookup", str(place), None, None, f"nothing at {self.source}")
        question = self._question(named, place, document, facts)
        answer = facts.known.get(question)
        if answer is None:
            return Wanted(question)
        value = None if isinstance(answer, Missing) else answer.get(self.field)
        if value is not None:
            return put("lookup", place, document, value)
        return self._without(place, document, owner, answer)

    def _without(self, place: Place, document: dict[str, Json], owner: str, answer: object) -> Applied | Failed:
        missing = answer if isinstance(answer, Missing) else None
        why = missing.message if missing else f"{self.application} knows no {self.field} of this {self.record}."
        if self.default is not None:
            return put("lookup", place, document, self.default, f"default: {why}")
        if self.keep:
            before = place.read(document)
            shown = None if isinstance(before, Absent) else before
            return Applied("lookup", str(place), shown, shown, f"kept: {why}")
        return Failed("lookup-miss", self.owner or owner, f"{self} for {place}: {why}", str(place))

    def _question(self, named: Json, place: Place, document: Mapping[str, Json], facts: Facts) -> Question:
        about: dict[str, Json] = {"of": named}
        for name, path in (("customer", self.customer), ("quantity", self.quantity)):
            value = self._read(path, place, document) if path is not None else None
            if value is not None:
                about[name] = value
        text = json.dumps(about, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return Question(self.application, self.record, facts.partner, text, self.company)

    def _read(self, path: DocumentPath, place: Place, document: Mapping[str, Json]) -> Json:
        """A value of the same list elements as the place; None where there is none."""
        depth = len(path.lists)
        found = Place(path, place.indexes[:depth]).read(dict(document))
        return None if isinstance(found, Absent) else found

    def __str__(self) -> str:
        return f"lookup of {self.field} of the {self.record} at {self.source} in {self.application}"
