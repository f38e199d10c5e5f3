"""The demo from its first line to its last: start everything, play, tell, stay up if asked, end cleanly."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from gateway.cli.demo import closing
from gateway.cli.demo.cash import OrderToCash
from gateway.cli.demo.narrator import Narrator
from gateway.cli.demo.performance import Performance
from gateway.cli.demo.site import Place, Site, gateway_of_demo, odoo_of_demo
from gateway.cli.exit_status import ExitStatus
from gateway.cli.records import Format, RecordWriter
from gateway.cli.terminal import Terminal
from gateway.telemetry.logging import LogFormat, configure

OPENING = (
    "Two trading partners, one gateway, one Odoo, all on this machine.",
    "The documents are real ones from public repositories, named with their licence. They come in the envelopes of these",
    "partners: identities and control numbers are changed, nothing else. Steps tick as they happen.",
    "",
)


@dataclass(slots=True)
class Demonstration:
    """One run of the demo. `keep`: stay up until somebody ends it; `kept`: its data folder is still there afterwards."""

    place: Place
    terminal: Terminal
    keep: bool
    kept: bool
    form: Format
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _staying: bool = False

    async def run(self) -> ExitStatus:
        """Everything; answers the exit status. Raises GatewayError when something cannot be started."""
        self._heed_signals()
        narrator = Narrator(self.terminal)
        for line in OPENING:
            narrator.say(line)
        with self.place.log.open("a", encoding="utf-8", buffering=1) as log:
            configure(log, log_format=LogFormat.JSON)
            async with AsyncExitStack() as stack:
                site = await self._started(stack, narrator)
                performance = Performance(site, narrator)
                await performance.play()
                cash = OrderToCash(site, narrator)
                await cash.play()
                performance.problems += cash.problems
                self._tell(performance, cash, site, await site.invitation() if self.keep else "")
                if self.keep:
                    await self._stay()
        return ExitStatus.FAILED if performance.problems else ExitStatus.SUCCESS

    async def _started(self, stack: AsyncExitStack, narrator: Narrator) -> Site:
        odoo = await stack.enter_async_context(odoo_of_demo())
        with narrator.step("starting the gateway with a PostgreSQL and a broker of its own, and Odoo") as step:
            site = await stack.enter_async_context(gateway_of_demo(self.place, odoo))
            version = f"a simulated Odoo {odoo.odoo.version}"
            step.done(f"the gateway runs on a copy of routes.toml, with a PostgreSQL and a broker of its own, beside {version}")
        return site

    def _tell(self, performance: Performance, cash: OrderToCash, site: Site, invitation: str) -> None:
        if self.form is not Format.TEXT:
            with RecordWriter(self.terminal, self.form, columns=closing.COLUMNS) as writer:
                for record in closing.records(performance):
                    writer.write(record)
        else:
            closing.show_outcome(self.terminal, performance)
            closing.show_story(self.terminal, performance)
            closing.show_rejections(self.terminal, performance)
            closing.show_orders(self.terminal, cash)
            if self.kept:
                closing.show_ways_on(self.terminal, self.place, site if self.keep else None, performance, invitation)
            else:
                closing.show_return(self.terminal)
        if performance.problems:
            closing.show_problems(self.terminal, performance, self.place)

    async def _stay(self) -> None:
        self._staying = True
        self.terminal.tell("")
        self.terminal.tell(f"The gateway is up. Ctrl-C ends it; {self.place.data} stays.")
        await self._ended.wait()

    def _heed_signals(self) -> None:
        """SIGINT and SIGTERM end a demo that stays up, and break off one that plays; either way everything is stopped."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def end() -> None:
            if self._staying:
                self._ended.set()
            elif task is not None:
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)
