"""Compiles templates of routes.toml, written in Jinja, to functions: texts, paths, and JSON whose leaves are templates.

They run in a sandbox, on plain values. What is not there stops a template, unless it is asked for with `default` or `optional`: a
system is never sent an empty text because of a name that was spelt wrong.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import wraps
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from gateway.config.compiled import goes_as_text
from gateway.config.values import json_value
from gateway.domain.http_application import Template, TemplateFailed

_ONE_EXPRESSION = re.compile(r"\s*\{\{(?P<inner>(?:(?!\}\}|\{\{).)*)\}\}\s*", re.DOTALL)
_MARKUP = re.compile(r"\{\{|\{%|\{#")
_LOOP = frozenset({"each", "as", "when", "item"})
_LOOPING = frozenset({"each", "item"})
_MEMBER = "line"
"""What a member of a list is called where nothing else is said."""


class TemplateInvalid(ValueError):
    """A template does not compile. `line` counts from 1 within it."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class _LeftOut:
    """Stands for a member that is to be left out."""

    def __str__(self) -> str:
        return ""


LEFT_OUT = _LeftOut()


class _Missing(StrictUndefined):
    """What is not there. Its members are not there either, and are named by their whole path in messages."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Missing(name=f"{self._undefined_name}.{name}")

    def __getitem__(self, name: object) -> Any:
        return _Missing(name=f"{self._undefined_name}.{name}")


class _Environment(ImmutableSandboxedEnvironment):
    """Members of a document are its members, never methods of the dictionary that holds them."""

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else _Missing(name=attribute)
        return super().getattr(obj, attribute)

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping):
            return obj[argument] if argument in obj else _Missing(name=str(argument))
        return super().getitem(obj, argument)


@goes_as_text
def compile_text(source: str, *, json: bool = False) -> Template:
    """A template for a text; with `json`, the text must be JSON once it is filled. Raises TemplateInvalid."""
    template = _compiled(_TEXTS, source)

    def fill(values: Mapping[str, Any]) -> str:
        text: str = _filled(lambda: template.render(values))
        if json:
            try:
                orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise TemplateFailed(f"the filled template is no JSON: {error}") from error
        return text

    return fill


@goes_as_text
def compile_path(source: str) -> Template:
    """A template for a path: each value that is put in becomes a part of one segment, whatever it holds.

    Raises TemplateInvalid.
    """
    template = _compiled(_PATHS, source)
    return lambda values: _filled(lambda: template.render(values))


@goes_as_text
def compile_json(source: Any) -> Template:
    """A template for JSON: a structure whose texts are templates.

    A text that is one expression keeps the kind of its value. `{ each = "document.lines", as = "line", item = … }` becomes a
    list, of those for which `when` is true. Raises TemplateInvalid.
    """
    make = _maker(source)
    return lambda values: _filled(lambda: make(values))


def names_in(source: Any) -> frozenset[str]:
    """The variables that the templates of a structure read, without those that its lists bring. Raises TemplateInvalid."""
    if isinstance(source, str):
        return _undeclared(source)
    if isinstance(source, dict) and _is_loop(source):
        inner = names_in([source["item"], *(f"{{{{ {source[name]} }}}}" for name in ("when",) if name in source)])
        return _undeclared(f"{{{{ {source['each']} }}}}") | (inner - {source.get("as", _MEMBER), "position"})
    members = source.values() if isinstance(source, dict) else source if isinstance(source, list) else ()
    return frozenset[str]().union(*map(names_in, members))


def _undeclared(text: str) -> frozenset[str]:
    try:
        return frozenset(meta.find_undeclared_variables(_TEXTS.parse(text)))
    except TemplateSyntaxError as error:
        raise TemplateInvalid(error.message or "no template", error.lineno) from None


_Maker = Callable[[Mapping[str, Any]], Any]


def _maker(source: Any) -> _Maker:
    if isinstance(source, str):
        return _leaf(source)
    if isinstance(source, dict):
        return _loop(source) if _is_loop(source) else _object(source)
    if isinstance(source, list):
        makers = [_maker(member) for member in source]
        return lambda values: [made for make in makers if (made := make(values)) is not LEFT_OUT]
    constant = json_value(source)
    return lambda _values: constant


def _is_loop(source: Mapping[str, Any]) -> bool:
    return set(source) >= _LOOPING and set(source) <= _LOOP


def _object(source: Mapping[str, Any]) -> _Maker:
    makers = {name: _maker(member) for name, member in source.items()}

    def make(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: made for name, maker in makers.items() if (made := maker(values)) is not LEFT_OUT}

    return make


def _loop(source: Mapping[str, Any]) -> _Maker:
    each, item, name = _expression(source["each"]), _maker(source["item"]), source.get("as", _MEMBER)
    when = _condition(source["when"]) if "when" in source else None
    if not isinstance(name, str) or not name.isidentifier():
        raise TemplateInvalid(f'"{name}" is no name for the members of a list')

    def make(values: Mapping[str, Any]) -> list[Any]:
        members = each(values)
        if members is LEFT_OUT:
            return []
        if not isinstance(members, Sequence) or isinstance(members, str):
            raise TemplateFailed(f"{source['each']} is no list")
        made = []
        for position, member in enumerate(members, 1):
            inner = {**values, name: member, "position": position}
            if when is None or when(inner):
                made.append(item(inner))
        return [one for one in made if one is not LEFT_OUT]

    return make


def _leaf(source: str) -> _Maker:
    if not _MARKUP.search(source):
        return lambda _values: source
    one = _ONE_EXPRESSION.fullmatch(source)
    if one is not None:
        return _expression(one["inner"])
    template = _compiled(_TEXTS, source)
    return lambda values: str(template.render(values))


def _condition(source: Any) -> _Maker:
    """Whether something is there, and true."""
    evaluate = _evaluated(source)
    return lambda values: (value := evaluate(values)) is not LEFT_OUT and not isinstance(value, Undefined) and bool(value)


def _evaluated(source: Any) -> _Maker:
    if not isinstance(source, str):
        raise TemplateInvalid(f"{source!r} is no expression")
    try:
        return _TEXTS.compile_expression(source.strip(), undefined_to_none=False)
    except TemplateError as error:
        raise TemplateInvalid(error.message or "no expression", getattr(error, "lineno", 1)) from None


def _expression(source: Any) -> _Maker:
    expression = _evaluated(source)

    def evaluate(values: Mapping[str, Any]) -> Any:
        value = expression(values)
        if isinstance(value, Undefined):
            str(value)  # it says what is missing
        return value

    return evaluate


def _compiled(environment: _Environment, source: str) -> Any:
    try:
        return environment.from_string(source)
    except TemplateSyntaxError as error:
        raise TemplateInvalid(error.message or "no template", error.lineno) from None
    except TemplateError as error:
        raise TemplateInvalid(error.message or "no template") from None


def _filled(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except TemplateFailed:
        raise
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateFailed(str(error) or type(error).__name__) from error


# -------------------------------------------------------------------------------------------------------------- filters


def _number(value: Any) -> Any:
    """An exact JSON number of a decimal text."""
    found = _decimal(value)
    return int(found) if found == found.to_integral_value() and "e" not in str(found).lower() else orjson.Fragment(f"{found:f}")


def _fixed(value: Any, places: int | None = None) -> str:
    """A decimal as text, with so many places; halves are rounded up."""
    found = _decimal(value)
    if places is not None:
        found = found.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{found:f}"


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Undefined):
        str(value)
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise TemplateFailed(f'"{value}" is no number') from None
    if not found.is_finite():
        raise TemplateFailed(f'"{value}" is no number')
    return found


def _date(value: Any, form: str = "%Y-%m-%d") -> str:
    """The day of a date or of a date with time, as the document has it."""
    return _moment_of(value).strftime(form)


def _datetime(value: Any, form: str = "", zone: str = "UTC") -> str:
    """An instant in a zone; without a form as ISO 8601. A time without zone, and a day alone, are taken to be in that zone."""
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise TemplateFailed(f'"{zone}" is no time zone: write one like "Europe/Copenhagen"') from None
    found = _moment_of(value)
    moment = found if isinstance(found, datetime) else datetime.combine(found, time())
    there = moment.replace(tzinfo=known) if moment.tzinfo is None else moment.astimezone(known)
    if form:
        return there.strftime(form)
    return there.astimezone(UTC).isoformat().replace("+00:00", "Z") if zone == "UTC" else there.isoformat()


def _moment_of(value: Any) -> date | datetime:
    if isinstance(value, Undefined):
        str(value)
    text = str(value)
    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-24") else datetime.fromisoformat(text)
    except ValueError:
        raise TemplateFailed(f'"{text}" is no date') from None


def _one(value: Any) -> Any:
    """The value, or the first of several: identifiers may be one or a list."""
    return (value[0] if value else LEFT_OUT) if isinstance(value, list) else value


def _optional(value: Any) -> Any:
    """The value; where there is none, the member is left out, and a text has nothing there."""
    return LEFT_OUT if isinstance(value, Undefined) or value is None else value


def _json(value: Any) -> str:
    """A value as JSON, for templates of text."""
    if isinstance(value, Undefined):
        str(value)
    return orjson.dumps(None if value is LEFT_OUT else value).decode()


def _segment(value: Any) -> str:
    text = str(value)
    if text in {"", ".", ".."}:
        raise TemplateFailed(f'"{text}" cannot be a part of a path')
    return quote(text, safe="")


def _passing(make: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that leaves alone what is left out."""

    @wraps(make)
    def filtered(value: Any, *terms: Any, **named: Any) -> Any:
        return value if value is LEFT_OUT else make(value, *terms, **named)

    return filtered


def _environment(**terms: Any) -> _Environment:
    made = _Environment(undefined=_Missing, autoescape=False, keep_trailing_newline=True, **terms)
    made.globals.clear()
    filters = {"number": _number, "decimal": _fixed, "date": _date, "datetime": _datetime, "one": _one}
    made.filters.update({name: _passing(make) for name, make in filters.items()})
    made.filters.update({"optional": _optional, "json": _json, "tojson": _json})
    return made


_TEXTS = _environment()
_PATHS = _environment(finalize=_segment)
