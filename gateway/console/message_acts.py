"""Ignore and reject: a question that says what is given up and what the sender is told, and what is done when it is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from gateway.console.message import asked_id
from gateway.console.message_story import title_of
from gateway.console.questions import Question, Wish, refusal, wish_of
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.errors import Absent, ActionRefused, Denied, PlanRefused

Json = Mapping[str, Any]

ACTS: Final = ("ignore", "reject")
_ONLY_SHOWN: Final = "only shown"
"""The reason of what is only asked about: nothing is kept of it."""


@dataclass(frozen=True, slots=True)
class MessageActs:
    """The question, and what is done."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The question is a page of its own, as all are that come before something is done."""
        page = self.shell.page
        return [
            web.get("/messages/{message}/give-up", page(self._ask)),
            web.post("/messages/{message}/give-up", page(self._do)),
        ]

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        """What would be done; or why it cannot be, and what would allow it."""
        return self._page(visit, await self._question(visit, self._wish(visit, visit.request.query.items())))

    async def _do(self, visit: Visit) -> web.StreamResponse:
        wish = self._wish(visit, (await visit.request.post()).items())
        question = await self._question(visit, wish)
        if question.problem:
            return self._page(visit, question, status=422)
        message, reason = asked_id(visit, "message"), wish.said("reason")
        try:
            await self.shell.ask(visit, f"messages.{wish.action}", message=message, reason=reason)
        except Denied:
            raise
        except (PlanRefused, ActionRefused, Absent) as problem:
            return self._page(visit, replace(question, problem=refusal(problem)), status=422)
        return see_other(visit, wish.back, said=f"message.{wish.action}")

    def _wish(self, visit: Visit, pairs: Any) -> Wish:
        message = str(asked_id(visit, "message"))
        return replace(wish_of(pairs, link("/messages", message)), ids=[message])

    async def _question(self, visit: Visit, wish: Wish) -> Question:
        """What is asked. Raises Absent for what cannot be done to messages, Denied for who may not."""
        if wish.action not in ACTS:
            raise Absent(visit.texts("message.no_act"))
        operation = f"messages.{wish.action}"
        self.shell.asking.require(visit.who, operation)
        texts, (message,) = visit.texts, wish.ids
        view = await self.shell.ask(visit, "messages.show", message=message)
        question = Question(
            path=link("/messages", message, "give-up"),
            screen="messages",
            wish=wish,
            title=texts(f"message.ask.{wish.action}"),
            button=texts(f"message.do.{wish.action}"),
            chosen=[(title_of(view, texts), link("/messages", message))],
            effects=(),
            fields=("reason",),
        )
        try:
            shown = await self.shell.ask(visit, operation, message=message, reason=_ONLY_SHOWN, only_show=True)
        except (ActionRefused, PlanRefused) as problem:
            return replace(question, chosen=(), problem=refusal(problem))
        return replace(question, effects=[("warning", text) for text in effects(shown, texts)])

    def _page(self, visit: Visit, question: Question, *, status: int = 200) -> web.Response:
        return self.shell.render(visit, "question.html", status=status, screen=question.screen, asked=question)


def effects(shown: Json, texts: Texts) -> Sequence[str]:
    """What it comes to, in sentences with numbers."""
    said = []
    if deliveries := shown["deliveries"]:
        targets = ", ".join(dict.fromkeys(str(one["target"]) for one in deliveries))
        said.append(texts("message.effect.deliveries", count=len(deliveries), targets=targets))
    if failures := shown["failures"]:
        said.append(texts("message.effect.failures", count=failures))
    said += [
        texts("message.effect.answer", type=one["type"], number=one["number"], partner=one["partner"]) for one in shown["answers"]
    ]
    said += [texts("message.effect.before", what=one["called"]) for one in shown["before"]]
    return said if said and (shown["answers"] or shown["before"]) else [*said, texts("message.effect.nobody")]
