"""The least rights: what a service may do at RabbitMQ, and what gateway and support may do at PostgreSQL.

RabbitMQ asks for `configure` where something is declared, `write` where something is published or a queue is bound, `read` where
something is consumed or an exchange is bound from, and beside that for the routing keys of topic exchanges. Nobody but the
gateway may write to the default exchange (`amq.default`): by it anything can be put into any queue.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.broker.topology import CANONICAL, EVENTS, OUTBOUND

GATEWAY = r"^(edi\..*|amq\.default)$"
_NAME = re.compile(r"[a-z][a-z0-9-]{1,60}")
_KEY = re.compile(r"[A-Za-z0-9_*#-]+(\.[A-Za-z0-9_*#-]+)*")


@dataclass(frozen=True, slots=True)
class Service:
    """A service by the name of its user: what it reads (binding keys) and what it publishes (routing keys, `*` and `#` allowed).

    Its queues begin with its name and a dot. Raises ValueError for a name or key that RabbitMQ or we would read otherwise.
    """

    name: str
    documents: Sequence[str] = ()
    events: Sequence[str] = ()
    publishes: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name == "edi":
            raise ValueError(f"{self.name!r} is no name of a service: small letters, digits and hyphens, beginning with a letter")
        for key in (*self.documents, *self.events, *self.publishes):
            if not _KEY.fullmatch(key):
                raise ValueError(f"{key!r} is no key: words joined by dots, `*` for any one, `#` for any number of them")


@dataclass(frozen=True, slots=True)
class TopicRight:
    """Which routing keys may be published to an exchange, and with which ones queues may be bound to it."""

    exchange: str
    write: str
    read: str


@dataclass(frozen=True, slots=True)
class BrokerRights:
    """Regular expressions over names, as RabbitMQ has them; one that is empty allows nothing."""

    user: str
    configure: str
    write: str
    read: str
    topics: tuple[TopicRight, ...]

    def definitions(self, host: str) -> Mapping[str, Any]:
        """For the import of RabbitMQ's management; the user cannot log in until it has a password or certificate."""
        permission = {"user": self.user, "vhost": host, "configure": self.configure, "write": self.write, "read": self.read}
        return {
            "users": [{"name": self.user, "password_hash": "", "tags": []}],
            "permissions": [permission],
            "topic_permissions": [
                {"user": self.user, "vhost": host, "exchange": topic.exchange, "write": topic.write, "read": topic.read}
                for topic in self.topics
            ],
        }

    def commands(self, host: str) -> list[str]:
        """The same by `rabbitmqctl`, which asks for the password."""
        rights = " ".join(f"'{right}'" for right in (self.configure, self.write, self.read))
        return [
            f"rabbitmqctl add_user {self.user}",
            f"rabbitmqctl set_permissions --vhost '{host}' {self.user} {rights}",
            *(
                f"rabbitmqctl set_topic_permissions --vhost '{host}' {self.user} {topic.exchange} '{topic.write}' '{topic.read}'"
                for topic in self.topics
            ),
        ]


def broker_rights(service: Service) -> BrokerRights:
    """What a service needs, and nothing else."""
    own = rf"{re.escape(service.name)}\..*"
    exchanges = [name for name, keys in ((CANONICAL, service.documents), (EVENTS, service.events)) if keys]
    written = [OUTBOUND] if service.publishes else []
    return BrokerRights(
        service.name,
        configure=_any_of([own]),
        write=_any_of([own, *map(re.escape, written)]),
        read=_any_of([own, *map(re.escape, exchanges)]),
        topics=(
            TopicRight(CANONICAL, _NOTHING, _keys(service.documents)),
            TopicRight(EVENTS, _NOTHING, _keys(service.events)),
            TopicRight(OUTBOUND, _keys(service.publishes), _NOTHING),
        ),
    )


_NOTHING = "^$"


def _any_of(patterns: Sequence[str]) -> str:
    return f"^({'|'.join(patterns)})$" if patterns else _NOTHING


def _keys(keys: Sequence[str]) -> str:
    """A regular expression for routing keys and for the binding keys that take no more than they."""
    return _any_of([_pattern(key) for key in keys])


def _pattern(key: str) -> str:
    words = {"*": r"[^.#]+", "#": ".*"}
    return r"\.".join(words.get(word, re.escape(word)) for word in key.split("."))


DATABASE = """\
-- Three roles of PostgreSQL: run this as a superuser in the gateway's database, then give each a way to log in. It may be run
-- again.
--   edi_owner    migrates (`gateway db migrate`) and owns the tables.
--   edi_gateway  runs the gateway: reads and writes rows, makes and drops nothing but months of tables.
--   edi_support  reads what happened, but no document: neither bytes nor canonical form.
do $$ declare wanted text; begin
  foreach wanted in array array['edi_owner', 'edi_gateway', 'edi_support']
  loop
    if not exists (select from pg_roles where rolname = wanted) then execute format('create role %I', wanted); end if;
  end loop;
end $$;

do $$ begin execute format('grant create on database %I to edi_owner', current_database()); end $$;
select gateway.grant_rights_v1();
"""
"""SQL that makes the roles of the database and gives each its rights, on a schema that is migrated. What the rights are says the
function, which every later migration calls again.
"""
