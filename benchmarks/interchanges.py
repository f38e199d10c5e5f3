"""Interchanges of any size for the benchmarks: the same order again and again, with numbers, quantities and prices of its own."""

from collections.abc import Iterator

from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange

SENDER, RECEIVER = "5790000000029", "5790000000012"


def x12(orders: int, first: int = 1) -> bytes:
    """An interchange of 850s of 004010, each of five lines and about 1 KB."""
    whole = interchange([_body(first)], control_number=first)
    begin, end = whole.index(b"ST*850"), whole.index(b"GE*")
    trailer = whole[end:].replace(b"GE*1*", b"GE*%d*" % orders, 1)
    return whole[:begin] + b"".join(_sets(orders, first)) + trailer


def _sets(orders: int, first: int) -> Iterator[bytes]:
    for number in range(1, orders + 1):
        whole = interchange([_body(first + number - 1)], control_number=first)
        body = whole[whole.index(b"ST*850") : whole.index(b"GE*")]
        yield body.replace(b"ST*850*0001", b"ST*850*%07d" % number).replace(b"*0001~", b"*%07d~" % number)


def _body(number: int) -> list[str]:
    segments = [
        segment.replace("*EA*", f"{number % 7}*EA*").replace(".25*PE", f".{number % 100:02}*PE")
        for segment in body_850(order_number=f"PO{number:07}")
        if not segment.startswith("CTT")
    ]
    segments[-1] = f"SE*{len(segments)}*0001"
    return segments


def edifact(orders: int, first: int = 1) -> bytes:
    """An interchange of ORDERS of D.96A, each of five lines and about 1 KB, with the segments that all peers know."""
    whole = _order(first, first)
    return whole[: whole.index(b"UNH+")] + b"".join(_messages(orders, first)) + b"UNZ+%d+%d'" % (orders, first)


def _messages(orders: int, first: int) -> Iterator[bytes]:
    for number in range(1, orders + 1):
        whole = _order(first + number - 1, first)
        body = whole[whole.index(b"UNH+") : whole.index(b"UNZ+")].replace(b".25'", b".%02d'" % (number % 100))
        kept = [segment for segment in body.split(b"'")[1:-2] if not segment.startswith((b"CTA", b"COM"))]
        header, trailer = b"UNH+%d+ORDERS:D:96A:UN" % number, b"UNT+%d+%d" % (len(kept) + 2, number)
        yield b"'".join((header, *kept, trailer, b""))


def _order(number: int, control_number: int) -> bytes:
    order_number = f"PO{number:07}"
    return order_edifact(sender=SENDER, receiver=RECEIVER, control_number=str(control_number), order_number=order_number)
