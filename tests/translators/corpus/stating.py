"""What comes of a file, in a form that can be written down, compared and read by people.

Statements hold codes, counts and key values only: a few numbers and identifiers of each document, no sentences of it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from tests.translators.corpus.accounting import Account, accounts
from translators import registry
from translators.contract import Document, Interchange, Separators
from translators.finding import Finding

Statement = dict[str, Any]
_PARTIES = ("buyer", "seller", "ship_to", "ship_from", "bill_to", "carrier", "warehouse", "payer", "payee", "ordering_party")
_TOTALS = ("payable", "tax_inclusive", "tax_exclusive", "lines", "quantity", "line_count", "packages")
_LISTS = ("lines", "stops", "documents", "groups")
_QUANTITIES = ("quantity", "packages", "ordered", "count")
_MOST_PARTIES, _MOST_KEYS = 2, 3


def statement(data: bytes) -> Statement:
    """The statement of a transmission."""
    translation = registry.translate(data)
    told = {document.start: account for document, account in accounts(data)}
    return {
        "sha256": sha256(data).hexdigest(),
        "findings": codes(translation.findings),
        "interchanges": [of_interchange(one, told) for one in translation.interchanges],
    }


def of_interchange(one: Interchange, told: dict[int, Account]) -> Statement:
    """An interchange: header, verdict, findings of its own and of its groups, documents."""
    envelope = one.envelope
    return {
        "header": f"{envelope.family} {envelope.version} {envelope.control_number}{' test' if envelope.test else ''}",
        "separators": _marks(envelope.separators),
        "parties": f"{envelope.sender} > {envelope.receiver}",
        "verdict": one.verdict.value,
        "findings": codes((*one.findings, *(finding for group in one.groups for finding in group.findings))),
        "documents": [of_document(document, told.get(document.start)) for document in one.documents],
    }


def _marks(separators: Separators) -> str:
    marks = separators.element, separators.component, separators.segment, separators.repetition, separators.release
    return " ".join(mark for mark in marks if mark)


def of_document(document: Document, account: Account | None) -> Statement:
    """A document: what it is, its verdict and findings, its key values, what became of its segments.

    The latter is known of mapped documents only, and also of those that are refused, as far as they can be read at all.
    """
    result: Statement = {
        "type": f"{document.type} {document.version}".strip(),
        "number": document.control_number,
        "name": document.name or "",
        "verdict": document.verdict.value,
        "findings": codes(document.findings),
        "segments": document.segments,
    }
    if account is not None:
        result |= {"mapped": account.mapped, "listed": account.listed, "marks": account.marks}
        result |= {"lost": account.lost} if account.lost else {}
    if document.canonical is not None:
        result["values"] = key_values(document)
    return result


def codes(findings: Iterable[Finding]) -> str:
    """The codes of findings, with how often each is there when that is more than once."""
    counted = Counter(finding.code.value for finding in findings)
    return " ".join(code if count == 1 else f"{code}*{count}" for code, count in sorted(counted.items()))


def key_values(document: Document) -> Statement:
    """A few values by which a wrong reading would show: keys, parties, the first line, totals."""
    assert document.canonical is not None
    said = json.loads(document.canonical.to_json())
    keys = [f"{kind} {number}" for kind, number in document.canonical.business_keys[:_MOST_KEYS]]
    return {
        **({"keys": ", ".join(keys)} if keys else {}),
        **dict(_parties(said)),
        **{name: said[name] for name in ("issued", "currency", "status", "verdict") if isinstance(said.get(name), str)},
        **dict(_lines(said)),
        **dict(_totals(said)),
    }


def _parties(said: Statement) -> Iterator[tuple[str, str]]:
    found = [(role, said[role]) for role in _PARTIES if isinstance(said.get(role), dict)]
    for role, party in found[:_MOST_PARTIES]:
        for scheme, value in party.get("identifiers", {}).items():
            yield role, f"{scheme} {value if isinstance(value, str) else value[0]}"
            break


def _lines(said: Statement) -> Iterator[tuple[str, Any]]:
    for name in _LISTS:
        if items := said.get(name):
            yield name, len(items)
            first = items[0]
            identifiers = first.get("item", {}).get("identifiers", {})
            if identifiers:
                scheme, value = next(iter(identifiers.items()))
                yield "item", f"{scheme} {value if isinstance(value, str) else value[0]}"
            yield from ((kind, _measured(first[kind])) for kind in _QUANTITIES if first.get(kind))
            yield from (("price", _measured(first["price"])) for _ in [0] if first.get("price"))
            return


def _totals(said: Statement) -> Iterator[tuple[str, str]]:
    totals = said.get("totals") or {}
    for name in _TOTALS:
        if name in totals:
            yield "total", f"{name} {_measured(totals[name])}"
            return


def _measured(value: object) -> str:
    """An amount or a quantity in words."""
    if isinstance(value, dict):
        return " ".join(str(value[name]) for name in ("value", "unit", "amount", "currency") if name in value)
    return str(len(value) if isinstance(value, list) else value)
