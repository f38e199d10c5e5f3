"""The site that the browser tests visit, as a process of its own: the demo's gateway with its order-to-cash, and troubles.

It writes what the tests must know into the file that it is given, and ends by SIGTERM.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from gateway.bootstrap.accounts import add_person, choose_password
from gateway.bootstrap.office import Office, opened
from gateway.cli.demo.cash import OrderToCash
from gateway.cli.demo.narrator import Narrator
from gateway.cli.demo.performance import Performance
from gateway.cli.demo.site import Place, Site, gateway_of_demo, odoo_of_demo, prepared
from gateway.cli.terminal import Terminal
from gateway.domain.access import Role, at_the_machine
from gateway.operations.accounts import Terms
from gateway.simulators.odoo import Account
from gateway.telemetry.logging import LogFormat, configure
from tests.browser.people import PASSWORD, PEOPLE, STEWARD, Person
from tests.browser.troubles import Troubles
from tests.gateway.channels.as2.certificates import pair

MORE = Path(__file__).with_name("more.toml")


async def main(told: Path) -> None:
    """Everything, until nobody needs it any more."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    place = configured(told.parent / "site")
    with place.log.open("a", encoding="utf-8", buffering=1) as log:
        configure(log, log_format=LogFormat.JSON)
        async with AsyncExitStack() as stack:
            odoo = await stack.enter_async_context(odoo_of_demo())
            odoo.odoo.add_account(Account(login=STEWARD, password=STEWARD, groups=("products",)))
            site = await stack.enter_async_context(gateway_of_demo(place, odoo))
            office = await stack.enter_async_context(opened(str(place.config), site.environ))
            for person in PEOPLE:
                await invited(office, person)
            await played(site)
            troubles = await stack.enter_async_context(Troubles.of(site, office))
            await troubles.happen()
            written(told, facts(site))
            await asyncio.Event().wait()


def configured(folder: Path) -> Place:
    """The demo's configuration, with what these tests need beside it."""
    place = prepared(str(folder), os.environ)
    shutil.copy(MORE, place.config.parent / "partners")
    (place.certificates / "harbour.pem").write_bytes(pair("HARBOUR", days=20).certificate)
    return place


async def played(site: Site) -> None:
    """The demo, from its first scene to the money."""
    narrator = Narrator(Terminal(sys.stdin.buffer, sys.stdout.buffer, sys.stderr))
    performance, cash = Performance(site, narrator), OrderToCash(site, narrator)
    await performance.play()
    await cash.play()
    if problems := [*performance.problems, *cash.problems]:
        raise RuntimeError("; ".join(problems))


async def invited(office: Office, person: Person) -> None:
    """An account, with the password of all tests."""
    terms = Terms(roles=frozenset(map(Role, person.roles)), payloads=person.payloads, partner=person.partner)
    invitation = await add_person(office, person.name, terms, by=at_the_machine("root"))
    await choose_password(office, invitation.secret, PASSWORD)


def facts(site: Site) -> Mapping[str, Any]:
    """Where everything is."""
    inbox, outbox = site.folders("bigbox")
    return {"url": site.url, "odoo": site.odoo.url, "inbox": str(inbox), "outbox": str(outbox)}


def written(told: Path, known: Mapping[str, Any]) -> None:
    """All at once: who reads it reads it whole."""
    half = told.with_suffix(".half")
    half.write_text(json.dumps(known))
    half.rename(told)


if __name__ == "__main__":
    with suppress(asyncio.CancelledError):
        asyncio.run(main(Path(sys.argv[1])))
