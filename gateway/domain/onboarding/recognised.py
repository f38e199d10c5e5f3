"""What sample documents tell of a partner: who it is on envelopes, what it sends and how, which codes it uses. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.agreement import Direction
from translators.contract import Family, Identity, Separators
from translators.finding import Code


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample file, as the partner gave it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutsideCode:
    """A code in use that is not in our lists: where it stands (`N101`, `DTM.1.3`), what it is, and how often it came."""

    place: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Items:
    """How lines name what is ordered: on how many of `lines` each scheme (`buyer`, `seller`, `gtin`) stands.

    `codes` are the partner's own that stand alone, in the order in which they came; `known` those beside which ours stood.
    """

    lines: int = 0
    schemes: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A kind of document that the samples hold. `version` is as agreements name it, `written` what stands on the wire where that
    is something else; `document` the canonical name, None where we have no mapping.

    `complaints` count the errors by their codes: with them the partner would be refused.
    """

    family: Family
    direction: Direction
    type: str
    version: str
    written: frozenset[str]
    document: str | None
    count: int
    complaints: Mapping[Code, int]
    outside: Sequence[OutsideCode]
    items: Items
    without_currency: bool
    units: Sequence[str]


@dataclass(frozen=True, slots=True)
class Syntax:
    """How the partner writes envelopes in a family. `version` is ISA12, or the syntax of UNB (`UNOC:3`)."""

    family: Family
    version: str
    separators: Separators
    group_versions: frozenset[str]
    applications: frozenset[tuple[str, str]]
    """Sender and receiver of its groups (GS02 and GS03), where they are not those of the envelope."""
    acknowledgement_requested: bool
    test: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """All that the samples tell. `theirs` and `ours` are identities on envelopes, `foreign` receivers that are not ours.

    `flat` names files that begin with no header that we know: which layout they have is for a person to say. `characters` are
    those of the files: `ascii`, `utf-8`, `8-bit`. `unread` says of files what is not even an envelope.
    """

    samples: Sequence[str] = ()
    theirs: Mapping[Family, Sequence[Identity]] = field(default_factory=dict)
    ours: Mapping[Family, Sequence[Identity]] = field(default_factory=dict)
    foreign: Mapping[Family, Sequence[Identity]] = field(default_factory=dict)
    syntaxes: Sequence[Syntax] = ()
    documents: Sequence[SeenDocument] = ()
    flat: Sequence[str] = ()
    characters: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        """Whether there are samples of what we send."""
        return any(one.direction is Direction.OUT for one in self.documents)

    def syntax(self, family: Family) -> Syntax | None:
        """How it writes in a family, by the first of its interchanges."""
        return next((one for one in self.syntaxes if one.family is family), None)
