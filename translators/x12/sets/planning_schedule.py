"""X12 830: the planning schedule, a forecast of what will be wanted."""

from translators.mapping.clauses import Each, Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, schedule, shared, sums
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedUnless

AUTHORISATION = Each(
    "ATH",
    "authorisations",
    {
        "kind": Coded(1, Words(codes.AUTHORISATIONS)),
        "until": Moment(2),
        "quantity.value": Number(3),
        "maximum.value": Number(4),
        "since": Moment(5),
    },
    needs=("kind",),
)


def _unfold(document: Value, context: Reading) -> Value:
    return schedule.unfold(document, context)


def _fold(document: Value, _context: Writing) -> Value:
    if document.get("kind") == "forecast":
        del document["kind"]
    return schedule.fold(document)


MAPPING = DocumentMapping(
    "delivery_schedule",
    [
        Once(
            "BFR",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "release": Text(3),
                "basis": Coded(4, Words(codes.SCHEDULE_BASES)),
                "attributes.quantities": CodedUnless(5, Words(codes.SCHEDULE_QUANTITIES), usual="A"),
                "horizon.start": Moment(6),
                "horizon.end": Moment(7),
                "issued": Moment(8),
                "other_dates.updated": Moment(9),
                "contract.number": Text(10),
                "order.number": Text(11),
                "attributes.schedule_type": Text(12),
            },
            default={1: "00", 4: "DL", 5: "A"},
        ),
        shared.CURRENCY,
        shared.references(),
        shared.CONTACT,
        shared.DELIVERY_TERMS,
        shared.ALLOWANCE,
        shared.PAYMENT_TERMS,
        schedule.CHANGES,
        shared.DESCRIPTION_TEXT,
        shared.PACKAGING_TEXT,
        shared.PACKAGES,
        shared.TRANSPORT,
        shared.parties(),
        Group(
            "LIN",
            [
                *schedule.LINE,
                shared.ITEM_NAME,
                shared.CODED_DESCRIPTION,
                shared.ITEM_DESCRIPTION,
                shared.ITEM_ATTRIBUTE,
                shared.ITEM_CODE,
                shared.ITEM_MEASURES,
                schedule.CHANGES,
                shared.OTHER_PRICE,
                shared.PACKAGING_TEXT,
                AUTHORISATION,
                schedule.PATTERNED,
                shared.parties("ship_to", "ship_from"),
            ],
            into="lines",
        ),
        sums.COUNTS,
    ],
    unfold=_unfold,
    fold=_fold,
)
