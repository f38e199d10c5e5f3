"""Parts that cXML documents share: parties, contacts, items, references, taxes, terms."""

from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.xml.codecs import Instant, Number, Whole
from translators.xml.context import Reading, Writing
from translators.xml.cxml import codes
from translators.xml.cxml.goods_rules import Classified, Dimensions
from translators.xml.cxml.party_rules import AddressId, Country, Reachable, Referred
from translators.xml.cxml.rules import LANGUAGE, Amount, Extrinsics, Money, Phrase, Remarks, Unit, Valued
from translators.xml.node import Node
from translators.xml.rules import Aggregate, Each, Inside, One, Rule
from translators.xml.values import Fixed, Identifier, Item, Leaf, Lines

NOTHING_SAID: Rule = Fixed("Description", "", {LANGUAGE: "en"})
"""A description that is mandatory, and for which documents know nothing to say."""

POSTAL: Rule = Inside(
    "PostalAddress",
    Fixed("@name", "default"),
    Item("DeliverTo", "contacts", "name", means={"function": "delivery"}, most=1_000),
    Lines("Street", "address.lines"),
    Leaf("City", "address.city"),
    Leaf("State", "address.region"),
    Leaf("PostalCode", "address.postal_code"),
    Country("address.country"),
)

ADDRESS: tuple[Rule, ...] = (
    AddressId(),
    Leaf("@isoCountryCode", "address.country", reading_only=True),
    Reachable(),
    Phrase("Name", "name", required=True),
    POSTAL,
)


def party(tag: str, path: str) -> One:
    """A party at an address."""
    return One(tag, path, Inside("Address", *ADDRESS), Referred(codes.CREDENTIALS))


_OF_CONTACT = Aggregate(*ADDRESS[2:], AddressId(), Referred(codes.CREDENTIALS))
_PERSON = Aggregate(Phrase("Name", "name", required=True), Reachable(""))


class Roles:
    """Contacts by role: parties that have a member, other parties, or people and functions to talk to.

    With `inner` each stands in an element of its own. `members` are the parties by role that may stand here; where they are
    named by `only`, nobody else is written here.
    """

    __slots__ = ("_codes", "_inner", "members", "only", "path", "tags")

    def __init__(
        self, tag: str = "Contact", *, inner: str = "", without: tuple[str, ...] = (), only: tuple[str, ...] = ()
    ) -> None:
        self.only = only
        self.tags = (tag,)
        self.path = "contacts"
        self._inner = inner
        self.members = {role: member for role, member in codes.ROLES.items() if member not in without}
        if only:
            self.members = {role: member for role, member in self.members.items() if member in only}
        self._codes = {member: role for role, member in reversed(self.members.items())}

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a party or a contact."""
        holder = node.child(self._inner) if self._inner else node
        if holder is None:
            return False
        if holder is not node:
            context.stack.append(node)
        role = holder.value("@role")
        member = self.members.get(role)
        if member is not None and not set(target.get(member, ())) - {"identifiers"}:
            self._rules(_OF_CONTACT, holder, target.setdefault(member, {}), context)
        elif holder.child("PostalAddress") or holder.child("@addressID") or holder.child("IdReference"):
            party = {"role": role} if role else {}
            self._rules(_OF_CONTACT, holder, party, context)
            target.setdefault("other_parties", []).append(party)
        else:
            contact = {"function": role} if role else {}
            self._rules(_PERSON, holder, contact, context)
            target.setdefault("contacts", []).append(contact)
        for child in node.children if holder is not node else ():
            if child is not holder:
                context.keep(child)
        if holder is not node:
            context.stack.pop()
        return True

    @staticmethod
    def _rules(rules: Aggregate, holder: Node, part: Value, context: Reading) -> None:
        kept = [child for child in holder.children if child.name != "@role"]
        again = Node(holder.name, holder.text, holder.attributes, holder.ordinal)
        again.children = kept
        siblings = context.stack[-1].children
        place = next((place for place, child in enumerate(siblings) if child is holder), None)
        if place is None:
            rules.read(again, part, context)
            return
        siblings[place] = again  # so that the way to what is kept can be told
        rules.read(again, part, context)
        siblings[place] = holder

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A contact for each."""
        for member, role in self._codes.items():
            part = source.get(member)
            if isinstance(part, dict) and part:
                self._write(_OF_CONTACT, part, role, parent, context)
                if not source[member]:
                    del source[member]
        for name, rules in (("other_parties", _OF_CONTACT), ("contacts", _PERSON)) if not self.only else ():
            left = []
            for part in source.pop(name, None) or ():
                role = part.pop("role" if rules is _OF_CONTACT else "function", "")
                self._write(rules, part, role, parent, context)
                if part:
                    left.append(part)
            if left:
                source[name] = left

    def _write(self, rules: Aggregate, part: Value, role: str, parent: Node, context: Writing) -> None:
        node = Node(self.tags[0])
        holder = node.add(self._inner) if self._inner else node
        if role:
            holder.add("@role", role)
        rules.write(part, holder, context, always=True)
        parent.children.append(node)


def item_id(path: str = "item") -> Inside:
    """The numbers of an item: the seller's first."""
    identifiers = f"{path}.identifiers"
    return Inside(
        "ItemID",
        Identifier("SupplierPartID", "seller", identifiers, required=True),
        Identifier("SupplierPartAuxiliaryID", "seller_auxiliary", identifiers),
        Identifier("BuyerPartID", "buyer", identifiers),
        Referred(codes.ITEM_SCHEMES, identifiers),
        required=True,
    )


def described(path: str = "item", *, required: bool = False) -> tuple[Rule, ...]:
    """What an item is."""
    return (
        Phrase("Description", f"{path}.description", short=f"{path}.name", required=required),
        Classified(codes.CLASSIFICATIONS, f"{path}.classifications", required=required),
        Identifier("ManufacturerPartID", "manufacturer", f"{path}.identifiers"),
        Phrase("ManufacturerName", f"{path}.brand"),
    )


BASIS: Rule = Inside(
    "PriceBasisQuantity",
    Leaf("@quantity", "price.basis.value", Number()),
    Fixed("@conversionFactor", "1"),
    Unit("price.basis"),
)

PRICE: Rule = One("UnitPrice", "price", Amount())


def item_detail(unit: Rule, *, extrinsics: bool = True) -> Inside:
    """What an item is, its price, and the unit of its quantity."""
    return Inside(
        "ItemDetail",
        BASIS,
        PRICE,
        *described(required=True),
        unit,
        Dimensions(codes.MEASURES, "item.measures"),
        *((Extrinsics(),) if extrinsics else ()),
    )


def tax(path: str) -> Inside:
    """The sum of taxes, at a path, and its breakdown."""
    return Inside(
        "Tax",
        Money("Money", path),
        NOTHING_SAID,
        Each(
            "TaxDetail",
            "taxes",
            Leaf("@category", "kind"),
            Leaf("@percentageRate", "rate", Number()),
            Money("TaxableAmount", "basis"),
            Money("TaxAmount", "amount"),
            Phrase("TaxLocation", "location"),
        ),
    )


def price_read(line: Value) -> None:
    """A quantity to which no price belongs is none's basis."""
    price = line.get("price")
    if price is not None and "amount" not in price:
        del line["price"]
        line.setdefault("other_quantities", {})["price_basis"] = price["basis"]


def price_written(line: Value) -> None:
    """Where there is no price, its basis may stand alone."""
    if not line.get("price") and (basis := take(line, ("other_quantities",), "price_basis")) is not None:
        line["price"] = {"basis": basis}


def shipping(path: str) -> Inside:
    """What transport costs."""
    return Inside("Shipping", Money("Money", path), NOTHING_SAID)


def references() -> tuple[Rule, ...]:
    """Numbers by domain, and the document before."""
    return (
        Each(
            "IdReference",
            "references",
            Leaf("@domain", "original"),
            Leaf("@identifier", "number"),
            means={"kind": "related_document"},
            needs=("number", "original"),
        ),
        previous_document(),
    )


def previous_document() -> Inside:
    """The document that this one goes on from, by the number of its envelope."""
    return Inside(
        "DocumentReference", Item("@payloadID", "references", "number", means={"kind": "previous_document"}, required=True)
    )


ORDER_REFERENCE: Rule = Inside(
    "OrderReference",
    Leaf("@orderID", "order.number"),
    Leaf("@orderDate", "order.issued", Instant()),
    Inside(
        "DocumentReference",
        Item("@payloadID", "references", "number", means={"kind": "order_document"}, required=True),
        required=True,
    ),
)
"""The order a document is about, by its number and by that of its envelope."""


def order_of(value: Value) -> None:
    """An order that has no number is none."""
    if "order" in value and "number" not in value["order"]:
        issued = take(value["order"], (), "issued")
        if not value["order"]:
            del value["order"]
        if issued is not None:
            value.setdefault("other_dates", {})["order"] = issued


def order_again(value: Value, holder: Value) -> None:
    """Of an order without a number, the date still stands in its place."""
    if not holder.get("order") and (issued := take(value, ("other_dates",), "order")) is not None:
        holder["order"] = {"issued": issued}


PAYMENT_TERM: Rule = Each(
    "PaymentTerm",
    "payment_terms",
    Leaf("@payInNumberOfDays", "days", Whole()),
    Inside(
        "Discount",
        Inside("DiscountPercent", Leaf("@percent", "discount_percent", Number())),
        Inside("DiscountAmount", Money("Money", "discount_amount")),
    ),
    needs=("days",),
)


def terms_read(value: Value) -> None:
    """Days with a discount are those within which it may be taken."""
    for term in value.get("payment_terms", ()):
        if "days" in term and ("discount_percent" in term or "discount_amount" in term):
            term["discount_days"] = term.pop("days")


def terms_written(value: Value) -> None:
    """A term for the discount, another for the whole."""
    found = []
    for term in value.get("payment_terms") or ():
        discounted = {key: term.pop(key) for key in ("discount_percent", "discount_amount") if key in term}
        if discounted and "discount_days" in term:
            found.append({"days": term.pop("discount_days"), **discounted})
        else:
            term.update(discounted)
        if term:
            found.append(term)
    if found:
        value["payment_terms"] = found


DELIVERY_TERMS: Rule = One(
    "TermsOfDelivery",
    "delivery_terms",
    Valued("TermsOfDeliveryCode", "original", absent="Other"),
    Valued("ShippingPaymentMethod", "payment", absent="Other"),
    Valued("TransportTerms", "incoterm", words=Words({word: word for word in codes.INCOTERMS.listed})),
)


def currency_of(value: Value) -> None:
    """Where the sum of the document has a currency, it is that of the document."""
    totals = value.get("totals", {})
    for name in ("payable", "tax_exclusive", "lines"):
        if currency := totals.get(name, {}).get("currency"):
            value["currency"] = currency
            return


BESIDE: tuple[Rule, ...] = (Remarks(), Extrinsics())
