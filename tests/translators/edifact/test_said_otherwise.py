"""What partners say by other qualifiers than the usual ones, seen in the corpus."""

from datetime import date
from decimal import Decimal

from tests.translators.edifact import drawing
from translators.canonical.invoice import Invoice
from translators.canonical.purchase_order import PurchaseOrder

LINE = ("LIN+1++157870:IN", "QTY+47:20:EA", "ALI+JP", "PRI+AAA:20.5")


def invoice(*segments: str) -> tuple[Invoice, list[str]]:
    """An invoice of these segments behind its BGM, and how we write it."""
    found, written = drawing.again("BGM+380+342459+9", *segments, kind="INVOIC", directory="D.96A")
    assert isinstance(found, Invoice)
    return found, written


def test_the_date_of_the_invoice_is_when_it_was_issued() -> None:
    found, written = invoice("DTM+3:20060515:102", *LINE, "UNS+S", "MOA+9:410")
    assert found.issued == date(2006, 5, 15)
    assert "DTM+3:20060515:102" in written


def test_a_date_of_the_document_beside_that_of_the_invoice_is_kept() -> None:
    found, written = invoice("DTM+137:20060516:102", "DTM+3:20060515:102", *LINE, "UNS+S", "MOA+9:410")
    assert found.issued == date(2006, 5, 16)
    assert list(found.other_dates.values()) == [date(2006, 5, 15)]
    assert {"DTM+137:20060516:102", "DTM+3:20060515:102"} <= set(written)


def test_the_total_of_the_invoice_is_the_sum_with_tax() -> None:
    found, written = invoice(*LINE, "UNS+S", "MOA+39:410")
    assert found.totals is not None
    assert found.totals.tax_inclusive is not None
    assert found.totals.tax_inclusive.amount == Decimal(410)
    assert "MOA+39:410" in written


def test_items_of_invoices_and_orders_have_a_country_of_origin() -> None:
    found, written = invoice(*LINE, "UNS+S", "MOA+9:410")
    assert found.lines[0].item.origin_country == "JP"
    assert "ALI+JP" in written
    segments = ("BGM+220+1+9", "DTM+137:20260302:102", "LIN+1++A:SA", "QTY+21:1", "ALI+US", "UNS+S")
    order, written = drawing.again(*segments, kind="ORDERS", directory="D.96A")
    assert isinstance(order, PurchaseOrder)
    assert order.lines[0].item.origin_country == "US"
    assert "ALI+US" in written


def test_the_title_of_a_book_is_its_description_not_its_author() -> None:
    book = ("IMD+F+010+:::Mandre", "IMD+F+011+:::Ren", "IMD+F+050+:::Les Maisons", "IMD+F+120+:::Vend")
    found, written = invoice("LIN+1", *book, "QTY+47:1", "UNS+S", "MOA+9:435")
    item = found.lines[0].item
    assert item.description == "Les Maisons"
    assert [(one.name, one.value) for one in item.attributes] == [
        ("author_surname", "Mandre"),
        ("author_forename", "Ren"),
        ("publisher", "Vend"),
    ]
    assert set(book) <= set(written)


def test_the_currency_of_a_price_list_stays_one() -> None:
    segments = (
        "BGM+220+1+9",
        "DTM+137:20260302:102",
        "CUX+2:EUR:9",
        "LIN+1++A:SA",
        "QTY+21:1",
        "PRI+AAA:10",
        "CUX+2:USD:8",
        "UNS+S",
    )
    order, written = drawing.again(*segments, kind="ORDERS", directory="D.96A")
    assert isinstance(order, PurchaseOrder)
    price = order.lines[0].price
    assert price is not None
    assert (price.currency, price.original_codes) == ("USD", {"currency": "8"})
    assert "CUX+2:USD:8" in written
