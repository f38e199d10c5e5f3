"""Interchanges of any size for the benchmarks, as a partner sends them.

Each order is another one: of its own number, for one of sixty stores, of items from an assortment of five thousand, each of which
has its price, in quantities of 1 to 240. Sender, terms and dates repeat themselves, as they do.
"""

import re
from collections.abc import Iterator

from tests.translators.edifact.orders import check_digit, order_edifact
from tests.translators.x12.orders import body_850, interchange

SENDER, RECEIVER = "5790000000029", "5790000000012"
_ASSORTMENT, _STORES = 5000, 60


def _item(number: int, line: int) -> int:
    """Which item of the assortment a line of an order is about."""
    return (number * 7919 + line * 104_729) % _ASSORTMENT + 1


def _quantity(number: int, line: int) -> int:
    return (number * 31 + line * 17) % 240 + 1


def _price(item: int) -> str:
    return f"{item % 90 + 1}.{item % 97:02}"


def x12(orders: int, first: int = 1) -> bytes:
    """An interchange of 850s of 004010, each of five lines and about 1 KB."""
    return b"".join(x12_pieces(orders, first))


def x12_pieces(orders: int, first: int = 1, lines: int = 5) -> Iterator[bytes]:
    """The same one order at a time, so that there may be more of them than memory holds."""
    whole = interchange([_body(first, lines)], control_number=first)
    begin, end = whole.index(b"ST*850"), whole.index(b"GE*")
    yield whole[:begin]
    yield from _sets(orders, first, lines)
    yield whole[end:].replace(b"GE*1*", b"GE*%d*" % orders, 1)


def _sets(orders: int, first: int, lines: int) -> Iterator[bytes]:
    for number in range(1, orders + 1):
        whole = interchange([_body(first + number - 1, lines)], control_number=first)
        body = whole[whole.index(b"ST*850") : whole.index(b"GE*")]
        yield body.replace(b"ST*850*0001", b"ST*850*%07d" % number).replace(b"*0001~", b"*%07d~" % number)


def _body(number: int, lines: int) -> list[str]:
    store = number % _STORES + 1
    segments = [
        segment.replace("BIGBOX DC 12", f"BIGBOX DC {store}").replace("0012", f"{store:04}").replace("1200 ", f"{store}00 ")
        for segment in body_850(order_number=f"PO{number:07}", lines=0)[:-2]
    ]
    for line in range(1, lines + 1):
        item, upc = _item(number, line), check_digit(f"61414{_item(number, line):06}")
        price, quantity = _price(item), _quantity(number, line)
        segments.append(f"PO1*{line}*{quantity}*EA*{price}*PE*UP*{upc}*VN*WIDGET-{item:04}*IN*{700000 + item}")
        segments.append(f"PID*F****WIDGET NUMBER {item}, BLUE, 12 IN BOX")
    segments.append(f"SE*{len(segments) + 1}*0001")
    return segments


def edifact(orders: int, first: int = 1) -> bytes:
    """An interchange of ORDERS of D.96A, each of five lines and about 1 KB, with the segments that all peers know."""
    return b"".join(edifact_pieces(orders, first))


def edifact_pieces(orders: int, first: int = 1, lines: int = 5) -> Iterator[bytes]:
    """The same one order at a time."""
    whole = _order(first, first, lines)
    yield whole[: whole.index(b"UNH+")]
    yield from _messages(orders, first, lines)
    yield b"UNZ+%d+%d'" % (orders, first)


PIECES = {"x12": x12_pieces, "edifact": edifact_pieces}
"""Interchanges of a family, one order at a time."""


def _messages(orders: int, first: int, lines: int) -> Iterator[bytes]:
    for number in range(1, orders + 1):
        whole = _order(first + number - 1, first, lines)
        body = _varied(whole[whole.index(b"UNH+") : whole.index(b"UNZ+")], first + number - 1)
        kept = [segment for segment in body.split(b"'")[1:-2] if not segment.startswith((b"CTA", b"COM"))]
        header, trailer = b"UNH+%d+ORDERS:D:96A:UN" % number, b"UNT+%d+%d" % (len(kept) + 2, number)
        yield b"'".join((header, *kept, trailer, b""))


def _varied(message: bytes, number: int) -> bytes:
    """The lines of an order with its own items, quantities and prices, and its store."""
    store = number % _STORES + 1
    head, *lines = re.split(rb"(?=LIN\+)", message.replace(b"BIGBOX DC NORTH+7 ", b"BIGBOX DC %d+%d " % (store, store)))
    return head + b"".join(_varied_line(text, number, line) for line, text in enumerate(lines, 1))


def _varied_line(segments: bytes, number: int, line: int) -> bytes:
    item = _item(number, line)
    changes = (
        (rb"\+\+\d+:EN", f"++{check_digit(f'57012{item:07}')}:EN"),
        (rb"SKU-\d+:SA\+B\d+:BP", f"SKU-{item:05}:SA+B{item:04}:BP"),
        (rb"PRODUCT \d+", f"PRODUCT {item}"),
        (rb"QTY\+21:\d+", f"QTY+21:{_quantity(number, line)}"),
        (rb"AAA:[\d.]+", f"AAA:{_price(item)}"),
    )
    for place, text in changes:
        segments = re.sub(place, text.encode(), segments)
    return segments


def _order(number: int, control_number: int, lines: int) -> bytes:
    order_number = f"PO{number:07}"
    return order_edifact(
        sender=SENDER, receiver=RECEIVER, control_number=str(control_number), order_number=order_number, lines=lines
    )
