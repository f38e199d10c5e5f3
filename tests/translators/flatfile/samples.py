"""The two layouts of the how-to page, and what the tests read and write with them."""

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from translators.canonical.base import CanonicalDocument
from translators.contract import (
    Document,
    DocumentRead,
    DocumentTerms,
    Envelope,
    Family,
    Identity,
    InterchangeClosed,
    InterchangeOpened,
    OutboundGroup,
    OutboundInterchange,
    Separators,
    Terms,
    TermsFor,
    WritingTerms,
    WrittenDocument,
    anything,
)
from translators.finding import Finding
from translators.flatfile import FlatFiles, Handover, Layout, layout

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "flat-files.md"


@cache
def _page_layouts() -> tuple[dict[str, Any], ...]:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return tuple(tomllib.loads(block) for block in blocks)


def orders_table() -> dict[str, Any]:
    """The layout of the CSV of orders, as a parsed table of one's own."""
    return deepcopy(_page_layouts()[0])


def despatch_table() -> dict[str, Any]:
    """The layout of the despatch advice of fixed width."""
    return deepcopy(_page_layouts()[1])


@cache
def orders() -> Layout:
    return layout(orders_table())


@cache
def despatch() -> Layout:
    return layout(despatch_table())


HEAD = (
    "OrderNo;Kind;OrderDate;DeliveryDate;DeliveryTime;Currency;BuyerGLN;ShipToGLN;ShipToName;Contract;"
    "LineNo;GTIN;ArticleNo;Description;Quantity;Unit;NetPrice;Promotion"
)
COLUMNS = HEAD.split(";")
FIRST = {
    "OrderNo": "4711",
    "Kind": "N",
    "OrderDate": "21.11.2026",
    "DeliveryDate": "24.11.2026",
    "DeliveryTime": "08:30",
    "Currency": "EUR",
    "BuyerGLN": "4012345000009",
    "ShipToGLN": "4012345000016",
    "ShipToName": "Lager Nord",
    "Contract": "C-1",
    "LineNo": "1",
    "GTIN": "4012345678901",
    "ArticleNo": "A-1",
    "Description": '"Schraube ""M8""; verzinkt"',
    "Quantity": "100",
    "Unit": "PC",
    "NetPrice": "0,15",
    "Promotion": "",
}


def order_row(**cells: str) -> str:
    """A row of the CSV, like the first one but for these cells."""
    said = FIRST | cells
    return ";".join(said[column] for column in COLUMNS)


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "".join(f"{row}\r\n" for row in (head, *rows)).encode()


DESPATCH_LINES = (
    "FHWMS            NORDICDC       000000012202611211405P",
    "DHD-1         20261121202611211400PO-1        P000012500",
    "DAST4012345000016Lager Nord                         Hamburg             DE",
    "DNerst anrufen",
    "DNRampe 3",
    "PK340123450000000000PAL",
    "PC000001000010000",
    "PC000002000000550",
    "DL00000140123456789010000010000EA",
    "LOL-77                20270101",
    "DL000002              000000550EA",
    "DT00000200000010550",
    "FT00000100000013",
)


def fixed(*lines: str) -> bytes:
    return "".join(f"{line:80}\r\n" for line in lines).encode()


class Outcome:
    """What reading a file came to."""

    def __init__(self, envelope: Envelope, documents: list[Document], closed: InterchangeClosed) -> None:
        self.envelope = envelope
        self.documents = documents
        self.closed = closed

    @property
    def values(self) -> list[Any]:
        """The documents as values, None for those that were refused."""
        return [each.canonical and each.canonical.model_dump(exclude_unset=True, by_alias=True) for each in self.documents]

    @property
    def findings(self) -> list[Finding]:
        """All findings, those of the file last."""
        return [finding for each in self.documents for finding in each.findings] + list(self.closed.findings)

    @property
    def codes(self) -> list[str]:
        return [finding.code.value for finding in self.findings]


def read(
    data: bytes, by: Layout | Mapping[str, Any], terms_for: TermsFor = anything, handover: Handover | None = None
) -> Outcome:
    found = by if isinstance(by, Layout) else layout(by)
    opened, *middle, closed = FlatFiles(found, handover or Handover()).read(data, 0, terms_for)
    assert isinstance(opened, InterchangeOpened)
    assert isinstance(closed, InterchangeClosed)
    assert all(isinstance(event, DocumentRead) for event in middle)
    return Outcome(opened.envelope, [event.document for event in middle if isinstance(event, DocumentRead)], closed)


def judged(**terms: Any) -> TermsFor:
    """Terms of an agreement for all documents."""
    return lambda _envelope: Terms(default=DocumentTerms(**terms))


def write(document: CanonicalDocument, by: Layout, **terms: Any) -> WrittenDocument:
    return FlatFiles(by).write(document, by.document, by.name, WritingTerms(**terms))


def sealed(*written: WrittenDocument, by: Layout, sender: Identity | None = None, test: bool = False) -> bytes:
    group = OutboundGroup("", "", "", "", tuple(each.document for each in written))
    outbound = OutboundInterchange(
        Family.FLAT,
        sender or Identity("", "WMS"),
        Identity("", "NORDICDC"),
        version="",
        test=test,
        separators=Separators("", "", ""),
        groups=(group,),
    )
    prepared = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
    return FlatFiles(by).seal(outbound, control_number=12, group_numbers=[1], prepared=prepared)
