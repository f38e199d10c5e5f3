"""Draws levels of ship notices: orders, pallets, packs and items in each other, as deep as partners nest them."""

from random import Random
from typing import Any

from tests.translators.mapping import samples
from translators.mapping.tree import Written
from translators.x12.grammar import grammar
from translators.x12.sets import despatch_advice, loading, receiving_advice, shipment_billing, transport_parts, warehouse

DEEPEST = 4
SHARES = {"order_levels": 0.5, "tare_levels": 0.25, "pack_levels": 0.5, "item_levels": 0.7, "other_levels": 0.1}


class Levels:
    """Draws what a group of levels can say, and levels inside it while it is not too deep."""

    def __init__(self, kind: str, levels: tuple[Any, ...]) -> None:
        self._kind, self._levels = kind, levels
        self._depth = 0

    def __call__(self, random: Random, clause: Any) -> dict[str, Any]:
        if self._depth >= DEEPEST or random.random() > SHARES[clause._member]:
            return {}
        self._depth += 1
        node = grammar(self._kind, "004010").root
        out = Written(clause.key, Written("", node).place_of("HL") or node)
        items = [self._item(random, clause, out) for _ in range(random.randint(1, 2))]
        self._depth -= 1
        return {clause._member: items}

    def _item(self, random: Random, clause: Any, out: Written) -> dict[str, Any]:
        own = [one for one in clause._level._clauses if one not in self._levels]
        drawn = [samples.of_clause(random, one, out) for one in own[:2]]
        drawn += [samples.of_clause(random, one, out) for one in own[2:] if random.random() < 0.3]
        inner = [samples.of_clause(random, one, out) for one in self._levels if one._member in _INSIDE[clause._member]]
        return samples.together([*drawn, *inner])


_INSIDE = {
    "order_levels": ("tare_levels", "pack_levels", "item_levels", "other_levels"),
    "tare_levels": ("order_levels", "pack_levels", "item_levels"),
    "pack_levels": ("order_levels", "pack_levels", "item_levels"),
    "other_levels": ("item_levels",),
    "item_levels": ("item_levels",),
}
OWN = frozenset(
    {"bill_of_lading", "master_bill_of_lading", "load", "tracking", "seller_order", "order", "lot", "serial", "shipment", "line"}
)
"""Kinds of references that have a member of their own on some level."""


def _references(random: Random, clause: Any) -> dict[str, Any]:
    found = samples._each(random, clause)["references"]
    kept = [one for one in found if one["kind"] not in OWN]
    return {"references": kept} if kept else {}


_REFERENCES = (despatch_advice.REFERENCES, shipment_billing.REFERENCES, warehouse.REFERENCES)
samples.INSTEAD |= {id(clause): _references for clause in _REFERENCES}
for _kind, _levels in (("856", despatch_advice.LEVELS), ("857", shipment_billing.LEVELS)):
    samples.INSTEAD |= dict.fromkeys(map(id, _levels), Levels(_kind, _levels))
samples.INSTEAD |= {id(despatch_advice.MORE_PACKAGES): lambda _random, _clause: {}}
samples.INSTEAD |= {
    id(warehouse.NAME[1]): lambda random, _clause: {"item": {"name": samples.word(random), "description": samples.words(random)}}
}
samples.PARTS |= {
    despatch_advice.Issued: lambda random, part: samples.of_part(random, part.of),
    receiving_advice.Conditions: lambda random, _part: [
        {
            "status": samples.listed(random, receiving_advice.DISCREPANCIES),
            "quantity": {"value": samples.number(random), "unit": "EA"},
        }
    ],
    warehouse.QualifiedMoment: lambda random, _part: samples.day(random) if random.random() < 0.5 else samples.instant(random),
    warehouse.SameUnit: lambda random, _part: {"value": samples.number(random), "unit": "CS"},
    warehouse.ItemPairs: lambda random, part: {
        "identifiers": {
            scheme: samples.word(random) for scheme in random.sample(("gtin", "seller", "buyer", "upc"), k=len(part.firsts))
        }
    },
    transport_parts.EquipmentType: lambda random, _part: random.choice(["45G1", "22G1"]),
}
samples.CLAUSES |= {
    loading.Marks: lambda random, _clause: {
        "identifiers": {random.choice(["sscc", "tracking"]): f"{random.randint(0, 10**17):018d}"},
        **({"marks": [samples.words(random)]} if random.random() < 0.3 else {}),
    }
}
