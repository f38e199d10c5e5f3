"""The mixed documents of a trial, drawn from a seed: what partners send, when, by which way, and what they are owed for it."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import count
from typing import Any

from tests.chaos.record import Answer, Owed, Published, joined
from tests.translators.edifact.orders import order_message
from tests.translators.x12.orders import body_850, interchange, order_850
from tests.translators.xml.samples import order as ubl_order
from tests.translators.xml.samples import party
from translators import registry

_GREENGROCER, _US = "5790000000029", "5790000000012"


class Way(StrEnum):
    """How something gets to the gateway."""

    HTTP = "http"
    FOLDER = "folder"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Sending:
    """One thing that is sent until it is taken: over HTTP under `id` as its key, as a file or a message of that name.

    `at` counts seconds from the beginning. It is sent only when `after`, if any, was taken, and taken `times` times. `refused`:
    something in it must end as a failure that somebody owns.
    """

    id: str
    at: float
    partner: str
    way: Way
    body: bytes
    after: str = ""
    times: int = 1
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """All of a trial."""

    sendings: tuple[Sending, ...]
    owed: Owed


@dataclass(frozen=True, slots=True)
class _Part:
    """One or more sendings that belong together, and what is owed for them."""

    sendings: tuple[Sending, ...]
    owed: Owed


class _Draw:
    """Draws parts: every kind of sending is a method. Control and order numbers rise; no two parts share one."""

    def __init__(self, chance: random.Random, *, seconds: float, folders: bool) -> None:
        self._chance, self._seconds, self._folders = chance, seconds, folders
        self._numbers = count(1)

    def _at(self) -> float:
        return round(self._chance.uniform(0, self._seconds), 3)

    def _way(self) -> Way:
        return Way.FOLDER if self._folders and self._chance.random() < 0.4 else Way.HTTP

    def _send(self, number: int, partner: str, body: bytes, **changes: Any) -> Sending:
        given = {"id": f"{partner}-{number:05}", "at": self._at(), "way": Way.HTTP, **changes}
        return Sending(partner=partner, body=body, **given)

    # -------------------------------------------------------------------------------------------------- X12, BigBox

    def x12(self) -> _Part:
        """A set, or several, in one interchange; over HTTP one in eight is posted twice under one key."""
        number, way = next(self._numbers), self._way()
        orders = [f"PO-{number}-{n}" for n in range(self._chance.choice((1, 1, 1, 2, 4)))]
        times = 2 if way is Way.HTTP and self._chance.random() < 0.12 else 1
        sent = self._send(number, "bigbox", _x12(number, orders), way=way, times=times)
        return _Part((sent,), Owed(booked=tuple(orders), answers=(_bigbox(number),)))

    def chain(self) -> _Part:
        """Releases of one blanket order, one to three in an interchange; each is sent when the one before it was taken."""
        sendings: list[Sending] = []
        owed: list[Owed] = []
        blanket, releases, at = f"PO-{next(self._numbers)}", count(1), self._at() / 3
        chain: list[str] = []
        for _ in range(self._chance.randint(3, 6)):
            number = next(self._numbers)
            orders = [f"{blanket}/{next(releases)}" for _ in range(self._chance.randint(1, 3))]
            after = sendings[-1].id if sendings else ""
            sendings.append(self._send(number, "bigbox", _x12(number, orders), at=at, after=after))
            owed.append(Owed(booked=tuple(orders), answers=(_bigbox(number),)))
            chain += orders
            at = round(at + self._chance.uniform(0.05, self._seconds / 6), 3)
        return _Part(tuple(sendings), joined([*owed, Owed(chains=(tuple(chain),))]))

    def two_interchanges(self) -> _Part:
        """Two interchanges in one transmission."""
        first, second = next(self._numbers), next(self._numbers)
        orders = [f"PO-{first}", f"PO-{second}"]
        body = _x12(first, orders[:1]) + _x12(second, orders[1:])
        sent = self._send(first, "bigbox", body, way=self._way())
        return _Part((sent,), Owed(booked=tuple(orders), answers=(_bigbox(first), _bigbox(second))))

    def copied(self) -> _Part:
        """The same interchange under another key: answered as the first time."""
        number = next(self._numbers)
        body, orders = _x12(number, [f"PO-{number}"]), (f"PO-{number}",)
        first = self._send(number, "bigbox", body)
        copy = self._send(number, "bigbox", body, id=f"bigbox-{number:05}-copy", at=self._at())
        return _Part((first, copy), Owed(booked=orders, answers=(_bigbox(number),)))

    def ordered_twice(self) -> _Part:
        """The same order in two interchanges: each is acknowledged, and the order is booked once."""
        first, second = next(self._numbers), next(self._numbers)
        order = [f"PO-{first}"]
        sendings = tuple(self._send(number, "bigbox", _x12(number, order), at=self._at()) for number in (first, second))
        return _Part(sendings, Owed(booked=tuple(order), answers=(_bigbox(first), _bigbox(second))))

    def rivals(self) -> _Part:
        """One control number for two different orders: the first to be translated is taken, the other refused."""
        number = next(self._numbers)
        orders = (f"PO-{number}-a", f"PO-{number}-b")
        sendings = tuple(
            self._send(number, "bigbox", _x12(number, [order]), id=f"bigbox-{number:05}-{order[-1]}", at=self._at())
            for order in orders
        )
        return _Part(sendings, Owed(rivals=(orders,), answers=(_bigbox(number), _bigbox(number, "rejected"))))

    def x12_without_beginning(self) -> _Part:
        """A set without its BEG, alone or beside good ones."""
        number, good = next(self._numbers), self._chance.randint(0, 2)
        orders = [f"PO-{number}-{n}" for n in range(good)]
        broken = _renumbered([s for s in body_850(order_number="", reference=f"{good + 1:04}") if not s.startswith("BEG")])
        sent = self._send(number, "bigbox", _x12(number, orders, broken), way=self._way(), refused=True)
        return _Part((sent,), Owed(booked=tuple(orders), answers=(_bigbox(number, "partial" if good else "rejected"),)))

    def warehoused(self) -> _Part:
        """An order that is confirmed, answered, and shipped by the warehouse."""
        number = next(self._numbers)
        order = f"WH-{number}"
        sent = self._send(number, "bigbox", _x12(number, [order]), way=self._way())
        owed = Owed(
            booked=(order,), shipped=(order,), answers=(_bigbox(number),), published=(Published("bigbox", f"855 {order}"),)
        )
        return _Part((sent,), owed)

    def stopped(self) -> _Part:
        """A valid order that a rule of its route stops: acknowledged, never booked, and a question for somebody."""
        number = next(self._numbers)
        body = _renumbered([s for s in body_850(order_number=f"PO-{number}") if not s.startswith("DTM*002")])
        sent = self._send(number, "bigbox", interchange([body], control_number=number), way=self._way(), refused=True)
        return _Part((sent,), Owed(answers=(_bigbox(number),)))

    def garbage(self) -> _Part:
        """Bytes that nobody can read: no answer can be given, and somebody owns them."""
        number = next(self._numbers)
        sent = self._send(number, "bigbox", self._chance.randbytes(200), way=self._way(), refused=True)
        return _Part((sent,), Owed())

    # -------------------------------------------------------------------------------------------- EDIFACT, NordMart

    def edifact(self) -> _Part:
        """A message, or several."""
        number = next(self._numbers)
        orders = [f"NM-{number}-{n}" for n in range(self._chance.choice((1, 1, 2, 3)))]
        sent = self._send(number, "nordmart", _edifact(number, orders), way=self._way())
        return _Part((sent,), Owed(booked=tuple(orders), answers=(Answer("nordmart", str(number), "accepted"),)))

    def edifact_copied(self) -> _Part:
        """The same interchange under another key, from a partner whose duplicates are refused."""
        number = next(self._numbers)
        body, orders = _edifact(number, [f"NM-{number}"]), (f"NM-{number}",)
        first = self._send(number, "nordmart", body)
        copy = self._send(number, "nordmart", body, id=f"nordmart-{number:05}-copy", at=self._at())
        answers = tuple(Answer("nordmart", str(number), verdict) for verdict in ("accepted", "rejected"))
        return _Part((first, copy), Owed(booked=orders, answers=answers))

    def edifact_miscounted(self) -> _Part:
        """An interchange whose trailer counts wrong."""
        number = next(self._numbers)
        body = _edifact(number, [f"NM-{number}"]).replace(b"UNZ+1+", b"UNZ+7+")
        sent = self._send(number, "nordmart", body, way=self._way(), refused=True)
        return _Part((sent,), Owed(answers=(Answer("nordmart", str(number), "rejected"),)))

    # -------------------------------------------------------------------------------------------- XML, and the other way

    def xml(self) -> _Part:
        """An order in UBL."""
        number = next(self._numbers)
        sent = self._send(number, "greengrocer", _ubl(f"GG-{number}"))
        return _Part((sent,), Owed(booked=(f"GG-{number}",), answers=(Answer("greengrocer", f"GG-{number}", "accepted"),)))

    def published(self) -> _Part:
        """An order of ours that another service publishes for a partner."""
        number = next(self._numbers)
        document = {**_canonical(), "number": f"OUR-{number}"}
        sent = self._send(number, "bigbox", json.dumps(document).encode(), id=f"out-{number:05}", way=Way.PUBLISHED)
        return _Part((sent,), Owed(published=(Published("bigbox", f"OUR-{number}"),)))


_WEIGHTS: dict[Callable[[_Draw], _Part], int] = {
    _Draw.x12: 30,
    _Draw.edifact: 18,
    _Draw.published: 12,
    _Draw.warehoused: 10,
    _Draw.xml: 10,
    _Draw.x12_without_beginning: 5,
    _Draw.two_interchanges: 4,
    _Draw.copied: 4,
    _Draw.chain: 4,
    _Draw.edifact_copied: 3,
    _Draw.stopped: 3,
    _Draw.ordered_twice: 3,
    _Draw.rivals: 2,
    _Draw.edifact_miscounted: 2,
    _Draw.garbage: 2,
}


def draw_load(seed: int, *, parts: int, seconds: float, folders: bool = True) -> Load:
    """The load of a seed: so many parts, begun within `seconds`. Without `folders` all inbound goes over HTTP."""
    chance = random.Random(f"load {seed}")
    draw = _Draw(chance, seconds=seconds, folders=folders)
    kinds = [_Draw.chain, _Draw.published, _Draw.warehoused, *chance.choices([*_WEIGHTS], [*_WEIGHTS.values()], k=parts - 3)]
    drawn = [kind(draw) for kind in kinds]
    sendings = sorted((sending for part in drawn for sending in part.sendings), key=lambda sending: sending.at)
    return Load(tuple(sendings), joined([part.owed for part in drawn]))


def _bigbox(number: int, verdict: str = "accepted") -> Answer:
    return Answer("bigbox", str(number), verdict)


def _x12(number: int, orders: list[str], *more: list[str]) -> bytes:
    sets = [_numbered(body_850(order_number="?", reference=f"{n:04}"), order) for n, order in enumerate(orders, 1)]
    return interchange([*sets, *more], control_number=number)


def _numbered(body: list[str], order: str) -> list[str]:
    """With its order number, written `number/release` for a release of a blanket order."""
    number, _, release = order.partition("/")
    beginning = f"BEG*00*{'RL' if release else 'SA'}*{number}*{release}*20260302"
    return [beginning if segment.startswith("BEG*") else segment for segment in body]


def _renumbered(body: list[str]) -> list[str]:
    """With a trailer that counts what is left."""
    return [*body[:-1], f"SE*{len(body)}*{body[-1].rpartition('*')[2]}"]


def _edifact(number: int, orders: list[str]) -> bytes:
    messages = "".join(order_message(reference=str(n), order_number=order) for n, order in enumerate(orders, 1))
    header = f"UNB+UNOC:3+5798000000025:14+5790000000012:14+261120:0930+{number}"
    return f"{header}'{messages}UNZ+{len(orders)}+{number}'".encode("latin-1")


def _ubl(number: str) -> bytes:
    head = (
        f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>"
        "<cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>"
    )
    sides = party("BuyerCustomerParty", _GREENGROCER, "GreenGrocer") + party("SellerSupplierParty", _US, "Nordic")
    line = (
        '<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">12</cbc:Quantity>'
        '<cac:Price><cbc:PriceAmount currencyID="GBP">2.50</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Bolt</cbc:Name>'
        "<cac:SellersItemIdentification><cbc:ID>SKU-00001</cbc:ID></cac:SellersItemIdentification>"
        "</cac:Item></cac:LineItem></cac:OrderLine>"
    )
    return ubl_order(head, sides, line)


@cache
def _canonical() -> dict[str, Any]:
    """An order as another service publishes it."""
    sent = order_850(sender="ZZ:NORDICDC", receiver="01:123456789", control_number=1, order_number="?")
    document = registry.translate(sent).interchanges[0].documents[0].canonical
    assert document is not None
    found: dict[str, Any] = json.loads(document.to_json())
    return found
