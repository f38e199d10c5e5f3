"""What a purchase order says beyond what a sale order has fields for, in words, and the note that carries it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

Json = Mapping[str, Any]

NOTE_LIMIT = 8_000


def clean(text: str) -> str:
    """Text without control characters, which PostgreSQL (NUL) or Odoo's answers (the rest) cannot carry."""
    return "".join(c for c in text if c >= " " or c in "\n\t").strip()


def header_remarks(document: Json) -> Iterable[str]:
    """Remarks on the order as a whole."""
    yield from _money(document.get("allowances_charges") or [], "The order")
    if document.get("latest_delivery"):
        yield f"Deliver no later than {document['latest_delivery']}."
    window = document.get("ship_window") or {}
    if window.get("end"):
        yield f"Ship between {window.get('start') or 'now'} and {window['end']}."
    ship_to = document.get("ship_to") or {}
    if ship_to.get("name") and not ship_to.get("identifiers") and not ship_to.get("address"):
        yield f"Ship to: {ship_to['name']}."
    terms = document.get("delivery_terms") or {}
    if terms:
        yield "Delivery terms: " + " ".join(str(terms[k]) for k in ("incoterm", "place", "payment", "text") if terms.get(k)) + "."


def unnamed(document: Json, named: Mapping[str, object]) -> Iterable[str]:
    """What the document says in words that no table of the application gives a meaning: by the fields that have one."""
    warehouse = document.get("warehouse") or {}
    if warehouse and "warehouse_id" not in named:
        yield f"To be delivered from {warehouse.get('name') or _first(warehouse)}."
    carriers = [document.get("carrier"), *(leg.get("carrier") for leg in document.get("transport") or [])]
    called = [str(one.get("name") or _first(one)) for one in carriers if one]
    if called and "carrier_id" not in named:
        yield f"To be carried by {', '.join(dict.fromkeys(called))}."
    terms = [_terms(one) for one in document.get("payment_terms") or []]
    if any(terms) and "payment_term_id" not in named:
        yield f"Payment: {'; '.join(filter(None, terms))}."


def _first(party: Json) -> str:
    return next((str(value) for value in (party.get("identifiers") or {}).values()), "somebody without name")


def _terms(terms: Json) -> str:
    words = [str(terms[name]) for name in ("text", "kind") if terms.get(name)][:1]
    words += [f"{terms['days']} days"] if terms.get("days") is not None else []
    words += [f"due {terms['due']}"] if terms.get("due") else []
    percent, early = terms.get("discount_percent"), terms.get("discount_days")
    words += [f"{percent} % within {early} days"] if percent and early is not None else []
    return ", ".join(words)


def line_remarks(line: Json, label: str) -> Iterable[str]:
    """Remarks on one line."""
    discounted = (line.get("price") or {}).get("kind") in ("gross", "list")
    ordinary = [a for a in line.get("allowances_charges") or [] if not (discounted and a.get("percent") and not a.get("charge"))]
    yield from _money(ordinary, f"Line {label}")
    if line.get("requested_delivery"):
        yield f"Line {label}: requested {line['requested_delivery']}."
    if line.get("latest_delivery"):
        yield f"Line {label}: deliver no later than {line['latest_delivery']}."
    parts = [part for part in line.get("schedule") or [] if part.get("requested") or part.get("quantity")]
    if parts:
        yield f"Line {label}: schedule " + "; ".join(_part(part) for part in parts) + "."
    if line.get("sub_lines"):
        yield f"Line {label} is made up of " + "; ".join(_component(sub) for sub in line["sub_lines"]) + "."


def note_html(document: Json, remarks: Sequence[str]) -> str:
    """The order's note: texts of the order and its lines, then the remarks, as HTML (escaped; Odoo stores the note as such)."""
    lines = [line for text in document.get("texts") or [] for line in text.get("lines") or []]
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        label = line.get("number") or ordinal
        lines += [f"Line {label}: {words}" for text in line.get("texts") or [] for words in text.get("lines") or []]
    cleaned = [clean(str(line)) for line in (*lines, *remarks)]
    kept: list[str] = []
    left = NOTE_LIMIT
    for words in filter(None, cleaned):
        left -= len(words)
        if left < 0:
            kept.append("(The rest is in the EDI gateway.)")
            break
        kept.append(escape(words, quote=False))
    return "<br>".join(kept)


def _money(allowances: Sequence[Json], subject: str) -> Iterable[str]:
    for one in allowances:
        kind = "a charge" if one.get("charge") else "an allowance"
        reason = one.get("reason") or one.get("code") or "without reason"
        amount = one.get("amount") or {}
        worth = [f"{amount['amount']} {amount.get('currency') or ''}".strip()] if amount.get("amount") is not None else []
        worth += [f"{one['percent']} %"] if one.get("percent") is not None else []
        worth += [f"{one['rate']} per unit"] if one.get("rate") is not None else []
        yield f"{subject} has {kind} ({reason}) of {', '.join(worth) or 'no amount'}, which is not booked."


def _part(part: Json) -> str:
    quantity = (part.get("quantity") or {}).get("value")
    words = [str(quantity)] if quantity is not None else []
    words += [f"on {part['requested']}"] if part.get("requested") else []
    return " ".join(words)


def _component(sub: Json) -> str:
    identifiers = (sub.get("item") or {}).get("identifiers") or {}
    codes = [v if isinstance(v, str) else ", ".join(v) for v in identifiers.values()]
    quantity = (sub.get("quantity") or {}).get("value")
    return f"{quantity if quantity is not None else '?'} x {' / '.join(codes) or 'item without code'}"
