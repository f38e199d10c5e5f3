"""Which faults a seed draws: what breaks, whose, when and for how long. Nothing happens here: a plan can be read first."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Ways to break something."""

    KILL = "kill -9"
    KILL_STARTING = "kill -9, and once more while it starts"
    STOP = "stopped as an operator does"
    HANG = "hangs (SIGSTOP) beyond its claims"
    OLD_CONFIGURATION = "runs with the configuration of before"
    CLOCK = "its clock jumps"
    CUT = "connections are cut"
    SILENT = "connections to the servers dropped without a word"
    LOST_COMMIT = "the database acts and its answers are lost"
    BROKER_RESTART = "RabbitMQ is stopped and started"
    BROKER_KILL = "RabbitMQ is killed and started"
    BROKER_HANG = "RabbitMQ hangs (SIGSTOP)"
    QUEUES_DELETED = "all queues are deleted"
    DATABASE_RESTART = "PostgreSQL is restarted (fast)"
    DATABASE_IMMEDIATE = "PostgreSQL is stopped at once (immediate) and started"
    DATABASE_HANG = "PostgreSQL hangs (SIGSTOP)"
    DATABASE_CLOCK = "the database's clock jumps ahead"
    DATABASE_FULL = "the database's disk is full"
    MAILBOX_FULL = "the disk of the partners' folders is full"
    ODOO_KILL = "Odoo is killed and started"
    ODOO_SLOW = "Odoo is slow"
    ODOO_FAILS = "Odoo answers 503"
    ODOO_FORGETS = "Odoo commits and cuts the connection"
    ODOO_CUTS = "Odoo cuts connections"
    ODOO_GARBLES = "a proxy answers for Odoo"
    ODOO_CONFLICTS = "Odoo loses races"
    WAREHOUSE_DOWN = "the warehouse's system is stopped and started"
    WAREHOUSE_FORGETS = "the warehouse takes orders and cuts the connection"
    WAREHOUSE_HOLDS = "the warehouse's messages come late, the last one first"
    MAILBOX_FAILS = "the partner's server takes the mail and cuts the connection"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a kind is drawn: `victim` is what must not be broken twice at a time; `seconds` from and to; how likely it is."""

    victim: str
    seconds: tuple[float, float] = (0.0, 0.0)
    weight: int = 10


NODE = "a node"
TERMS: dict[Kind, Terms] = {
    Kind.KILL: Terms(NODE, (0.0, 1.5), weight=30),
    Kind.KILL_STARTING: Terms(NODE, (0.2, 2.0)),
    Kind.STOP: Terms(NODE),
    Kind.HANG: Terms(NODE, (12.0, 16.0), weight=6),
    Kind.OLD_CONFIGURATION: Terms(NODE, (2.0, 4.0), weight=6),
    Kind.CLOCK: Terms(NODE, (1.0, 4.0), weight=6),
    Kind.CUT: Terms(NODE),
    Kind.SILENT: Terms(NODE, weight=8),
    Kind.LOST_COMMIT: Terms(NODE, (0.3, 1.0), weight=15),
    Kind.BROKER_RESTART: Terms("broker", weight=6),
    Kind.BROKER_KILL: Terms("broker", weight=6),
    Kind.BROKER_HANG: Terms("broker", (1.0, 5.0)),
    Kind.QUEUES_DELETED: Terms("broker"),
    Kind.DATABASE_RESTART: Terms("database"),
    Kind.DATABASE_IMMEDIATE: Terms("database"),
    Kind.DATABASE_HANG: Terms("database", (1.0, 4.0)),
    Kind.DATABASE_CLOCK: Terms("database", weight=6),
    Kind.DATABASE_FULL: Terms("database", (0.5, 2.0)),
    Kind.MAILBOX_FULL: Terms("mailbox", (0.5, 2.0)),
    Kind.ODOO_KILL: Terms("odoo", (0.0, 2.0)),
    Kind.ODOO_SLOW: Terms("odoo", (1.0, 3.0)),
    Kind.ODOO_FAILS: Terms("odoo", (0.5, 2.0)),
    Kind.ODOO_FORGETS: Terms("odoo", (1.0, 3.0), weight=15),
    Kind.ODOO_CUTS: Terms("odoo", weight=5),
    Kind.ODOO_GARBLES: Terms("odoo", weight=5),
    Kind.ODOO_CONFLICTS: Terms("odoo", (1.0, 2.0), weight=5),
    Kind.WAREHOUSE_DOWN: Terms("warehouse", (0.5, 2.0)),
    Kind.WAREHOUSE_FORGETS: Terms("warehouse"),
    Kind.WAREHOUSE_HOLDS: Terms("warehouse", (1.0, 3.0)),
    Kind.MAILBOX_FAILS: Terms("mailbox", (1.0, 3.0)),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that breaks at a moment (seconds from the beginning of the load) and is well again after `seconds`.

    `node` is the node it happens to, where it happens to one. `degree` is a number from 0 to 1 for kinds that come in degrees.
    """

    at: float
    kind: Kind
    node: str = ""
    seconds: float = 0.0
    degree: float = 0.0

    @property
    def victim(self) -> str:
        """What is broken: a node by its name, or what all share."""
        return self.node or TERMS[self.kind].victim

    def __str__(self) -> str:
        who = f"{self.node}: " if self.node else ""
        return f"{self.at:6.2f} s  {who}{self.kind}" + (f", for {self.seconds:.1f} s" if self.seconds else "")


@dataclass(frozen=True, slots=True)
class NodePlan:
    """A node: its name, its roles as `gateway run` takes them, and how many processes."""

    name: str
    roles: str
    processes: int = 1


ARRANGEMENTS: dict[str, tuple[NodePlan, ...]] = {
    "front and back": (NodePlan("front", "receive,translate,relay,api"), NodePlan("back", "translate,deliver,relay")),
    "twins": (NodePlan("left", "receive,translate,deliver,relay,api"), NodePlan("right", "receive,translate,deliver,relay,api")),
    "a node for each role": (
        NodePlan("receiver", "receive,api"),
        NodePlan("translator", "translate"),
        NodePlan("deliverer", "deliver"),
        NodePlan("relay", "relay"),
    ),
    "one node of two processes": (NodePlan("both", "receive,translate,deliver,relay,api", processes=2),),
}
"""How the work is divided. Two that receive would share the partners' folders, where what a killed one had claimed waits for a
minute: with them all comes over HTTP."""

_ARRANGED = {"front and back": 4, "twins": 3, "a node for each role": 2, "one node of two processes": 2}


@dataclass(frozen=True, slots=True)
class Size:
    """How large trials are: parts of the load, seconds in which they are sent, faults."""

    name: str
    parts: int
    seconds: float
    faults: tuple[int, int]


SHORT = Size("short", parts=60, seconds=4.0, faults=(2, 3))
LONG = Size("long", parts=400, seconds=20.0, faults=(4, 9))
SIZES = {size.name: size for size in (SHORT, LONG)}

_IN_TURN = 2
"""So many faults of a plan come in turn, seed by seed, so that a dozen seeds have had every kind; chance draws the others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A trial: how the work is divided, and what breaks. The same seed draws the same plan.

    `left_out` are kinds that were drawn and that this machine cannot do.
    """

    seed: int
    size: Size
    arrangement: str
    faults: tuple[Fault, ...]
    nodes: tuple[NodePlan, ...]
    left_out: tuple[Kind, ...] = ()

    @property
    def folders(self) -> bool:
        """Whether partners send files as well."""
        return sum("receive" in node.roles for node in self.nodes) == 1

    def __str__(self) -> str:
        first = f"seed {self.seed}: {self.arrangement}, {self.size.parts} parts in {self.size.seconds:g} s"
        return "\n".join([first, *map(str, self.faults)])


def draw_plan(seed: int, size: Size = SHORT, *, without: Sequence[Kind] = ()) -> Plan:
    """The plan of a seed. `without` leaves out kinds (that this machine cannot do), without changing what else is drawn."""
    chance = random.Random(f"faults {seed}")
    arrangement = chance.choices([*_ARRANGED], [*_ARRANGED.values()])[0]
    nodes = ARRANGEMENTS[arrangement]
    in_turn = random.Random("turns").sample([*Kind], k=len(Kind))
    kinds = [in_turn[(seed * _IN_TURN + n) % len(Kind)] for n in range(_IN_TURN)]
    drawn = chance.randint(*size.faults) - _IN_TURN
    kinds += chance.choices([*TERMS], [terms.weight for terms in TERMS.values()], k=drawn)
    faults = sorted((_draw_fault(kind, chance, nodes, size) for kind in kinds), key=lambda fault: fault.at)
    kept = tuple(fault for fault in faults if fault.kind not in without)
    return Plan(seed, size, arrangement, kept, nodes, tuple(fault.kind for fault in faults if fault.kind in without))


def _draw_fault(kind: Kind, chance: random.Random, nodes: Sequence[NodePlan], size: Size) -> Fault:
    terms = TERMS[kind]
    at, node = chance.uniform(0.1 * size.seconds, 0.9 * size.seconds), chance.choice(nodes).name
    seconds, degree = chance.uniform(*terms.seconds), chance.random()
    return Fault(round(at, 2), kind, node if terms.victim == NODE else "", round(seconds, 2), round(degree, 3))
