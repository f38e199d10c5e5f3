"""Parts of X12 segments that are more than one value in one place: moments, prices, item numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import number, plain
from translators.mapping.parts import Coded, Identifier, ReferenceOf, taken_identifier
from translators.mapping.tree import Place, Row, Written, filled_places, set_text, text_at
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words
from translators.x12.sets import codes
from translators.x12.sets.moments import instant


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (DT), with a time (TM) and its zone (623) an instant in UTC. Without a zone it is in that of the partner."""

    day: Place
    time: Place | None = None
    zone: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Date, time, zone."""
        return tuple(place for place in (self.day, self.time, self.zone) if place is not None)

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The date or the instant; None when it does not exist."""
        day = text_at(row, self.day)
        if not day:
            return None
        time = text_at(row, self.time) if self.time is not None else ""
        zone = text_at(row, self.zone) if self.zone is not None else ""
        return instant(day, time, zone, context.timezone)

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A time that is none, and a zone without a time."""
        time = text_at(row, self.time).strip() if self.time is not None else ""
        if time and isinstance(instant("20000101", time, "", UTC), datetime):
            return ()
        return tuple(place for place in (self.time, self.zone) if place is not None and text_at(row, place).strip())

    def write(self, value: date | datetime, row: Row, context: Writing) -> date | datetime | None:
        """The date; an instant in the partner's zone, or where its clock shows that time twice, in UTC."""
        if not isinstance(value, datetime):
            set_text(row, self.day, value.strftime("%Y%m%d"))
            return None
        if self.time is None or value.microsecond:
            return value
        local = value.astimezone(context.timezone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            if self.zone is None:
                return value
            local = value.astimezone(UTC)
            set_text(row, self.zone, "UT")
        set_text(row, self.day, local.strftime("%Y%m%d"))
        set_text(row, self.time, local.strftime("%H%M%S" if local.second else "%H%M"))
        return None


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A unit price with the code of its basis (639): a kind of price, or a number of the units in `unit`."""

    amount: Place
    basis: Place
    unit: Place
    units: Words
    kinds: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Amount and basis."""
        return (self.amount, self.basis)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The price. A price of zero is a price."""
        text = text_at(row, self.amount)
        amount = number(text) if text else None
        if amount is None:
            return None
        price: Value = {"amount": amount}
        if context.currency:
            price["currency"] = context.currency
        basis = text_at(row, self.basis).strip()
        if basis in codes.PRICE_BASES:
            price["basis"] = {"value": Decimal(codes.PRICE_BASES[basis])}
            if unit := text_at(row, self.unit).strip():
                price["basis"]["unit"] = self.units.word(unit)
        elif (kind := self.kinds.known(basis)) is not None:
            price["kind"] = kind
        if basis and self._code(price) != basis:
            price["original"] = basis
        return price

    def _code(self, price: Value) -> str | None:
        """The basis code that says what the price says; empty for a price per unit, None when no code says it."""
        basis, kind = price.get("basis"), price.get("kind")
        if basis and kind:
            return None
        if basis:
            return next((code for code, count in codes.PRICE_BASES.items() if Decimal(count) == basis["value"]), None)
        return "" if kind is None else self.kinds.code(kind) if kind in self.kinds.listed else None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """Amount and basis; handed back when the segment cannot say them."""
        original = value.pop("original", None)
        code = self._code(value)
        if code is None:
            return value
        set_text(row, self.amount, plain(value["amount"]))
        kept = original if original and not code and self.kinds.known(original) is None else None
        set_text(row, self.basis, kept or code)
        foreign = value.get("currency")
        return {"currency": foreign} if foreign != context.currency and foreign else None


@dataclass(frozen=True, slots=True)
class ItemNumbers:
    """Pairs of kind (235) and number to the end of the segment: identifiers of the item, and some of its characteristics.

    With `coded`, kinds that are not the usual ones for their scheme are kept in `original_codes` of the item, one for each
    number. A second segment about the item does not do so: its numbers would be taken for those of the first.
    """

    first: int
    count: int = 10
    coded: bool = True

    @property
    def places(self) -> tuple[Place, ...]:
        """All kinds and numbers."""
        return tuple(range(self.first, self.first + 2 * self.count))

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the item."""
        item: Value = {}
        kinds: dict[str, dict[str, str]] = {}
        for kind_place in range(self.first, min(self.first + 2 * self.count, len(row) - 1), 2):
            kind, value = row[kind_place], row[kind_place + 1].strip()
            if not kind or not value:
                continue
            attribute = codes.ITEM_ATTRIBUTES.get(kind)
            if attribute is not None:
                item.setdefault("attributes", []).append({"name": attribute, "value": value, "code": kind})
                continue
            scheme = ITEM_NUMBERS.word(kind)
            merge_identifier(item.setdefault("identifiers", {}), scheme, value)
            context.check_identifier(scheme, value, kind_place + 1)
            kinds.setdefault(scheme, {}).setdefault(value, kind)
        if self.coded:
            for scheme, by_value in kinds.items():
                if not all(map(ITEM_NUMBERS.preferred, by_value.values())):
                    item.setdefault("original_codes", {})[scheme] = " ".join(by_value.values())
        return item or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Kinds without a number, numbers without a kind."""
        left = []
        for place in range(self.first, min(self.first + 2 * self.count, len(row)), 2):
            value = row[place + 1].strip() if place + 1 < len(row) else ""
            if bool(row[place]) != bool(value):
                left.append(place if row[place] else place + 1)
        return tuple(left)

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """As many as there are pairs; what remains of the item is handed back."""
        free = list(range(self.first, self.first + 2 * self.count, 2))
        identifiers: Value = value.get("identifiers", {})
        ranked = sorted(identifiers, key=lambda scheme: (scheme not in ITEM_NUMBERS.listed, scheme))
        for scheme in [s for s in ranked for _ in range(len(identifiers[s]) if isinstance(identifiers[s], list) else 1)]:
            code = _number_code(value, scheme)
            if free and code is not None and len(code) <= 2:
                set_text(row, place := free.pop(0), code)
                set_text(row, place + 1, taken_identifier(identifiers, scheme))
        kept = []
        for attribute in value.get("attributes", ()):
            if free and codes.ITEM_ATTRIBUTES.get(attribute.get("code")) == attribute["name"]:
                set_text(row, place := free.pop(0), attribute["code"])
                set_text(row, place + 1, attribute["value"])
            else:
                kept.append(attribute)
        rest = {**value, "identifiers": identifiers, "attributes": kept}
        return {name: member for name, member in rest.items() if member} or None


def _number_code(item: Value, scheme: str) -> str | None:
    """The kind to write for the next number of a scheme: the one that was kept, else the usual one."""
    kept = (take(item, ("original_codes",), scheme) or "").split()
    if len(kept) > 1:
        item.setdefault("original_codes", {})[scheme] = " ".join(kept[1:])
    return kept[0] if kept and ITEM_NUMBERS.word(kept[0]) == scheme else ITEM_NUMBERS.code(scheme)


ITEM_NUMBERS = Words(codes.ITEM_NUMBERS, lower=True)
"""Identifier schemes of items (235); a kind without a word is its code in small letters."""
PARTY_NUMBERS = Words(codes.AGENCIES, lower=True)
"""Identifier schemes of parties (66)."""


def party_identifier(scheme: Place, value: Place) -> Identifier:
    """A party's identifier with its scheme (66)."""
    return Identifier(scheme, value, PARTY_NUMBERS)


@dataclass(frozen=True, slots=True)
class PriceAmount:
    """The amount of a price, in the document's currency."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> Value | None:
        """Amount and currency as members of the price."""
        text = text_at(row, self.place)
        amount = number(text) if text else None
        if amount is None:
            return None
        return {"amount": amount, "currency": context.currency} if context.currency else {"amount": amount}

    def write(self, price: Value, row: Row, context: Writing) -> bool:
        """The amount; a currency that is not the document's stays in the price."""
        set_text(row, self.place, plain(price.pop("amount")))
        if price.get("currency") == context.currency:
            price.pop("currency", None)
        return True


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code where writing the word for it would give another one. It takes no place: the word is read by another part."""

    place: Place
    words: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """None."""
        return ()

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code, when it is not the usual one."""
        code = text_at(row, self.place).strip()
        return code if code and not self.words.preferred(code) else None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The code in place of the usual one, where it stands for the same word."""
        if self.words.word(text_at(row, self.place)) == self.words.word(value):
            set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class ShortText:
    """A text of one line that fits; a longer one is left to the segments that follow."""

    place: Place
    longest: int

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text without blanks around it."""
        return text_at(row, self.place).strip() or None

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """The text; handed back when it has no room."""
        if len(value) > self.longest or "\n" in value:
            return value
        set_text(row, self.place, value)
        return None


@dataclass(frozen=True, slots=True)
class ReferencesOf:
    """Numbers that are references of one kind each, as items of the list of references."""

    of: tuple[ReferenceOf, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Their places."""
        return tuple(one.place for one in self.of)

    def read(self, row: Row, context: Reading) -> list[Value] | None:
        """The references that are there."""
        return [found for one in self.of for found in one.read(row, context) or ()] or None

    def write(self, value: list[Value], row: Row, context: Writing) -> list[Value] | None:
        """The first of each kind that has nothing but a number; the others are handed back."""
        left: list[Value] | None = value
        for one in self.of:
            left = one.write(left, row, context) if left else None
        return left


@dataclass(frozen=True, slots=True)
class Promise:
    """A date with the code of what the seller promises by it (374), as a member of the response. Without a code, goods are ready.

    One date has room; others are left to the segments that follow.
    """

    qualifier: Place
    day: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and date."""
        return (self.qualifier, self.day)

    def read(self, row: Row, context: Reading) -> Value | None:
        """`despatch`, `delivery`, or an entry of the other dates."""
        when = Moment(self.day).read(row, context)
        if when is None:
            return None
        code = text_at(row, self.qualifier).strip()
        member = codes.PROMISES.get(code)
        if member is None:
            return {"other_dates": {DATE_WORDS.word(code) if code else "ready": when}}
        found: Value = {member: when}
        if _promise(member) != code:
            found["original_codes"] = {member: code}
        return found

    def write(self, response: Value, row: Row, context: Writing) -> bool:
        """The first date that can be said here."""
        others = response.get("other_dates", {})
        found: list[tuple[Value, str, str | None]] = [
            (response, name, _promise(name)) for name in ("delivery", "despatch") if name in response
        ]
        found += [(others, name, "" if name == "ready" else DATE_WORDS.code(name)) for name in others]
        for owner, name, usual in found:
            kept = response.get("original_codes", {}).get(name)
            code = kept if kept and codes.PROMISES.get(kept) == name else usual
            if code is None or Moment(self.day).write(owner[name], row, context) is not None:
                continue
            set_text(row, self.qualifier, code)
            del owner[name]
            take(response, ("original_codes",), name)
            if not others:
                response.pop("other_dates", None)
            return True
        return False


def _promise(member: str) -> str:
    """The code that is written for a promise."""
    return next(code for code, promised in codes.PROMISES.items() if promised == member)


DATE_WORDS = Words(codes.DATES, prefix="date")


@dataclass(frozen=True, slots=True)
class OwnCurrency:
    """CUR: a currency for one line, or one charge, only. It stands before all clauses about amounts, which then say no other.

    `of` are the members with amounts, by which the currency is known when it is written.
    """

    of: tuple[str, ...]
    tag: str = "CUR"

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Amounts that were read already, and all that follow, are of this currency."""
        currency = text_at(row, 2).strip().upper()
        if not currency or currency == context.currency:
            return False
        context.currency = currency
        for amount in self._amounts(target):
            amount["currency"] = currency
            context.trace(amount, "currency", (2,))
        for place in filled_places(row):
            if place != 2 and not (place == 1 and row[1] == "BY"):
                context.keep(row, place, target)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """The segment, when the amounts are of another currency than those of the document."""
        found = next((amount["currency"] for amount in self._amounts(target) if amount.get("currency")), context.currency)
        if found is not None and found != context.currency:
            out.rows.append([self.tag, "BY", found])
            context.currency = found

    def _amounts(self, target: Value) -> Iterator[Value]:
        for member in self.of:
            found = target.get(member, ())
            values = found if isinstance(found, list) else [found] if "amount" in found else found.values() if found else ()
            yield from (value for value in values if isinstance(value, dict) and "amount" in value)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Length, width and height with one unit for all, as measures of a package."""

    length: Place
    width: Place
    height: Place
    unit: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Three numbers and the unit."""
        return (self.length, self.width, self.height, self.unit)

    def _named(self) -> tuple[tuple[str, Place], ...]:
        return (("length", self.length), ("width", self.width), ("height", self.height))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The measures; None when not all of what is there is a number."""
        unit = text_at(row, self.unit).strip()
        measures: Value = {}
        for name, place in self._named():
            text = text_at(row, place)
            size = number(text) if text else None
            if text and size is None:
                return None
            if size is not None:
                measures[name] = measure = {"value": size}
                if unit:
                    measure["unit"] = codes.UNITS.get(unit, unit)  # type: ignore[assignment]
        return {"measures": measures} if measures else None

    def write(self, packaging: Value, row: Row, _context: Writing) -> bool:
        """The dimensions that share the unit of the first."""
        measures = packaging.get("measures", {})
        found = [(measures[name], name, place) for name, place in self._named() if name in measures]
        if not found:
            return False
        unit = found[0][0].get("unit")
        for size, name, place in found:
            if size.get("unit") == unit:
                set_text(row, place, plain(size["value"]))
                del measures[name]
        if unit:
            set_text(row, self.unit, UNIT_WORDS.code(unit) or unit)
        if not measures:
            packaging.pop("measures", None)
        return True


UNIT_WORDS = Words(codes.UNITS)


@dataclass(frozen=True, slots=True)
class ScheduleDates:
    """Qualifier (374), date and time, twice: when a part of a line is wanted, or from when to when."""

    moments: tuple[tuple[int, int, int], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All qualifiers, dates and times."""
        return tuple(place for moment in self.moments for place in moment)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the part of the line."""
        part: Value = {}
        for qualifier_place, day, time in self.moments:
            when = Moment(day, time).read(row, context)
            if when is not None:
                _place_schedule_date(part, text_at(row, qualifier_place).strip(), when)
        return part or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A second date whose member the first has taken, and dates that are none."""
        taken: set[str] = set()
        left: list[Place] = []
        for qualifier_place, day, time in self.moments:
            qualifier = text_at(row, qualifier_place).strip()
            member = _schedule_member(qualifier)[0]
            if member in taken or not text_at(row, day) or day_of(text_at(row, day)) is None:
                left += [qualifier_place, day, time]
            taken.add(member)
        return tuple(left)

    def write(self, part: Value, row: Row, context: Writing) -> bool:
        """Up to two dates."""
        free = list(self.moments)
        kind = part.get("kind")
        for member, code in _schedule_codes(part, kind):
            if not free:
                break
            qualifier, day, time = free[0]
            owner = part if member == "requested" else part["period"]
            if Moment(day, time).write(owner[member], row, context) is None:
                free.pop(0)
                set_text(row, qualifier, code)
                del owner[member]
        if len(free) < len(self.moments):
            part.pop("kind", None)
        if not part.get("period", True):
            del part["period"]
        return len(free) < len(self.moments)


def day_of(text: str) -> date | None:
    """The day a text of type DT names."""
    found = instant(text, "", "", UTC)
    return found if found is None or not isinstance(found, datetime) else found.date()


def _schedule_member(qualifier: str) -> tuple[str, str]:
    """The member a date fills, and the kind of schedule it makes of the part."""
    if (end := codes.SHIP_WINDOW.get(qualifier)) is not None:
        return end, "ship_window"
    if qualifier in codes.LATEST_DELIVERY:
        return "end", ""
    word = codes.DATES.get(qualifier)
    if word == "earliest_delivery":
        return "start", ""
    if qualifier in codes.REQUESTED_DELIVERY:
        return "requested", ""
    return "requested", word or f"date_{qualifier.lower()}"


def _place_schedule_date(part: Value, qualifier: str, when: date | datetime) -> None:
    member, kind = _schedule_member(qualifier)
    owner = part if member == "requested" else part.setdefault("period", {})
    if member in owner:
        return
    owner[member] = when
    if kind:
        part.setdefault("kind", kind)


def _schedule_codes(part: Value, kind: str | None) -> list[tuple[str, str]]:
    """The dates a part of a line has, with the qualifier for each."""
    found = []
    period = part.get("period", {})
    for member, window, delivery in (("start", "037", "064"), ("end", "038", "063")):
        if member in period:
            found.append((member, window if kind == "ship_window" else delivery))
    if "requested" in part:
        words = Words(codes.DATES, prefix="date")
        found.append(("requested", "002" if kind in (None, "ship_window") else words.code(kind) or "002"))
    return found


@dataclass(frozen=True, slots=True)
class StoreQuantities:
    """SDQ: quantities of a line by store or warehouse, up to ten in a segment, as parts of its schedule."""

    tag: str
    units: Words
    list_keys: tuple[str, ...] = ("schedule",)

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """A part of the schedule for each pair; half a pair is kept as it is."""
        scheme = PARTY_NUMBERS.word(text_at(row, 2)) if text_at(row, 2) else "partner"
        unit = text_at(row, 1)
        for place in range(3, 23, 2):
            store, text = text_at(row, place).strip(), text_at(row, place + 1)
            count = number(text) if text else None
            if store and count is not None:
                quantity: Value = {"value": count}
                if unit:
                    quantity["unit"] = self.units.word(unit)
                    if not self.units.preferred(unit):
                        quantity["original"] = unit
                part = {"quantity": quantity, "ship_to": {"identifiers": {scheme: store}}}
                target.setdefault("schedule", []).append(part)
                context.trace(part, "quantity", (place, place + 1))
            else:
                for half in (place, place + 1):
                    if text_at(row, half).strip():
                        context.keep(row, half, target)
        if text_at(row, 23):
            context.keep(row, 23, target)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """Segments for the parts of the schedule that are a quantity for a place and nothing else."""
        groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
        left = []
        for part in target.pop("schedule", None) or ():
            pair = self._pair(part)
            if pair is None:
                left.append(part)
            else:
                groups.setdefault(pair[0], []).append(pair[1])
        if left:
            target["schedule"] = left
        for (unit, scheme), pairs in groups.items():
            for start in range(0, len(pairs), 10):
                flat = [text for pair in pairs[start : start + 10] for text in pair]
                out.rows.append([self.tag, unit, scheme, *flat])

    def _pair(self, part: Value) -> tuple[tuple[str, str], tuple[str, str]] | None:
        if part.keys() != {"quantity", "ship_to"} or part["ship_to"].keys() != {"identifiers"}:
            return None
        ((scheme, store), *others), quantity = part["ship_to"]["identifiers"].items(), part["quantity"]
        code, unit = PARTY_NUMBERS.code(scheme), quantity.get("unit")
        if others or not isinstance(store, str) or code is None or unit is None:
            return None
        original = quantity.get("original")
        unit_code = original if original and self.units.known(original) == unit else self.units.code(unit) or unit
        return (unit_code, "" if scheme == "partner" else code), (store, plain(quantity["value"]))


@dataclass(frozen=True, slots=True)
class Unless:
    """A text, unless it is the usual one, which says nothing. The usual one is written by the clause, as its default."""

    place: Place
    usual: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text when it is not the usual one."""
        text = text_at(row, self.place).strip()
        return text if text and text != self.usual else None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The text."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage with the code of what it is of (378), which is written as mutually agreed (Z) where none was kept."""

    of: Place
    percent: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and percentage."""
        return (self.of, self.percent)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The percentage, and the code where it is another."""
        text, code = text_at(row, self.percent), text_at(row, self.of).strip()
        percent = number(text) if text else None
        if percent is None:
            return None
        return {"percent": percent, "original_codes": {"percent": code}} if code not in ("", "Z") else {"percent": percent}

    def write(self, target: Value, row: Row, _context: Writing) -> bool:
        """Percentage and code."""
        percent = target.pop("percent", None)
        if percent is None:
            return False
        set_text(row, self.of, take(target, ("original_codes",), "percent") or "Z")
        set_text(row, self.percent, plain(percent))
        return True


@dataclass(frozen=True, slots=True)
class CodedReference:
    """A number with the code of its kind (128), as an item of the list of references."""

    kind: Place
    number: Place
    kinds: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Kind and number."""
        return (self.kind, self.number)

    def read(self, row: Row, _context: Reading) -> list[Value] | None:
        """A list of one reference."""
        code, text = text_at(row, self.kind).strip(), text_at(row, self.number).strip()
        if not code or not text:
            return None
        reference = {"kind": self.kinds.word(code), "number": text}
        if not self.kinds.preferred(code):
            reference["original"] = code
        return [reference]

    def write(self, value: list[Value], row: Row, _context: Writing) -> list[Value] | None:
        """The first reference that is a kind and a number; the others are handed back."""
        for index, reference in enumerate(value):
            kept = reference.get("original")
            code = kept if kept and self.kinds.word(kept) == reference["kind"] else self.kinds.code(reference["kind"])
            if code and reference.keys() <= {"kind", "number", "original"}:
                set_text(row, self.kind, code)
                set_text(row, self.number, reference["number"])
                return value[:index] + value[index + 1 :] or None
        return value


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a segment of totals stands, for the findings about its sums: `sums` takes it out again, nothing of it is written."""

    name: str

    @property
    def places(self) -> tuple[Place, ...]:
        """None."""
        return ()

    def read(self, _row: Row, context: Reading) -> Value:
        """The index of the segment."""
        return {"standing": {self.name: context.index}}

    def write(self, _value: Value, _row: Row, _context: Writing) -> bool:
        """Nothing."""
        return False


@dataclass(frozen=True, slots=True)
class NamedMoments:
    """Qualifier (374), date and time, once or more: members of what the segment fills, the others in `other_dates`."""

    moments: tuple[tuple[int, int, int | None], ...]
    fields: Mapping[str, str]
    names: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """All qualifiers, dates and times."""
        return tuple(place for moment in self.moments for place in moment if place is not None)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members."""
        found: Value = {}
        for qualifier, day, time in self.moments:
            code, when = text_at(row, qualifier).strip(), Moment(day, time).read(row, context)
            if not code or when is None:
                continue
            name = self.fields.get(code)
            if name is None or name in found:
                found.setdefault("other_dates", {})[self.names.word(code)] = when
                continue
            found[name] = when
            if self._codes()[name] != code:
                found.setdefault("original_codes", {})[name] = code
        return found or None

    def _codes(self) -> dict[str, str]:
        """The code that is written for each member."""
        return {name: code for code, name in reversed(list(self.fields.items()))}

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Dates that are none, or have no qualifier."""
        left: list[Place] = []
        for qualifier, day, time in self.moments:
            if text_at(row, day) and (not text_at(row, qualifier).strip() or day_of(text_at(row, day)) is None):
                left += [place for place in (qualifier, day, time) if place is not None]
        return tuple(left)

    def write(self, target: Value, row: Row, context: Writing) -> bool:
        """As many dates as there is room for."""
        free = list(self.moments)
        others = target.get("other_dates", {})
        told = [(self._code(target, name, code), target, name) for name, code in self._codes().items() if name in target]
        told += [(code, others, name) for name in others if (code := self.names.code(name))]
        for code, owner, name in told:
            if not free:
                break
            qualifier, day, time = free[0]
            if Moment(day, time).write(owner[name], row, context) is None:
                set_text(row, qualifier, code)
                del owner[name]
                free.pop(0)
        if not others:
            target.pop("other_dates", None)
        return len(free) < len(self.moments)

    def _code(self, target: Value, name: str, usual: str) -> str:
        """The code that was kept for a member, or the usual one."""
        kept = take(target, ("original_codes",), name)
        return kept if self.fields.get(kept) == name else usual


@dataclass(frozen=True, slots=True)
class CodedUnless(Coded):
    """A code as a word, unless it is the usual one, which says nothing. That one is written by the clause, as its default."""

    usual: str = ""

    def read(self, row: Row, context: Reading) -> str | None:
        """The word when the code is not the usual one."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.read(self, row, context)

    def code(self, row: Row) -> str | None:
        """The code, where writing the word would not give it again."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.code(self, row)


@dataclass(frozen=True, slots=True)
class IdentifierOf:
    """A number that is an identifier of one scheme, as a member of the map of identifiers."""

    place: Place
    scheme: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one identifier."""
        value = text_at(row, self.place).strip()
        if not value:
            return None
        context.check_identifier(self.scheme, value, self.place)
        return {self.scheme: value}

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """The first identifier of the scheme; the others are handed back."""
        if self.scheme in value:
            set_text(row, self.place, taken_identifier(value, self.scheme))
        return value or None
