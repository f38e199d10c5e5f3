"""A canonical document laid out as people know orders and invoices: who, when, terms, lines, sums; then all the rest in small.

One layout for every kind: what a member is, is seen by its name and its shape, as the canonical models share their parts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from gateway.console.texts import Texts
from gateway.domain.phrases import spaced

Json = Mapping[str, Any]
Pair = tuple[str, str]
"""A name and what it says, in the reader's language."""

ROLES: Final = (
    "buyer", "seller", "ship_to", "ship_from", "bill_to", "payer", "payee", "ordering_party", "final_consignee", "warehouse",
    "carrier", "freight_forwarder", "manufacturer",
)  # fmt: skip
COLUMNS: Final = ("number", "item", "quantity", "price", "amount", "when")

_HIDDEN: Final = frozenset({"schema", "original_codes", "original", "code_family", "language"})
_HEADING: Final = frozenset(
    {"number", "issued", "purpose", "kind", *ROLES, "other_parties", "lines", "packages", "totals", "extras"}
)
_SUMS: Final = ("net", "total", "paid", "amount")
_DATES: Final = frozenset(
    {"requested_delivery", "latest_delivery", "ship_window", "delivered", "expected", "as_of", "other_dates"}
)
_PARTY: Final = frozenset({"role", "identifiers", "name", "legal_name", "address", "contacts"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?\Z")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?\Z")
_WORD = re.compile(r"[a-z]+(?:_[a-z0-9]+)+\Z")
_UNSPOKEN: Final = frozenset({"number", "identifiers", "account", "line", "lines", "marks", "serials", "text", "name"})
"""Members whose values are shown as they are, whatever they look like."""
_MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class Person:
    """A party in its role: its name and address line by line, its numbers, whom to ask."""

    role: str
    lines: Sequence[str]
    facts: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its cells, and what else is said of it."""

    cells: Mapping[str, str]
    names: Sequence[str]
    facts: Sequence[Pair]
    below: "Sequence[Line]" = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A package with what is in it."""

    title: str
    facts: Sequence[Pair]
    contents: Sequence[str]
    below: "Sequence[Box]" = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be read and printed."""

    kind: str
    number: str
    purpose: str
    facts: Sequence[Pair]
    parties: Sequence[Person]
    columns: Sequence[str]
    lines: Sequence[Line]
    more_lines: int
    boxes: Sequence[Box]
    totals: Sequence[Pair]
    rest: Sequence[tuple[str, Sequence[Pair]]]
    extras: Sequence[Pair]


def paper_of(document: Json, texts: Texts) -> Paper:
    """Lay a document out."""
    return _Layout(texts).paper(document)


class _Layout:
    """Says values in a language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def paper(self, document: Json) -> Paper:
        kind = str(document.get("schema", "")).partition("/")[0]
        rows = [self._line(one) for one in _mappings(document.get("lines"))[:_MOST_LINES]]
        used = {name for row in _every(rows) for name, text in row.cells.items() if text}
        purpose = str(document.get("purpose") or "original")
        return Paper(
            kind=self._texts.known(f"kind.{kind}", spaced(kind).capitalize()),
            number=str(document.get("number") or ""),
            purpose="" if purpose == "original" else self._word(purpose),
            facts=list(self._heading(document)),
            parties=list(self._parties(document)),
            columns=[name for name in COLUMNS if name in used],
            lines=rows,
            more_lines=max(0, len(_mappings(document.get("lines"))) - _MOST_LINES),
            boxes=[self._box(one) for one in _mappings(document.get("packages"))],
            totals=list(self._flat(document.get("totals") or {}, "")),
            rest=list(self._rest(document)),
            extras=[(str(one.get("path", "")), str(one.get("value", ""))) for one in _mappings(document.get("extras"))],
        )

    def label(self, name: str) -> str:
        """A member's name."""
        return self._texts.known(f"field.{name}", spaced(name).capitalize())

    def _within(self, name: str) -> str:
        """A member's name inside of a sentence: English writes it small, German keeps its nouns."""
        label = self.label(name)
        return label.lower() if self._texts.language.code == "en" else label

    def _heading(self, document: Json) -> Iterator[Pair]:
        """What is said in a word or two: the date first."""
        for name in ("issued", "kind"):
            if document.get(name) and document[name] != "stand_alone":
                yield self.label(name), self.said(document[name], name)
        for name, value in document.items():
            if name not in _HEADING | _HIDDEN and _is_short(value):
                yield self.label(name), self.said(value, name)

    def _rest(self, document: Json) -> Iterator[tuple[str, Sequence[Pair]]]:
        """What takes more than a word: terms, references, texts, transport, milestones … each under its name."""
        for name, value in document.items():
            if name in _HEADING | _HIDDEN or _is_short(value):
                continue
            if isinstance(value, list):
                several = len(value) > 1
                pairs = [(f"{number}" if several else "", self.said(one, name)) for number, one in enumerate(value, 1)]
            else:
                pairs = list(self._flat(value, ""))
            if pairs:
                yield self.label(name), pairs

    def _parties(self, document: Json) -> Iterator[Person]:
        for role in ROLES:
            if isinstance(document.get(role), Mapping):
                yield self._person(self.label(role), document[role])
        for party in _mappings(document.get("other_parties")):
            yield self._person(self._word(str(party.get("role") or "party")), party)

    def _person(self, role: str, party: Json) -> Person:
        address = _mapping(party.get("address"))
        town = " ".join(str(address[name]) for name in ("postal_code", "city", "region") if address.get(name))
        lines = [party.get("name"), *_listed(address.get("lines")), town, address.get("country")]
        facts = [*self._identifiers(party.get("identifiers"))]
        for name, value in party.items():
            if name not in _PARTY | _HIDDEN:
                facts += self._flat(value, self.label(name))
        facts += [(self.label("contacts"), self.said(one, "contacts")) for one in _mappings(party.get("contacts"))]
        return Person(role, [str(line) for line in lines if line], facts)

    def _line(self, line: Json) -> Line:
        item, amounts = _mapping(line.get("item")), _mapping(line.get("amounts"))
        amount = next((line[name] for name in _SUMS if line.get(name)), None) or next(iter(amounts.values()), None)
        dates = {name: value for name, value in line.items() if name in _DATES and value}
        names = [str(item[name]) for name in ("name", "description") if item.get(name)]
        cells = {
            "number": str(line.get("number") or ""),
            "item": "\n".join(f"{name} {said}" for name, said in self._identifiers(item.get("identifiers"))),
            "quantity": self.said(line.get("quantity"), "quantity"),
            "price": self.said(line.get("price"), "price"),
            "amount": self.said(amount, "amount"),
            "when": "\n".join(f"{name} {said}" for one in dates.items() for name, said in self._flat(one[1], self.label(one[0]))),
        }
        if names and not cells["item"]:
            cells["item"] = " "
        shown = {"number", "quantity", "price", "sub_lines", *(name for name in _SUMS if line.get(name) is amount), *dates}
        facts = [pair for name, value in item.items() if name not in ("identifiers", "name", "description")
                 for pair in self._member(name, value)]  # fmt: skip
        for name, value in line.items():
            if name not in shown | {"item"} and not (name == "amounts" and len(amounts) == 1):
                facts += self._member(name, value)
        return Line(cells, names, facts, [self._line(one) for one in _mappings(line.get("sub_lines"))])

    def _box(self, package: Json) -> Box:
        kind = self.said(package.get("kind"), "kind") or self.label("package")
        title = " ".join([kind, *(f"{name} {said}" for name, said in self._identifiers(package.get("identifiers")))])
        facts = [pair for name, value in package.items() if name not in ("kind", "identifiers", "contents", "packages")
                 for pair in self._member(name, value)]  # fmt: skip
        contents = [self.said(one, "contents") for one in _mappings(package.get("contents"))]
        return Box(title, facts, contents, [self._box(one) for one in _mappings(package.get("packages"))])

    def _member(self, name: str, value: Any) -> Iterator[Pair]:
        if name in _HIDDEN:
            return
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield from ((self.label(name), text) for one in value if (text := self.said(one, name)))
        else:
            yield from self._flat(value, self.label(name))

    def _identifiers(self, identifiers: Any) -> Iterator[Pair]:
        for scheme, value in identifiers.items() if isinstance(identifiers, Mapping) else ():
            yield from ((self._texts.known(f"scheme.{scheme}", spaced(scheme)), str(one)) for one in _listed(value))

    def _flat(self, value: Any, label: str) -> Iterator[Pair]:
        """A value with its name; the members of something larger with the names of both."""
        if value in (None, "", [], {}):
            return
        if isinstance(value, Mapping) and not _is_said(value):
            for name, one in value.items():
                if name not in _HIDDEN:
                    yield from self._flat(one, f"{label} · {self._within(name)}" if label else self.label(name))
            return
        yield label, self.said(value)

    def said(self, value: Any, name: str = "") -> str:
        """A value in words."""
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, bool):
            return self._texts("paper.yes") if value else self._texts("paper.no")
        if isinstance(value, Mapping):
            return self._shape(value)
        if isinstance(value, list):
            return ", ".join(filter(None, (self.said(one, name) for one in value)))
        return self._scalar(str(value), name)

    def _shape(self, value: Json) -> str:
        """An amount, a quantity, a period …; of anything else its members one after the other."""
        if "amount" in value and not isinstance(value["amount"], Mapping) and value["amount"] is not None:
            rest = {name: one for name, one in value.items() if name not in ("amount", "currency")}
            basis = rest.pop("basis", None)
            per = f" / {self.said(basis)}" if basis else ""
            more = self._members(rest)
            return f"{self._money(value)}{per}{f' ({more})' if more else ''}"
        if set(value) <= {"value", "unit", "original"} and "value" in value:
            return f"{self._number(str(value['value']))} {value.get('unit') or ''}".rstrip()
        if set(value) <= {"start", "end"}:
            return f"{self.said(value.get('start'))} \N{EN DASH} {self.said(value.get('end'))}".strip()
        if isinstance(value.get("lines"), list) and set(value) <= {"purpose", "language", "lines", "code", *_HIDDEN}:
            purpose = f"{self._word(str(value['purpose']))}: " if value.get("purpose") else ""
            return purpose + "\n".join(str(line) for line in value["lines"])
        if "number" in value and isinstance(value["number"], str):
            kind = f"{self._word(str(value['kind']))} " if value.get("kind") else ""
            more = self._members({name: one for name, one in value.items() if name not in ("number", "kind")})
            return f"{kind}{value['number']}{f' ({more})' if more else ''}"
        return self._members(value)

    def _money(self, value: Json) -> str:
        return f"{self._number(str(value['amount']))} {value.get('currency') or ''}".rstrip()

    def _members(self, value: Json) -> str:
        parts = []
        for name, one in value.items():
            if name in _HIDDEN or one in (None, "", [], {}):
                continue
            if name == "identifiers":
                parts += [f"{scheme} {number}" for scheme, number in self._identifiers(one)]
            elif name in ("name", "kind", "text", "lines"):
                parts.append(self.said(one, name))
            else:
                parts.append(f"{self._within(name)} {self.said(one, name)}")
        return ", ".join(part for part in parts if part)

    def _scalar(self, text: str, name: str) -> str:
        if name in _UNSPOKEN:
            return text
        if _DAY.fullmatch(text):
            return self._moment(text)
        return self._word(text)

    def _word(self, text: str) -> str:
        return spaced(text) if _WORD.fullmatch(text) else text

    def _number(self, text: str) -> str:
        if not _NUMBER.fullmatch(text):
            return text
        written = f"{Decimal(text):,f}"
        language = self._texts.language
        return written.translate(str.maketrans(",.", language.thousands + language.decimal))

    def _moment(self, text: str) -> str:
        day, _, time = text.partition("T")
        shown = self._texts.day(f"{day}T00:00:00+00:00") or day
        return f"{shown} {time}".rstrip()


def _is_short(value: Any) -> bool:
    """Whether it is said in a word or two."""
    if isinstance(value, Mapping):
        return _is_said(value)
    return value not in (None, "", []) and not (isinstance(value, list) and any(isinstance(one, Mapping) for one in value))


def _is_said(value: Json) -> bool:
    """Whether it is one thing: an amount, a quantity, a period, a number of something."""
    names = set(value)
    plain = not any(isinstance(one, Mapping | list) for one in value.values())
    return plain and bool(names & {"amount", "value", "start", "end", "number"})


def _mapping(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> Sequence[Json]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _every(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _every(line.below)
