"""Compiles what routes.toml says of a REST system to the terms that its calls are made and its events are read by."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from pydantic import ValidationError

from gateway.config.applications import http as tables
from gateway.config.compiled import goes_as_text
from gateway.config.queries import compile_query, compile_shape
from gateway.config.templates import compile_json, compile_path, compile_text, names_in
from gateway.domain.http_application import (
    AnswerCase,
    AnswerTerms,
    BookLineTerms,
    BooksTerms,
    EventTerms,
    HttpAction,
    HttpConnection,
    LineTerms,
    Links,
    LinkTerms,
    LookUp,
    Meaning,
    PollTerms,
    Query,
    ReadingTerms,
    Shape,
    Template,
    TemplateFailed,
    WebhookTerms,
)
from gateway.domain.order.milestone import Event
from translators.canonical import NAMES, model_of

Files = Mapping[str, str]
"""The files that applications name, by the names they have in routes.toml: templates and schemas."""

_OK = AnswerCase(frozenset(range(200, 300)))


def connection(table: tables.HttpApplicationTable, files: Files, folder: Path) -> HttpConnection:
    """The terms of a table that was checked. `folder` is what paths of certificates start from."""
    return HttpConnection(
        table.url.rstrip("/"),
        table.client(folder),
        actions={each.action: _action(each, files) for each in table.action},
        webhook=_webhook(table.webhook, files, folder) if table.webhook is not None else None,
        polls=tuple(_poll(each, files) for each in table.poll),
        books=tuple(_books(each, files) for each in table.books),
        most_answer=table.max_answer,
        keep=table.keep,
        check_path=table.check or "",
    )


@goes_as_text
def document_template(source: Mapping[str, Any]) -> Template:
    """A template for a canonical document: it makes its JSON bytes. Raises TemplateInvalid."""
    name = document_name(source)
    make = compile_json(dict(source))

    def fill(values: Mapping[str, Any]) -> bytes:
        try:
            plain = orjson.loads(orjson.dumps(make(values)))
            return model_of(name).model_validate(plain).to_json()
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise TemplateFailed(f"it makes no {name}: {place}: {first['msg']}") from error

    return fill


def document_name(source: Mapping[str, Any]) -> str:
    """The canonical document that a template makes; empty when there is no such one."""
    schema = source.get("schema")
    name = schema.partition("/")[0] if isinstance(schema, str) else ""
    return name if name in NAMES else ""


def _action(table: tables.HttpActionTable, files: Files) -> HttpAction:
    return HttpAction(
        name=table.action,
        method=table.method,
        path=compile_path(table.path),
        query=_texts(table.query),
        headers=_texts(table.headers),
        body=_body(table, files),
        media_type=table.media_type,
        key_header=table.key_header,
        idempotent=table.idempotent,
        addressed="{{" in table.path,
        number=_query(table.number),
        look_up=_look_up(table.look_up) if table.look_up is not None else None,
        answer=_answer(table, files),
    )


def _body(table: tables.HttpActionTable, files: Files) -> Template | None:
    if table.body is not None:
        return compile_json(table.body)
    text = files[table.template_file] if table.template_file is not None else table.template
    return compile_text(text, json=is_json(table.media_type)) if text is not None else None


def is_json(media_type: str) -> bool:
    """Whether a body of this media type must be JSON."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def _answer(table: tables.HttpActionTable, files: Files) -> AnswerTerms:
    return AnswerTerms(
        delivered=_case(table.delivered) or _OK,
        already=_case(table.already),
        later=_case(table.later),
        refused=_case(table.refused),
        shape=_shape(table.schema_, files),
        reference=_query(table.reference),
        links=_links(table.links),
        message=_query(table.message),
        state=_query(table.state),
        states={state: _meaning(text) for state, text in table.states.items()},
        milestone=table.milestone,
    )


def _meaning(text: str) -> Event | Meaning:
    return Meaning(text) if text in [*Meaning] else Event(text)


def _look_up(table: tables.LookUpTable) -> LookUp:
    return LookUp(
        path=compile_path(table.path),
        query=_texts(table.query),
        found=compile_query(table.found),
        reference=_query(table.reference),
        none=_case(table.none) or AnswerCase(frozenset({404})),
        repeats_only=table.repeats_only,
    )


def _webhook(table: tables.WebhookTable, files: Files, folder: Path) -> WebhookTerms:
    return WebhookTerms(
        reading_terms(table, files),
        token_hashes=tuple(secret.get_secret_value() for secret in table.token_hashes),
        url_hashes=tuple(secret.get_secret_value() for secret in table.url_hashes),
        addresses=tuple(table.addresses),
        signature=table.signature.terms() if table.signature is not None else None,
        certificate=table.client_certificate.terms(folder) if table.client_certificate is not None else None,
        most_bytes=table.max_size,
        at_once=table.at_once,
    )


def _poll(table: tables.HttpListTable, files: Files) -> PollTerms:
    return PollTerms(
        table.id,
        reading_terms(table, files),
        path=compile_path(table.path),
        query=_texts(table.query),
        position=_query(table.position),
        begin=table.begin,
        overlap=table.overlap.total_seconds(),
        next=_query(table.next),
        numbered=table.numbered,
        failed=_case(table.failed),
        every=table.every.total_seconds(),
        most_pages=table.most_pages,
    )


def _books(table: tables.BooksTable, files: Files) -> BooksTerms:
    lines = table.lines
    return BooksTerms(
        table.of,
        compile_query(table.entries),
        _queries(table.key),
        when=_query(table.when),
        name=_query(table.name),
        since=_query(table.since),
        changed=_query(table.changed),
        values={name: compile_query(query) for name, query in table.values.items()},
        words=table.words,
        lines=_book_lines(lines) if lines is not None else None,
        shape=_shape(table.schema_, files),
        asks=asks_by_entry(table),
        partner=table.partner,
        timezone=ZoneInfo(table.timezone),
        path=compile_path(table.path),
        query=_texts(table.query),
        next=_query(table.next),
        numbered=table.numbered,
        failed=_case(table.failed),
        most_pages=table.most_pages,
    )


def asks_by_entry(table: tables.BooksTable) -> bool:
    """Whether books are asked for entry by entry."""
    return bool(names_in(table.templates) & {"key", "name"})


def _book_lines(table: tables.BookLinesTable) -> BookLineTerms:
    return BookLineTerms(
        compile_query(table.each),
        _queries(table.key),
        tuple(compile_query(query) for query in table.aliases),
        {name: compile_query(query) for name, query in table.values.items()},
    )


def _queries(written: str | list[str]) -> tuple[Query, ...]:
    return tuple(compile_query(query) for query in ([written] if isinstance(written, str) else written))


def reading_terms(table: tables.ReadingTable, files: Files) -> ReadingTerms:
    """How a body with events is taken apart, of a table that was checked."""
    return ReadingTerms(
        events=compile_query(table.events),
        key=compile_query(table.key),
        kind=compile_query(table.kind),
        terms=tuple(_event(each, table) for each in table.event),
        ignored=frozenset(table.ignore),
        occurred=_query(table.occurred),
        version=_query(table.version),
        test=_query(table.test),
        shape=_shape(table.schema_, files),
        timezone=ZoneInfo(table.timezone),
        partner=table.partner,
    )


def _event(table: tables.EventTable, usual: tables.ReadingTable) -> EventTerms:
    return EventTerms(
        frozenset(table.kinds),
        when=_query(table.when),
        milestone=table.milestone,
        number=_query(table.number or usual.number),
        customer=_query(table.customer or usual.customer),
        lines=_lines(table.lines) if table.lines is not None else None,
        total=table.total,
        links=_links({**usual.links, **table.links}),
        reason=_query(table.reason),
        document=document_template(table.document) if table.document is not None else None,
        outgoing=table.outgoing,
    )


def _lines(table: tables.LinesTable) -> LineTerms:
    return LineTerms(
        each=compile_query(table.each),
        quantity=compile_query(table.quantity),
        line=_query(table.line),
        unit=_query(table.unit),
        item=_query(table.item),
    )


def _case(table: tables.AnswerCaseTable | None) -> AnswerCase | None:
    return AnswerCase(frozenset(table.status), _query(table.when)) if table is not None else None


def _query(expression: str | None) -> Query | None:
    return compile_query(expression) if expression is not None else None


def _links(written: Mapping[str, str]) -> Links:
    return tuple(_link(*name.rpartition(":")[::2], expression) for name, expression in written.items())


def _link(system: str, kind: str, expression: str) -> LinkTerms:
    return LinkTerms(system or None, kind, compile_query(expression))


def _texts(written: Mapping[str, str]) -> tuple[tuple[str, Template], ...]:
    return tuple((name, compile_text(text)) for name, text in written.items())


def _shape(name: str | None, files: Files) -> Shape | None:
    return compile_shape(orjson.loads(files[name])) if name is not None else None
