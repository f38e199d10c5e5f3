"""Who answers for what goes wrong: every failure has an owner, who is told by its addresses, and may have a next one."""

import hashlib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

MEANS = ("mail", "webhook", "exec")
_URL = re.compile(r"https?://(?:[^/@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^/:?#@\s\[\]]+)(?::\d{1,5})?(?:[/?#]\S*)?")
_MAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an owner is told: by `mail` to an address, by `webhook` to an URL, by `exec` of a command with its arguments."""

    means: str
    target: str = field(repr=False)

    @property
    def mark(self) -> str:
        """What names it in the database, where an URL that holds a secret must not stand."""
        return hashlib.sha256(f"{self.means}:{self.target}".encode()).hexdigest()[:16]

    @property
    def shown(self) -> str:
        """What people may see of it: of an URL its host, of a command its program."""
        match self.means:
            case "webhook":
                host = _URL.fullmatch(self.target)
                return f"webhook:{host[1] if host else ''}"
            case "exec":
                return f"exec:{self.command[0].rpartition('/')[2]}"
            case _:
                return f"{self.means}:{self.target}"

    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments; no shell reads them."""
        return tuple(shlex.split(self.target))


def parse_address(text: str) -> Address:
    """An address with its means, as it stands in routes.toml. Raises ValueError, which says what to write."""
    means, colon, target = text.partition(":")
    fault = _faults(means, target) if colon else 'write its means first, as in "mail:edi@nordic.example"'
    if fault:
        raise ValueError(fault)
    return Address(means, target)


def _faults(means: str, target: str) -> str:
    match means:
        case "mail":
            return "" if _MAIL.fullmatch(target) else 'write one mail address, as in "mail:edi@nordic.example"'
        case "webhook":
            return "" if _URL.fullmatch(target) else 'write an URL, as in "webhook:https://chat.nordic.example/edi"'
        case "exec":
            return _command_fault(target)
    return f'owners are told by {", ".join(MEANS)}, as in "mail:edi@nordic.example"'


def _command_fault(target: str) -> str:
    try:
        words = shlex.split(target)
    except ValueError:
        return "a quotation mark of the command is not closed"
    if not words or not words[0].startswith("/"):
        return 'write a program with its path, as in "exec:/usr/local/bin/page edi"; no shell reads it'
    return ""


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or team, and how it is told of failures.

    `next` takes over what nobody attended to within `attend` (None: never), counted in the open hours of the calendar `hours`.
    Outside of them it is told of nothing but failures whose code is in `urgent`. It gets no more than one message in the time
    `every`. Posts to webhooks are signed with `secret`.
    """

    id: str
    notify: tuple[Address, ...] = ()
    next: str | None = None
    hours: str | None = None
    attend: timedelta | None = timedelta(hours=4)
    every: timedelta = timedelta(minutes=15)
    urgent: frozenset[str] = frozenset()
    secret: str = field(default="", repr=False)


def escalation(owner: str, owners: Mapping[str, Owner]) -> tuple[str, ...]:
    """The owners to ask in turn, beginning with `owner`; each once, so that a circle ends."""
    chain: list[str] = []
    current: str | None = owner
    while current is not None and current in owners and current not in chain:
        chain.append(current)
        current = owners[current].next
    return tuple(chain)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose failures are whose: by route, by partner and by stage, and for all the rest the gateway's own owner."""

    gateway: str
    stages: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)

    def owner_of(self, partner: str | None, *, stage: str = "", route: str | None = None, target: str | None = None) -> str:
        """Who owns a failure: the route's owner, else the partner's, else that of the target it is about, the stage, the gateway.

        The closer to the document, the better somebody knows what to do about it.
        """
        candidates = (
            self.routes.get(route or ""),
            self.partners.get(partner or ""),
            target,
            self.stages.get(stage),
        )
        return next((owner for owner in candidates if owner), self.gateway)
