"""What the parts of transport sets can hold, for documents that are drawn from a mapping."""

from decimal import Decimal
from random import Random
from typing import Any

from tests.translators.mapping import samples
from translators.x12.sets import freight_invoice, transport, transport_parts
from translators.x12.sets import transport_codes as words


def _event(random: Random, _part: transport_parts.Event) -> dict[str, Any]:
    code = random.choice(list(words.EVENTS | words.APPOINTMENTS))
    event: dict[str, Any] = {"event": (words.EVENTS | words.APPOINTMENTS)[code]}
    if random.random() < 0.5:
        event["reason"] = random.choice(list(words.REASONS.values()))
    if random.random() < 0.8:
        event["expected" if code in words.EXPECTED else "occurred"] = samples.instant(random)
    return event


samples.PARTS |= {
    transport_parts.Constant: lambda _random, part: part.value,
    transport_parts.LineNumber: lambda _random, _part: {},
    transport_parts.KeptText: lambda random, _part: samples.word(random),
    transport_parts.Done: lambda _random, _part: None,
    transport_parts.Listed: lambda random, _part: [samples.word(random)],
    transport_parts.TemperatureRange: lambda random, part: {
        name: {"value": samples.number(random), "unit": part.units.listed[0]}
        for name in random.sample(["minimum_temperature", "maximum_temperature"], k=random.randint(1, 2))
    },
    transport_parts.TimedMoment: lambda random, _part: samples.day(random) if random.random() < 0.5 else samples.instant(random),
    transport_parts.Event: _event,
    transport_parts.MarkedPackage: lambda random, _part: [
        {"identifiers": {random.choice(transport_parts.MARKS.listed): samples.word(random)}}
    ],
    transport_parts.Degrees: lambda random, _part: (Decimal(random.randint(-300_000, 300_000)) / 3600).quantize(
        Decimal("0.000001")
    ),
    transport_parts.EquipmentNumber: lambda random, _part: f"{random.choice(['', 'UTLX', 'AB'])}{random.randint(1, 999_999)}",
}
samples.CLAUSES |= {transport.Appointments: samples._qualified}
samples.INSTEAD |= {
    id(freight_invoice.FURTHER_DESCRIBED): lambda random, _clause: {
        "item": {"name": samples.words(random), "description": samples.words(random)}
    },
}
