"""cXML ShipNoticeRequest to the canonical despatch advice with its packages, and back.

cXML tells the goods by order (ShipNoticePortion), and the packages with each item; a package names the one it stands in.
"""

from collections.abc import Iterator

from translators.mapping.numbers import number
from translators.mapping.value import Value, descend, merge_identifier, take
from translators.mapping.words import Words
from translators.xml.codecs import Digits, Instant, Known, Number
from translators.xml.context import Reading, Writing
from translators.xml.cxml import codes
from translators.xml.cxml.goods_rules import Dimensions
from translators.xml.cxml.parts import (
    BASIS,
    BESIDE,
    DELIVERY_TERMS,
    ORDER_REFERENCE,
    PRICE,
    Roles,
    described,
    item_id,
    order_again,
    order_of,
    price_read,
    price_written,
    references,
)
from translators.xml.cxml.rules import Phrase, Remarks, Unit, Valued
from translators.xml.node import Node
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, Rule
from translators.xml.values import Code, Identifier, Leaf, Lines

_OPERATIONS = Words({"new": "original", "update": "replace", "delete": "cancel"})
_KINDS = Words({"actual": "actual", "planned": "planned"})
_COMPLETE = {"complete": True, "partial": False}


class Whole:
    """Whether everything was sent (`complete` or `partial`)."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("@fulfillmentType",)
        self.path = "complete"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the answer."""
        said = _COMPLETE.get((node.text or "").strip())
        if said is None:
            return False
        target["complete"] = said
        context.trace(target, "complete", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The answer."""
        said = source.pop("complete", None)
        if said is not None:
            parent.add(self.tags[0], "complete" if said else "partial")


class Carrier:
    """Who carries the goods: a name, and numbers by domain (`SCAC`)."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("CarrierIdentifier",)
        self.path = "carrier"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a name or a number."""
        domain, said = node.attribute("domain").strip(), (node.text or "").strip()
        carrier = descend(target, ("carrier",))
        if not said or (domain == "companyName" and "name" in carrier):
            return False
        if domain == "companyName":
            carrier["name"] = said
        else:
            merge_identifier(carrier.setdefault("identifiers", {}), domain.lower() or "unspecified", said)
        context.trace(carrier, "name" if domain == "companyName" else "identifiers", node)
        context.keep_attributes(node, frozenset(("domain",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Numbers, then the name."""
        for scheme, known in (take(source, ("carrier",), "identifiers") or {}).items():
            for said in known if isinstance(known, list) else [known]:
                domain = scheme.upper() if len(scheme) <= 4 else scheme
                parent.add(self.tags[0], said).attributes = [("domain", domain)]
        if name := take(source, ("carrier",), "name"):
            parent.add(self.tags[0], name).attributes = [("domain", "companyName")]


class Tracking:
    """The numbers that the carrier knows the shipment by: one to follow it by, and its bill of lading."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("ShipmentIdentifier",)
        self.path = "tracking"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a number."""
        domain, said = node.attribute("domain").strip(), (node.text or "").strip()
        if not said or (domain in ("", "trackingNumber") and "tracking" in target):
            return False
        if domain == "billOfLading":
            target.setdefault("references", []).append({"kind": "bill_of_lading", "number": said})
        elif domain in ("", "trackingNumber"):
            target["tracking"] = said
        else:
            return False
        context.trace(target, "tracking", node)
        context.keep_attributes(node, frozenset(("domain",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The number to follow it by, then its bill of lading."""
        if said := source.pop("tracking", None):
            parent.add(self.tags[0], said).attributes = [("domain", "trackingNumber")]
        bills = [each for each in source.get("references") or () if each.get("kind") == "bill_of_lading" and each.get("number")]
        for bill in bills:
            parent.add(self.tags[0], bill["number"]).attributes = [("domain", "billOfLading")]
            source["references"].remove(bill)


LEG: tuple[Rule, ...] = (
    Carrier(),
    Tracking(),
    Leaf("@startDate", "planned.start", Instant()),
    Valued("Route", "mode", attribute="method", words=codes.MODES),
)

PACKED: tuple[Rule, ...] = (
    Identifier("ShippingContainerSerialCode", "sscc"),
    Leaf("ShippingContainerSerialCodeReference", "within"),
    Leaf("PackageTypeCodeIdentifierCode", "kind"),
    Phrase("Description", "text"),
    Lines("ShippingMark", "marks"),
    Dimensions(codes.MEASURES),
    Inside("DispatchQuantity", Leaf("@quantity", "quantity.value", Number()), Unit("quantity")),
)

LOT: tuple[Rule, ...] = (
    Leaf("SupplierBatchID", "number"),
    Leaf("@productionDate", "made", Instant()),
    Leaf("@expirationDate", "expiry", Instant()),
    Leaf("@originCountryCode", "origin_country"),
    Leaf("@batchQuantity", "quantity.value", Number()),
)

ITEM: tuple[Rule, ...] = (
    Leaf("@lineNumber", "order.line", Digits()),
    Leaf("@shipNoticeLineNumber", "number", Digits()),
    Leaf("@quantity", "quantity.value", Number()),
    item_id(),
    Inside(
        "ShipNoticeItemDetail",
        PRICE,
        BASIS,
        *described(),
        Dimensions(codes.MEASURES, "item.measures"),
    ),
    Unit("quantity"),
    Each("Packaging", "packed", *PACKED),
    Each("Batch", "lots", *LOT),
    Inside("OrderedQuantity", Leaf("@quantity", "ordered.value", Number()), Unit("ordered")),
    *BESIDE,
)

PORTION: tuple[Rule, ...] = (
    ORDER_REFERENCE,
    Remarks(),
    Each("ShipNoticeItem", "lines", *ITEM, scope=True),
)


def _after_reading(value: Value) -> None:
    """Lines of all orders are lines of the document, and what they are packed in are its packages."""
    portions = value.pop("portions", [])
    lines = []
    for portion in portions:
        order_of(portion)
        order = portion.get("order", {})
        for line in portion.pop("lines", []):
            _ordered(line, order)
            price_read(line)
            lines.append(line)
    _numbered(lines)
    packages = list(_packages(lines))
    if lines:
        value["lines"] = lines
    if packages:
        value["packages"] = packages
    if len(portions) == 1:
        _of_one_order(value, portions[0])
    elif portions:
        _of_several_orders(value, portions)


def _of_one_order(value: Value, portion: Value) -> None:
    """What is said of the only order is said of the document."""
    for member, said in portion.items():
        if isinstance(said, list):
            value.setdefault(member, []).extend(said)
        else:
            value[member] = said


def _of_several_orders(value: Value, portions: list[Value]) -> None:
    """What is said of each order stays with it; without its number, with the document."""
    for portion in portions:
        if "order" in portion:
            value.setdefault("orders", []).append(portion)
        else:
            _of_one_order(value, portion)


def _ordered(line: Value, order: Value) -> None:
    """A line names its order; without the number of one, its place there is its own."""
    named = line.pop("order", {})
    if "number" in order:
        line["order"] = {"number": order["number"], **named}
    elif "line" in named:
        line.setdefault("number", named["line"])


def _numbered(lines: list[Value]) -> None:
    """Lines that have no number of their own have that of the ordered line, where it is no other's."""
    taken = {line["number"] for line in lines if "number" in line}
    for place, line in enumerate(lines, 1):
        if "number" not in line:
            wanted = line.get("order", {}).get("line") or str(place)
            while wanted in taken:
                wanted = f"{wanted}-{place}"
            line["number"] = wanted
            taken.add(wanted)


def _packages(lines: list[Value]) -> Iterator[Value]:
    """The packages of all lines, each once, with what is in them; inner ones in the outer they name."""
    known: dict[str, Value] = {}
    top: list[Value] = []
    within: list[tuple[Value, str]] = []
    for line in lines:
        for packed in line.pop("packed", ()):
            _packed(packed, line, known, top, within)
    for package, outer in within:
        holder = known.get(outer)
        if holder is None:
            holder = known[outer] = {"identifiers": {"sscc": outer}}
            top.append(holder)
        holder.setdefault("packages", []).append(package)
    yield from top


def _packed(packed: Value, line: Value, known: dict[str, Value], top: list[Value], within: list[tuple[Value, str]]) -> None:
    """Sort one package of a line: a new one, one known already, or, without a number, how the line is packed."""
    quantity, outer = packed.pop("quantity", None), packed.pop("within", "")
    text = packed.pop("text", None)
    serial = packed.get("identifiers", {}).get("sscc")
    if not isinstance(serial, str):
        beside = {"text": text} if text else {}
        if packaging := {**packed, **beside, **({"per_package": quantity} if quantity else {})}:
            line.setdefault("packaging", []).append(packaging)
        return
    package = known.get(serial)
    if package is None:
        package = known[serial] = packed
        if outer:
            within.append((package, outer))
        else:
            top.append(package)
    if text:
        package.setdefault("texts", []).append({"purpose": "general", "lines": text.splitlines()})
    content = {"line": line["number"], **({"quantity": quantity} if quantity else {})}
    package.setdefault("contents", []).append(content)


def _before_writing(value: Value) -> None:
    """A portion for each order; packages with the lines in them."""
    value.pop("currency", None)
    lines = value.pop("lines", None) or []
    by_number = {line.get("number"): line for line in lines}
    left = [package for package in value.pop("packages", None) or () if not _unpacked(package, by_number, "")]
    if left:
        value["packages"] = left
    for line in lines:
        _repacked(line)
    value["portions"] = list(_portions(value, lines))
    if not value.get("orders"):
        value.pop("orders", None)


def _unpacked(package: Value, lines: dict[str | None, Value], outer: str) -> bool:
    """Put a package to the lines in it; whether all of it has found a place."""
    serial = (package.get("identifiers") or {}).get("sscc")
    if not isinstance(serial, str):
        return False
    inner = [each for each in package.get("packages") or () if not _unpacked(each, lines, serial)]
    said: Value = {key: package[key] for key in ("identifiers", "kind", "marks", "measures") if key in package}
    texts = package.get("texts") or []
    if texts:
        said["text"] = "\n".join(line for text in texts for line in text["lines"])
    contents = package.get("contents") or []
    fitted = [content for content in contents if content.get("line") in lines]
    for place, content in enumerate(fitted):
        packed: Value = {**(said if not place else {"identifiers": {"sscc": serial}}), **({"within": outer} if outer else {})}
        if content.get("quantity"):
            packed["quantity"] = content["quantity"]
        lines[content["line"]].setdefault("packed", []).append(packed)
    bare = not fitted and set(said) == {"identifiers"} and set(said["identifiers"]) == {"sscc"} and bool(package.get("packages"))
    return not inner and len(fitted) == len(contents) and (bool(fitted) or bare)


def _repacked(line: Value) -> None:
    """How a line is packed, without a number of the package."""
    for packaging in line.pop("packaging", None) or ():
        quantity = packaging.pop("per_package", None)
        line.setdefault("packed", []).append({**packaging, **({"quantity": quantity} if quantity else {})})


def _portions(value: Value, lines: list[Value]) -> Iterator[Value]:
    """The lines by order, as far as they name one; those that name none with the order of the document."""
    header = value.pop("order", None)
    told = {each["order"]["number"]: each for each in value.pop("orders", None) or ()}
    by_order: dict[str, list[Value]] = {number: [] for number in told}
    usual = (header or {}).get("number", "")
    if usual or not (told or lines):
        by_order.setdefault(usual, [])
    for line in lines:
        by_order.setdefault((line.get("order") or {}).get("number") or usual, []).append(line)
    for order, each in by_order.items():
        portion = told.get(order) or ({"order": header} if header and order == usual else {})
        if order and "order" not in portion:
            portion["order"] = {"number": order}
        if order == usual:
            documents = [r for r in value.get("references") or () if r.get("kind") == "order_document"]
            for reference in documents[:1]:
                value["references"].remove(reference)
                portion["references"] = [reference]
        if not order:
            order_again(value, portion)
        for line in each:
            price_written(line)
            named = line.pop("order", None) or {}
            line["order"] = {"line": named.get("line") or _digits(line.get("number"))}
        yield {**portion, "lines": each}


def _digits(said: str | None) -> str:
    return said if said and number(said) is not None else "0"


MAPPING = DocumentMapping(
    Aggregate(
        Inside(
            "ShipNoticeHeader",
            Leaf("@shipmentID", "number"),
            Code("@operation", "purpose", _OPERATIONS),
            Leaf("@noticeDate", "issued", Instant()),
            Leaf("@shipmentDate", "despatched", Instant()),
            Leaf("@deliveryDate", "expected_delivery", Instant()),
            Leaf("@requestedDeliveryDate", "other_dates.requested_delivery", Instant()),
            Leaf("@shipmentType", "kind", Known(_KINDS)),
            Whole(),
            Phrase("ServiceLevel", "shipment.service"),
            Roles(),
            *references(),
            DELIVERY_TERMS,
            Inside("Packaging", Dimensions(codes.MEASURES, "shipment.measures")),
            *BESIDE,
        ),
        Each("ShipControl", "transport", *LEG),
        Each("ShipNoticePortion", "portions", *PORTION),
    ),
    _after_reading,
    _before_writing,
)
