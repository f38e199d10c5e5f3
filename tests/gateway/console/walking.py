"""All pages of the console with something real in their places: what walks over every route begins here."""

from collections.abc import Iterator, Mapping, Sequence

from aiohttp import web

from gateway.bootstrap.fronts import Premises
from gateway.bootstrap.office import Office
from gateway.console.front import open_console
from tests.integration.harness import Silent
from tests.world.day import World

NOTHING = "00000000-0000-7000-8000-000000000001"
Route = tuple[str, str]

OPEN: frozenset[Route] = frozenset(
    {
        ("GET", "/assets/{name}"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/preferences"),
        ("GET", "/password/{link}"), ("POST", "/password/{link}"),
    }
)  # fmt: skip
"""The pages before which nobody needs to have signed in. One more here is a decision."""


async def routes_of(office: Office) -> Sequence[Route]:
    """Method and path of every route."""
    async with open_console(Premises(office, Silent())) as table:
        return [(route.method, route.path) for route in table if isinstance(route, web.RouteDef)]


def streams(path: str) -> bool:
    """Whether it answers for as long as somebody listens."""
    return path.endswith("/news")


def addresses(path: str, places: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A path with all that there is in its braces; an id that nothing has where there is nothing."""
    begin, brace, rest = path.partition("{")
    if not brace:
        yield path
        return
    name, _, end = rest.partition("}")
    for value in places.get(name.partition(":")[0]) or [NOTHING]:
        yield from addresses(f"{begin}{value}{end}", places)


async def places_of(world: World, partner: str | None = None) -> dict[str, list[str]]:
    """What there is in the world, or in it of a partner, by the names that stand in paths."""

    async def of(sql: str) -> list[str]:
        wanted = "true" if partner is None else f"partner = '{partner}'"
        return [str(row["id"]) for row in await world.rows(sql.format(wanted))]

    channels = {"bigbox": ["bigbox-folder", "bigbox-as2"], "nordmart": ["nordmart-folder"]}
    agreements = {"bigbox": ["bigbox-850"], "nordmart": ["nordmart-orders"]}
    return {
        "message": await of("select distinct transmission as id from gateway.document where {} order by 1 limit 4"),
        "document": await of("select id from gateway.document where {} order by id limit 4"),
        "failure": await of("select id from gateway.failure where {} order by id limit 4"),
        "expectation": await of("select id from gateway.expectation where {} order by id limit 4"),
        "order": await of("select id from gateway.trade_order where {} order by id limit 4"),
        "partner": [partner] if partner else [*channels],
        "channel": channels[partner] if partner else [name for names in channels.values() for name in names],
        "agreement": agreements[partner] if partner else [name for names in agreements.values() for name in names],
        "fingerprint": ["a" * 64],
        "target": ["odoo"],
        "application": ["odoo"],
        "schedule": ["nightly"],
        "reconciliation": ["odoo-orders"],
        "account": ["ada"],
        "tab": ["contents", "document", "raw", "canonical", "deliveries", "acknowledgements", "related", "journal"],
    }
