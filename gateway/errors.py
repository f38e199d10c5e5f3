"""What the gateway raises on purpose. A bad document is never an exception: it yields findings and a failure record.

GatewayError
├── ConfigurationInvalid      routes.toml cannot be used (exit 78)
├── DependencyUnavailable     a server we need does not answer (exit 6)
│   ├── BrokerUnavailable
│   ├── VaultUnavailable      secrets cannot be had: it is sealed, not there, or does not let us in
│   └── StoreUnavailable
│       ├── CommitUnknown     the connection broke while committing: it may or may not have happened
│       └── LeaseLost         another process does this work now: nothing was written
├── DataRefused               the database refused a batch for what is in it: halve it, down to the one
├── Contention                the database asks to repeat the transaction (serialization, deadlock)
├── BodyUnreadable            a stored body cannot be had as it was stored
│   ├── BodyPurged            it was removed by retention
│   └── KeyMissing            it is encrypted with a key that is not configured
├── Refused                   intake said no before anything was stored: too large, over quota, not allowed
├── ServerRefused             a partner's server said no to one request; it may do the next
├── QueryInvalid              a search cannot be meant as it is written (exit 2)
├── PlanRefused               what was chosen to be done again is nothing, everything or too much (exit 2)
├── ActionRefused             what a person asked for is not allowed in the present state, or to this person (exit 4)
│   ├── Denied                whoever asks has no right to this, whatever the state (exit 4)
│   ├── NotSignedIn           nobody is known by this password, session, link or token (exit 4)
│   └── TooOften              the same was asked for too often: it may be asked for again later (exit 4)
├── Absent                    there is no such thing, or not for whoever asks
├── DataFolderBusy            another gateway runs on this data folder
└── SchemaMismatch            the database has another schema version than this code
"""


class GatewayError(Exception):
    """Base of the tree. `remedy` says what to do next; `exit_status` is what the command line ends with."""

    exit_status = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ConfigurationInvalid(GatewayError):
    """The configuration cannot be used; run `gateway check`."""

    exit_status = 78


class DependencyUnavailable(GatewayError):
    """A server we depend on does not answer."""

    exit_status = 6


class BrokerUnavailable(DependencyUnavailable):
    """No broker of those configured accepts a connection."""


class VaultUnavailable(DependencyUnavailable):
    """Vault does not answer, is sealed, or does not let us in: no configuration that refers to it can be read."""


class StoreUnavailable(DependencyUnavailable):
    """The database does not answer."""


class CommitUnknown(StoreUnavailable):
    """The connection broke during a commit. Whoever is waiting must be told to ask again, never that it is done."""


class LeaseLost(StoreUnavailable):
    """The lease under which this was to be written is held by another process, or has lapsed; nothing was written."""


class DataRefused(GatewayError):
    """The database refused a statement for reasons of data; the innocent of the batch succeed without the one."""


class Contention(GatewayError):
    """Two transactions stood in each other's way; the whole transaction may simply be repeated."""


class BodyUnreadable(GatewayError):
    """A stored body cannot be had as it was stored."""


class BodyPurged(BodyUnreadable):
    """A body was removed by retention; its envelope says what it was."""

    def __init__(self, text: str) -> None:
        super().__init__(text, remedy="Ask the partner to send it again, or look for it in a backup of that time.")


class KeyMissing(BodyUnreadable):
    """A body is encrypted with a key that is not configured. It is kept, and read as soon as the key is there."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f'A stored body is encrypted with key "{key}", which is not configured.',
            remedy=f'Add it to [gateway.encryption] keys: {{ id = "{key}", key = "${{file:…}}" }}. It goes when nothing uses it.',
        )
        self.key = key


class Refused(GatewayError):
    """Intake refused before the body was taken. `status` is the HTTP status that says why (401, 413, 429, 503)."""

    def __init__(self, message: str, *, status: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class ServerRefused(GatewayError):
    """A partner's server said no to one request: in its own words."""


class QueryInvalid(GatewayError):
    """A search that cannot be meant: an unknown key, a quotation mark that is not closed. `where` is the part of it."""

    exit_status = 2

    def __init__(self, message: str, *, where: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.where = where


class PlanRefused(GatewayError):
    """What was chosen to be replayed or redelivered cannot be meant: no filter, an unknown id, far too much."""

    exit_status = 2


class ActionRefused(GatewayError):
    """What a person asked for is not allowed in the present state, or not to this person."""

    exit_status = 4


class Denied(ActionRefused):
    """Whoever asks has no right to this."""


class NotSignedIn(ActionRefused):
    """Nobody is known by this password, session, link or token; which part of it is wrong is not told."""


class IdentityRefused(NotSignedIn):
    """Somebody comes from the identity provider and is not let in: `code` says why in one word, `name` who it would be."""

    def __init__(self, code: str, message: str, *, name: str = "") -> None:
        super().__init__(message, remedy="Begin anew; if it stays, tell an administrator of this gateway what is written here.")
        self.code, self.name = code, name


class PasswordsOff(NotSignedIn):
    """This name does not sign in by a password, but at the identity provider."""


class TooOften(ActionRefused):
    """The same was asked for too often. `retry_after` is in seconds from now."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, remedy=f"Try again in {max(round(retry_after), 1)} s.")
        self.retry_after = retry_after


class Absent(GatewayError):
    """There is no such thing, or none that whoever asks may see: which of the two is not told."""


class DataFolderBusy(GatewayError):
    """Another gateway runs on this data folder; the message names its process id."""


class SchemaMismatch(GatewayError):
    """The database's schema is not the one this code knows; run `gateway db migrate`."""

    exit_status = 6
