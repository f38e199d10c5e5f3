"""From a delivery to the request that is made for it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiohttp import hdrs
from yarl import URL

from gateway.domain.http_application import HttpAction, LookUp, Template, TemplateFailed
from gateway.http.client import Call
from gateway.ports import ApplicationCall


def request_of(url: str, action: HttpAction, call: ApplicationCall) -> Call:
    """The request of an action. Raises TemplateFailed."""
    values = values_of(call)
    headers = {name: _header(name, template(values)) for name, template in action.headers}
    if action.key_header is not None:
        headers[action.key_header] = call.idempotency_key
    body = None
    if action.body is not None:
        headers.setdefault(hdrs.CONTENT_TYPE, action.media_type)
        body = _bytes(action.body(values))
    headers.setdefault(hdrs.ACCEPT, "application/json")
    return Call(action.method, address(url, action.path, action.query, values), headers, body)


def look_up_of(url: str, look_up: LookUp, call: ApplicationCall) -> Call:
    """The question whether it was done before. Raises TemplateFailed."""
    return Call("GET", address(url, look_up.path, look_up.query, values_of(call)), {hdrs.ACCEPT: "application/json"})


def values_of(call: ApplicationCall) -> Mapping[str, Any]:
    """What templates of actions may use."""
    return {
        "document": call.document,
        "order": call.document,
        "key": call.idempotency_key,
        "partner": call.partner,
        "options": call.options,
        "test": call.test,
        "action": call.action,
        "delivery": str(call.delivery),
    }


def address(url: str, path: Template, query: Sequence[tuple[str, Template]], values: Mapping[str, Any]) -> URL:
    """A path behind an address, with parameters; one that is empty is left out. Raises TemplateFailed."""
    made = URL(url + path(values))
    parameters = {name: text for name, template in query if (text := template(values)) != ""}
    return made.update_query(parameters) if parameters else made


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    try:
        return orjson.dumps(body)
    except TypeError as error:
        raise TemplateFailed(f"the body cannot be written as JSON: {error}") from error


def _header(name: str, text: str) -> str:
    """A header's value. What could end it, and begin another one, is refused."""
    if not text.isprintable():
        raise TemplateFailed(f"the header {name} would have {text!r}, which no header can hold")
    return text
