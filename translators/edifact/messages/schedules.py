"""What delivery schedules share: quantities by day or period, how sure they are, what was delivered before, delivery points."""

from dataclasses import dataclass

from translators.edifact.messages import shared
from translators.edifact.messages.clauses import Periods, ScheduleGroups
from translators.edifact.messages.parts import Moment, Unless, With
from translators.mapping.binding import none_of, one_of
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, Group
from translators.mapping.parts import Coded, Part
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, paths_in
from translators.mapping.words import Words

_COMMITMENTS = Words(
    {"1": "firm", "12": "planned", "4": "forecast", "10": "immediate", "11": "pilot", "2": "manufacturing", "3": "material"},
    lower=True,
    longest=3,
)
"""How sure a quantity is (4017)."""
_INTERVALS = Words(
    {"Y": "day", "W": "week", "M": "month", "Q": "quarter", "D": "discrete", "F": "flexible"}, lower=True, longest=3
)
"""What a quantity covers (2013)."""
_PAST = {"48": ("received", False), "12": ("despatched", False), "70": ("received", True), "3": ("despatched", True)}
"""Quantities of the past (6063): what became of them, and whether they are all of a period."""
_SCHEDULED = "113"

HEAD = Once("SCC", {"commitment": Coded(1, _COMMITMENTS), "interval": With(Coded((3, 1), _INTERVALS), 1)})
"""How sure quantities are, and what each of them covers."""
_HEAD = ("commitment", "interval")
_QUANTITY = Once(
    "QTY", {"quantity": shared.QUANTITY, **shared.beside("quantity", (1, 1), _SCHEDULED)}, default={(1, 1): _SCHEDULED}
)
_WHEN: list[Clause] = [
    Periods("DTM", "2", "period"),
    Qualified(
        "DTM",
        (1, 1),
        Moment(),
        fields={"2": "requested", "64": "period.start", "63": "period.end"},
        others="other_dates",
        names=shared.DATES,
    ),
    shared.REFERENCE_GROUP,
]
SCHEDULED = Group("QTY", [_QUANTITY, HEAD, *_WHEN], into="schedule", where=none_of((1, 1), *_PAST))
"""A quantity that is wanted, and when; where SCC stands behind it, how sure it is."""


class Planned(ScheduleGroups):
    """Quantities that are sure in the same way."""

    __slots__ = ("list_keys",)

    def __init__(self) -> None:
        super().__init__([_QUANTITY, *_WHEN])
        self.list_keys = ("schedule",)

    def head(self, row: Row, head: Value, _target: Value, context: Reading) -> bool:
        """How sure they are, and what each covers."""
        return HEAD.read(row, head, context)

    def own(self, part: Value) -> Value | None:
        """The same of a part; one that says none of it stands in no such group."""
        return {name: part.pop(name) for name in _HEAD if name in part} or None

    def begin(self, own: Value, group: Written, context: Writing) -> None:
        """The same as a segment; what it has no code for is noted."""
        HEAD.write(own, group, context)
        context.unwritten += [f"schedule[].{path}" for path in paths_in(own)]


@dataclass(frozen=True, slots=True)
class PastQuantity:
    """6063 of a quantity of the past: what became of it, and whether it is all of a period."""

    place: Place = (1, 1)

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The members."""
        found = _PAST.get(text_at(row, self.place).strip())
        return None if found is None else {"kind": found[0], **({"cumulative": True} if found[1] else {})}

    def write(self, past: Value, row: Row, _context: Writing) -> bool:
        """The code."""
        wanted = (past.get("kind", ""), bool(past.get("cumulative")))
        code = next((code for code, meaning in _PAST.items() if meaning == wanted), None)
        if code is None:
            return False
        del past["kind"]
        past.pop("cumulative", None)
        set_text(row, self.place, code)
        return True


PAST = Group(
    "QTY",
    [
        Once("QTY", {"": PastQuantity(), "quantity": shared.QUANTITY}),
        Qualified(
            "DTM",
            (1, 1),
            Moment(),
            fields={**dict.fromkeys(("50", "11", "35"), "on"), "51": "period.start", "52": "period.end"},
        ),
        shared.REFERENCE_GROUP,
    ],
    into="past",
    where=one_of((1, 1), *_PAST),
)
"""What was received or sent before."""
QUANTITIES: list[Clause] = [PAST, SCHEDULED, Planned()]

_AT: dict[str, Part] = {f"ship_to.{member}": part for member, part in shared.NAMED.items()}
_ROLE: dict[str, Part] = {"ship_to.original_codes.role": Unless(1, "CN")}
POINT = Once("NAD", {**_AT, **_ROLE}, default={1: "CN"})
"""A delivery point: who and where."""
ANY_POINT = Once("NAD", {**_AT, **_ROLE}, default={1: "CN"}, always=True)
"""A delivery point, even one of which nothing is known."""
