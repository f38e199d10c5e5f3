"""Plays the scenes against the running gateway, and compares what became of each document with what should have become of it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from gateway.cli.demo import partners
from gateway.cli.demo.narrator import Narrator, Step
from gateway.cli.demo.partners import Answer, NoAnswer
from gateway.cli.demo.script import FIRST_NUMBER, SCENES, Fate, Scene, another_order, body, fates, settled
from gateway.cli.demo.site import Site
from gateway.cli.phrases import verdict_phrase
from gateway.cli.terminal import Span
from gateway.cli.times import duration_text

PATIENCE = 25.0
"""Seconds for anything that usually takes less than one."""

_LOOK_EVERY = 0.05
ANOTHER_ORDER = "one-more-order.x12"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """A scene, what was sent in it, what the partner got, and everything the gateway tells of it."""

    scene: Scene
    sent: bytes
    acknowledgement: bytes
    trace: Json

    @property
    def transmission(self) -> Json:
        """The transmission of this scene."""
        view: Json = self.trace["transmissions"][0]
        return view


class Performance:
    """The scenes in their order. `played` are those that came to an end, `problems` what did not happen as it should have."""

    def __init__(self, site: Site, narrator: Narrator) -> None:
        self._site, self._narrator = site, narrator
        self.played: list[Played] = []
        self.problems: list[str] = []

    async def play(self) -> None:
        """Play everything, then count what stands in Odoo."""
        numbers = {scene.name: FIRST_NUMBER + place for place, scene in enumerate(SCENES)}
        async with ClientSession(timeout=ClientTimeout(total=PATIENCE + 10)) as session:
            for scene in SCENES:
                number = numbers[scene.repeats or scene.name]
                await self._scene(session, scene, number)
                if self.played[-1:] == [] or self.played[-1].scene is not scene:
                    break  # what did not answer once will not answer the next
                if scene is SCENES[0] and not self.problems:
                    since = duration_text(self._narrator.elapsed)
                    self._narrator.say((f"             first order through {since} after the start", "faint"))
        await self._write(ANOTHER_ORDER, another_order(self._site.address("bigbox", "x12", FIRST_NUMBER + len(SCENES))))
        self._count()

    async def _scene(self, session: ClientSession, scene: Scene, number: int) -> None:
        self._narrator.say("")
        self._narrator.say((scene.title, "bold"))
        for sample in scene.samples:
            self._narrator.say(("    ", ""), sample.file, (f"  ({sample.origin})", "faint"))
        with self._narrator.step("sent, waiting for the acknowledgement and for Odoo") as step:
            try:
                sent = self._contents(scene, number)
                await self._write(scene.name, sent)
                answer = await self._send(session, scene, sent, number)
                trace = await self._settled(answer.transmission)
            except (NoAnswer, ClientError, OSError) as error:
                step.failed(str(error) or type(error).__name__)
            else:
                played = Played(scene, sent, answer.acknowledgement, trace)
                self.played.append(played)
                self._judge(played, step)
        self.problems += [f"{scene.title}: {problem}" for problem in step.problems]

    def _contents(self, scene: Scene, number: int) -> bytes:
        earlier = next((played.sent for played in self.played if played.scene.name == scene.repeats), None)
        if scene.repeats and earlier is None:
            raise NoAnswer(f"{scene.repeats} was not sent, so it cannot be repeated")
        return earlier or body(scene, self._site.address(scene.partner, scene.family, number))

    async def _write(self, name: str, contents: bytes) -> None:
        await asyncio.to_thread((self._site.place.documents / name).write_bytes, contents)

    async def _send(self, session: ClientSession, scene: Scene, contents: bytes, number: int) -> Answer:
        if scene.by == "http":
            return await partners.post(session, self._site.url, scene.partner, contents, within=PATIENCE)
        inbox, outbox = self._site.folders(scene.partner)
        return await partners.drop(inbox, outbox, name=scene.name, contents=contents, number=number, within=PATIENCE)

    async def _settled(self, transmission: str) -> Json:
        """The trace of a transmission, by its id or file name, once nothing of it is on its way."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    trace = await self._site.records.trace(transmission)
                    if trace is not None and settled(trace["transmissions"][0]):
                        return trace
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            raise NoAnswer(f"{transmission} was not done within {PATIENCE:g} s: gateway trace {transmission}") from None

    def _judge(self, played: Played, step: Step) -> None:
        found, wanted = fates(played.transmission), list(played.scene.expected)
        verdicts = [str(interchange["verdict"]) for interchange in played.transmission["interchanges"]]
        if found != wanted:
            step.failed(f"expected {_listed(wanted)}, found {_listed(found)}")
        if verdicts != [played.scene.verdict]:
            step.failed(f"expected the verdict {played.scene.verdict}, found {', '.join(verdicts) or 'none'}")
        if not played.acknowledgement.strip():
            step.failed("the acknowledgement is empty")
        step.done(*self._told(played))

    def _told(self, played: Played) -> list[Span]:
        kind = "CONTRL" if played.scene.family == "edifact" else "997"
        spans: list[Span] = [f"{kind} ", verdict_phrase(played.scene.verdict)]
        if played.scene.repeats:
            return [f"recognised as sent before: answered with the {kind} of then, nothing is done twice"]
        for fate, order in played.scene.expected:
            match fate:
                case Fate.BOOKED:
                    spans += ["; ", (f"order {order} is {self.sale_order(order)} in Odoo", "good")]
                case Fate.STOPPED:
                    spans += ["; ", (f"order {order} waits for {self._owner(played)}", "warning")]
                case Fate.REJECTED:
                    spans += ["; ", ("one order rejected", "warning")]
        return spans

    def sale_order(self, order: str) -> str:
        """The name of an order in Odoo, or nothing. Asked of Odoo itself, not of the gateway."""
        return ", ".join(found.name for found in self._site.odoo.odoo.orders(client_order_ref=order))

    def _owner(self, played: Played) -> str:
        return ", ".join(str(failure["owner"]) for failure in played.transmission["failures"]) or "nobody"

    def _count(self) -> None:
        """Every booked order stands in Odoo once, and nothing else does."""
        wanted = Counter(order for scene in SCENES for fate, order in scene.expected if fate is Fate.BOOKED)
        found = Counter(order.client_order_ref for order in self._site.odoo.odoo.orders())
        with self._narrator.step("orders in Odoo") as step:
            if found != wanted:
                step.failed(f"expected {_listed(wanted.items())} in Odoo, found {_listed(found.items())}")
            step.done(f"Odoo holds {found.total()} sale orders, each once")
        self.problems += step.problems


def _listed(pairs: "Sequence[tuple[object, object]] | Any") -> str:
    return ", ".join(f"{first} {second}".strip() for first, second in pairs) or "nothing"
