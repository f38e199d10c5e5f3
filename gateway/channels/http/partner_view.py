"""What a partner may see of a transmission: its own data and our verdicts, nothing of what lies behind us.

Views of the records are made for support staff and name failures, owners, deliveries and systems. What partners get is therefore
chosen key by key, so that a key added there does not reach them by itself. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.ports import Json

_TRANSMISSION = ("id", "name", "state", "received_at", "size", "sha256")
_INTERCHANGE = ("id", "family", "sender", "receiver", "control_number", "test", "verdict")
_DOCUMENT = ("id", "type", "version", "control_number", "name", "verdict", "state", "keys", "findings")
_ACKNOWLEDGEMENT = ("id", "type", "verdict", "control_number", "explanation")

FUNCTIONAL = frozenset({"997", "999", "CONTRL", "cXML", "ApplicationResponse"})
"""The types that answer sets and messages; TA1 answers an envelope only."""

CXML = "text/xml"
"""The media type of a cXML Response (cXML User's Guide, HTTP request and response)."""


def transmission(view: Json) -> dict[str, Any]:
    """The transmission with its interchanges, documents, findings and acknowledgements."""
    chosen = _chosen(view, _TRANSMISSION)
    if chosen.get("state") == "replaying":  # to the sender it is what it was before it could not be read
        chosen["state"] = "received"
    return {
        **chosen,
        "interchanges": [_interchange(item) for item in view.get("interchanges", ())],
        "findings": list(view.get("findings", ())),
    }


def interchanges(view: Json) -> list[dict[str, Any]]:
    """The interchanges, with what is in them."""
    return [_interchange(item) for item in view.get("interchanges", ())]


def documents(view: Json) -> list[dict[str, Any]]:
    """The documents of all interchanges, each with the id of its interchange."""
    return [
        {"interchange": holder.get("id"), **_chosen(item, _DOCUMENT)}
        for holder in view.get("interchanges", ())
        for item in holder.get("documents", ())
    ]


def findings(view: Json) -> list[dict[str, Any]]:
    """All findings, each with the ids of the interchange and the document it belongs to, or null."""
    return [{"interchange": interchange, "document": document, **found} for interchange, document, found in _findings(view)]


def acknowledgements(view: Json, base: str) -> list[dict[str, Any]]:
    """The acknowledgements, each with the path of its bytes; `base` is the transmission's own path."""
    return [
        {"interchange": holder.get("id"), **_chosen(item, _ACKNOWLEDGEMENT), "content": content_path(base, item)}
        for holder in view.get("interchanges", ())
        for item in holder.get("acknowledgements", ())
    ]


def answers(view: Json) -> list[Mapping[str, Any]]:
    """The acknowledgements that answer the sender: the functional ones, or where there are none whatever there is."""
    given = [item for holder in view.get("interchanges", ()) for item in holder.get("acknowledgements", ())]
    return [item for item in given if item.get("type") in FUNCTIONAL] or given


def verdicts(view: Json) -> list[str]:
    """The verdicts of the interchanges, in their order."""
    return [str(item["verdict"]) for item in view.get("interchanges", ()) if item.get("verdict")]


def content_path(base: str, acknowledgement: Json) -> str:
    """Where the bytes of an acknowledgement are."""
    return f"{base}/acknowledgements/{acknowledgement['id']}/content"


def media_type(acknowledgement: Json) -> str:
    """The media type of an acknowledgement's bytes (RFC 1767, RFC 7303)."""
    return _MEDIA_TYPES.get(str(acknowledgement.get("type")), "application/EDI-X12")


_MEDIA_TYPES = {
    "CONTRL": "application/EDIFACT",
    "APERAK": "application/EDIFACT",
    "cXML": CXML,
    "ApplicationResponse": "application/xml",
}


def _interchange(view: Json) -> dict[str, Any]:
    return {
        **_chosen(view, _INTERCHANGE),
        "documents": [_chosen(item, _DOCUMENT) for item in view.get("documents", ())],
        "findings": list(view.get("findings", ())),
        "acknowledgements": [_chosen(item, _ACKNOWLEDGEMENT) for item in view.get("acknowledgements", ())],
    }


def _findings(view: Json) -> Iterator[tuple[object, object, Mapping[str, Any]]]:
    yield from ((None, None, found) for found in view.get("findings", ()))
    for holder in view.get("interchanges", ()):
        yield from ((holder.get("id"), None, found) for found in holder.get("findings", ()))
        for document in holder.get("documents", ()):
            yield from ((holder.get("id"), document.get("id"), found) for found in document.get("findings", ()))


def _chosen(view: Json, keys: Sequence[str]) -> dict[str, Any]:
    return {key: view[key] for key in keys if key in view}
