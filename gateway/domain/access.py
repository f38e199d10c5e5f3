"""Who may do what: rights, the roles that people are given, and what a caller may see of partners. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

NAME_OF_AN_ACCOUNT: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
"""Small letters, digits and a few signs, so that nobody is taken for somebody else: a mail address will do."""


class Right(StrEnum):
    """What can be allowed. Seeing what documents hold is a right of its own, in no role: it is given by name, and audited."""

    SEE = "see"
    """Lists, stories, states, figures: everything but what documents hold."""
    PAYLOADS = "payloads"
    """What documents hold: raw, canonical, delivered bytes."""
    REPAIR = "repair"
    """Replay, redeliver, correct, discard, and everything that is done about failures."""
    CONTROL = "control"
    """Hold and release of targets, partners and orders; attempts at once; runs of schedules."""
    PARTNERS = "partners"
    """Control numbers, acknowledgements that are waived or matched by hand, tests of a partner's connection."""
    AUDIT = "audit"
    """Reading who did what."""
    TRY = "try"
    """Having files judged as if they came: nothing of them is stored, or goes on."""
    CONFIGURE = "configure"
    """What configuration is in force: propose, approve, reject, go back."""
    ADMINISTER = "administer"
    """Accounts, their roles and tokens."""


class Role(StrEnum):
    """What an account is for. An account may have several."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    PARTNER_MANAGER = "partner-manager"
    TESTER = "tester"
    ADMINISTRATOR = "administrator"


ROLES: Final[Mapping[Role, frozenset[Right]]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.OPERATOR: frozenset({Right.SEE, Right.REPAIR, Right.CONTROL}),
    Role.PARTNER_MANAGER: frozenset({Right.SEE, Right.CONTROL, Right.PARTNERS, Right.CONFIGURE, Right.TRY}),
    Role.TESTER: frozenset({Right.SEE, Right.TRY}),
    Role.ADMINISTRATOR: frozenset(Right) - {Right.PAYLOADS},
}
"""Operators replay: that is not hidden behind administrators."""

OF_A_PARTNER: Final = frozenset({Right.SEE, Right.PAYLOADS, Right.TRY})
"""The most that an account of a partner may have, and of that partner's own alone."""


class AccountKind(StrEnum):
    """People sign in; services call the API by tokens and never sign in."""

    PERSON = "person"
    SERVICE = "service"


def rights_of(roles: Collection[Role], *, payloads: bool, partner: str | None) -> frozenset[Right]:
    """All that an account may do."""
    rights = frozenset(right for role in roles for right in ROLES[role])
    rights |= {Right.PAYLOADS} if payloads else set()
    return rights & OF_A_PARTNER if partner is not None else rights


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an account by its name, with what it may do now. `partner` is the only one it sees; None sees all.

    `token` is the token that was shown, None for somebody who has signed in. `roles` are those of the account, for what
    two people in different roles must do.
    """

    account: UUID
    name: str
    kind: AccountKind
    rights: frozenset[Right]
    partner: str | None = None
    token: UUID | None = None
    roles: frozenset[Role] = frozenset()

    def may(self, right: Right) -> bool:
        """Whether it may."""
        return right in self.rights

    def sees(self, partner: str | None) -> bool:
        """Whether what is this partner's is there for it. What is nobody's is for those who see all."""
        return self.partner is None or self.partner == partner

    def restricted(self, scopes: Collection[Right], token: UUID) -> "Caller":
        """The same by a token that was made for less."""
        return Caller(self.account, self.name, self.kind, self.rights & frozenset(scopes), self.partner, token, self.roles)


def at_the_machine(login: str) -> Caller:
    """Who uses the command line, with the database in hand: nothing could be kept from them."""
    return Caller(UUID(int=0), login, AccountKind.PERSON, frozenset(Right))
