"""Parts that are quantities and money, with their units and currencies."""

from dataclasses import dataclass

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import implied, plain, without_point
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: Recommendation 20 in `unit`, the partner's own code in `original` where it is not the usual one."""

    value: Place
    unit: Place
    units: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Number and unit."""
        return (self.value, self.unit)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The quantity; None without a number."""
        text = text_at(row, self.value)
        amount = context.number(text) if text else None
        if amount is None:
            return None
        result: Value = {"value": amount}
        unit = text_at(row, self.unit).strip()
        if unit:
            result["unit"] = self.units.word(unit)
            if not self.units.preferred(unit):
                result["original"] = unit
        return result

    def compile(self, source: Source) -> str:
        """The same as lines; a unit without a number needs a closer look."""
        found, table, word = source.variable(), source.name(self.units.usual), source.name(self.units.word)
        source.read(f"t = {source.text(self.value)}", f"u = {source.text(self.unit)}", f"{found} = None")
        source.read("if t:", "    a = context.number(t)", "    if a is None: return False", f"    {found} = {{'value': a}}")
        source.read("    if u:", f"        w = {table}.get(u)", "        if w is None:", f"            w = {word}(u)")
        source.read(f"            if not {source.name(self.units.preferred)}(u): {found}['original'] = u")
        source.read(f"        {found}['unit'] = w", "elif u: return False")
        return found

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """Number and unit; handed back when the unit has no code, or is not that of another quantity that shares its place."""
        unit, original = value.get("unit"), value.get("original")
        code = unit or ""
        if unit is not None:
            code = (original if original and self.units.word(original) == unit else self.units.code(unit)) or unit
        if len(code) > self.units.longest:
            return value
        if text_at(row, self.unit) not in ("", code):
            return value
        set_text(row, self.value, plain(value["value"], context.decimal))
        if code:
            set_text(row, self.unit, code)
        return None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, in the document's currency unless the segment has a place for its own."""

    amount: Place
    currency: Place | None = None
    decimals: int | None = None
    """Implied decimals; None for a decimal point."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Amount and currency."""
        return (self.amount,) if self.currency is None else (self.amount, self.currency)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The amount; None without one."""
        text = text_at(row, self.amount)
        if not text:
            return None
        amount = context.number(text) if self.decimals is None else implied(text, self.decimals)
        if amount is None:
            return None
        currency = (text_at(row, self.currency).strip() if self.currency is not None else "") or context.currency
        return {"amount": amount, "currency": currency} if currency else {"amount": amount}

    def compile(self, source: Source) -> str:
        """The same as lines; a currency without an amount needs a closer look."""
        found, own = source.variable(), f"{source.text(self.currency)} or " if self.currency is not None else ""
        number = "context.number(t)" if self.decimals is None else f"{source.name(implied)}(t, {self.decimals})"
        source.read(f"t = {source.text(self.amount)}", f"{found} = None", "if t:", f"    a = {number}")
        source.read("    if a is None: return False", f"    c = {own}context.currency")
        source.read(f"    {found} = {{'amount': a, 'currency': c}} if c else {{'amount': a}}")
        if self.currency is not None:
            source.read(f"elif {source.text(self.currency)}: return False")
        return found

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The amount; handed back whole when its decimals or its currency cannot be said."""
        text = plain(value["amount"], context.decimal) if self.decimals is None else without_point(value["amount"], self.decimals)
        currency = value.get("currency")
        foreign = currency is not None and currency != context.currency
        if text is None or (foreign and self.currency is None):
            return value
        set_text(row, self.amount, text)
        if foreign and self.currency is not None:
            set_text(row, self.currency, str(currency))
        return None


@dataclass(frozen=True, slots=True)
class DocumentCurrency:
    """The currency of all amounts that do not say their own."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> str | None:
        """The currency; from here on it is that of amounts."""
        currency = text_at(row, self.place).strip().upper()
        context.currency = context.currency or currency or None
        return currency or None

    def compile(self, source: Source) -> str:
        """The same as lines. A closer look finds the currency that was set here, and sets it again."""
        found = source.variable()
        source.read(f"{found} = {source.text(self.place)}.upper() or None", f"context.currency = context.currency or {found}")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The currency."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class NamedQuantity:
    """A quantity whose name stands beside it, as an entry of a map of quantities. Without a name it is called `unnamed`."""

    name: Place
    of: Quantity
    names: Words
    unnamed: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Name, number and unit."""
        return (self.name, *self.of.places)

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one quantity."""
        value = self.of.read(row, context)
        if value is None:
            return None
        code = text_at(row, self.name).strip()
        return {self.names.word(code) if code else self.unnamed: value}

    def compile(self, source: Source) -> str:
        """The same as lines; a name without a number needs a closer look."""
        found, value, word = source.variable(), self.of.compile(source), source.name(self.names.word)
        source.read(f"u = {source.text(self.name)}", f"{found} = None")
        source.read(f"if {value} is not None: {found} = {{({word}(u) if u else {self.unnamed!r}): {value}}}")
        source.read("elif u: return False")
        return found

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The first quantity that has a name here; the others are handed back."""
        for name in value:
            code = "" if name == self.unnamed else self.names.code(name)
            if code is None or (self.names.listed and code and name not in self.names.listed):
                continue
            set_text(row, self.name, code)
            self.of.write(value[name], row, context)
            return {other: quantity for other, quantity in value.items() if other != name} or None
        return value
