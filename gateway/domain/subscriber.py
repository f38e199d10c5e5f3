"""Subscribers: addresses that milestones are posted to, what each wants and what it is given. Pure."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from gateway.domain.breaker import BreakerPolicy
from gateway.domain.http_terms import HttpClientTerms
from gateway.domain.maintenance import ALWAYS_THERE, Maintenance
from gateway.domain.order.announcement import OrderEvent
from gateway.domain.order.milestone import Event
from gateway.domain.retry import RetryPolicy

Json = Mapping[str, Any]
Condition = Callable[[Json], bool]
"""Whether a milestone, by the body of its message, is wanted. Raises nothing: what cannot be judged is wanted."""

NOTIFY = "notify"
"""What deliveries to subscribers do."""
ALWAYS_GIVEN = ("specversion", "id", "source", "type", "time", "datacontenttype", "version", "verdict", "test")
"""Attributes that every post has: without them nobody can tell a repeat, or what is older."""
GIVEN_ON_REQUEST = ("subject", "partner", "dataschema", "correlationid", "causationid")
"""Attributes that a list of fields has to name. They are given where there is no such list."""
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Subscriber:
    """An address that milestones are posted to, each once it is told, in the order of each order, until one is answered.

    `events` and `partners` are None for all. `fields` are paths of what it is given of a milestone (`order.number`,
    `lines.quantity`); None: everything. `secrets` sign: several while one is changed.
    """

    id: str
    url: str
    secrets: tuple[bytes, ...] = field(repr=False)
    events: frozenset[Event] | None = None
    partners: frozenset[str] | None = None
    condition: Condition | None = None
    test: bool = False
    fields: tuple[str, ...] | None = None
    client: HttpClientTerms = field(default_factory=HttpClientTerms)
    rate: float | None = None
    concurrency: int | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    maintenance: Maintenance = ALWAYS_THERE
    owner: str | None = None

    @property
    def workers(self) -> int:
        """Posts that one process makes at the same time, at most."""
        return self.concurrency or _WORKERS

    def wants(self, attributes: Mapping[str, str], data: Json) -> bool:
        """Whether a milestone is for it, by the attributes and the body of its message."""
        return (
            (self.test or attributes.get("test") != "true")
            and (self.events is None or data.get("event") in self.events)
            and (self.partners is None or attributes.get("partner") in self.partners)
            and (self.condition is None or self.condition(data))
        )


def given(attributes: Mapping[str, str], data: Json, fields: Iterable[str] | None) -> dict[str, Any]:
    """What a subscriber gets: a CloudEvent in JSON (CloudEvents 1.0, JSON format, clause 3) of what it may know."""
    if fields is None:
        return {**attributes, "data": data}
    wanted = set(fields)
    told = {name: value for name, value in attributes.items() if name in ALWAYS_GIVEN or name in wanted}
    return {**told, "data": _chosen(data, _tree(wanted))}


Tree = dict[str, Any]


def _tree(paths: Iterable[str]) -> Tree:
    """Paths as a tree of names; an empty tree means all that is below."""
    tree: Tree = {}
    for path in sorted(paths):
        place = tree
        names = path.split(".")
        for ordinal, name in enumerate(names):
            if name in place and not place[name]:
                break  # all of it is wanted already: a shorter path sorts first
            place = place.setdefault(name, {})
            if ordinal == len(names) - 1:
                place.clear()
    return tree


def _chosen(value: Any, tree: Tree) -> Any:
    if isinstance(value, list):
        return [_chosen(one, tree) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _chosen(value[name], below) if below else value[name] for name, below in tree.items() if name in value}


def known_fields(of: Any = OrderEvent, prefix: str = "") -> list[str]:
    """Every path that a list of fields may name, in the order of the body."""
    if not dataclasses.is_dataclass(of):
        return []
    hints, paths = get_type_hints(of), list[str]()
    for one in dataclasses.fields(of):
        path = prefix + one.name
        parts = [hints[one.name], *get_args(hints[one.name])]
        paths += [path, *(name for part in parts if dataclasses.is_dataclass(part) for name in known_fields(part, f"{path}."))]
    return paths if prefix else [*GIVEN_ON_REQUEST, *paths]
