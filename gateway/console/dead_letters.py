"""Dead letters: what somebody must look after before it goes on, by what it needs; and what is done about it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from gateway.console.questions import MOST_SHOWN, NOTHING, Question, Wish, not_done, nothing_chosen, refusal, wish_of
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import keys_text
from gateway.errors import Absent, ActionRefused, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "approval": ("approve", "discard"),
    "in_doubt": ("found", "redelivery", "discard"),
    "refused": ("redelivery", "replay", "discard"),
    "dead": ("redelivery", "replay", "discard"),
    "unreadable": ("replay", "discard"),
}
"""What a dead letter waits for, the most urgent first, and what can be done about it."""
ACTS: Final[Mapping[str, Sequence[str]]] = {"approve": ("reason",), "discard": ("reason",), "found": ("reference", "reason")}
"""What is asked for it. The others are plans."""
FILTERS: Final = ("partner", "target", "code")
COLUMNS: Final = ("numbers", "partner", "target", "why", "attempts", "owner", "since")

_STATE: Final[Mapping[str, Sequence[str]]] = {
    "approval": ("--code", "approval-needed"),
    "in_doubt": ("--state", "in_doubt"),
    "refused": ("--state", "failed"),
    "dead": ("--state", "dead"),
    "unreadable": ("--state", "unreadable"),
}
"""What a need is called on the command line."""
_LIMIT: Final = 50
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as the list shows it."""

    id: str
    path: str
    numbers: str
    partner: str
    target: str
    code: str
    message: str
    failure: str
    attempts: int
    owner: str
    since: object


def letter_of(view: Json, texts: Texts) -> Letter:
    """A row of the list from what the operation tells of a dead letter."""
    return Letter(
        id=str(view["id"]),
        path=link("/messages", str(view["transmission"])),
        numbers=" ".join(part for part in (str(view["type"]), keys_text(view["keys"])) if part)
        or texts("dead_letters.no_number"),
        partner=str(view["partner"] or ""),
        target=str(view["target"]),
        code=str(view["code"]),
        message=str(view["message"]),
        failure=link("/failures", str(view["fingerprint"])) if view["failure"] else "",
        attempts=view["attempt"],
        owner=str(view["owner"]),
        since=view["since"],
    )


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The list by what is needed, and what is done: a question comes first."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, the question and its answer."""
        page = self.shell.page
        return [
            web.get("/dead-letters", page(self._list)),
            web.get("/dead-letters/act", page(self._ask)),
            web.post("/dead-letters/act", page(self._do)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        asked, texts, may = visit.request.query, visit.texts, self.shell.asking.may
        wanted = {name: asked.get(name, "").strip() for name in FILTERS}
        numbers = await self.shell.ask(visit, "dead_letters.needs")
        need = shown_need(asked.get("need", ""), numbers)
        after, problem, found = asked.get("after", ""), None, NOTHING
        filters = {name: [value] for name, value in wanted.items() if value}
        try:
            found = await self.shell.ask(visit, "dead_letters.list", need=[need], **filters, after=after, limit=_LIMIT)
        except PlanRefused as refused:
            problem = refusal(refused)
        here = {"need": need, **wanted}
        return self.shell.render(
            visit,
            "dead_letters.html",
            status=422 if problem else 200,
            screen="dead_letters",
            problem=problem,
            need=need,
            tabs=[(name, numbers[name], link("/dead-letters", need=name)) for name in NEEDS],
            whole=sum(numbers.values()),
            wanted=wanted,
            filtered=any(wanted.values()),
            letters=[letter_of(view, texts) for view in found["items"]],
            columns=COLUMNS,
            acts=[act for act in NEEDS[need] if may(visit.who, _operation(act))],
            plans=("redelivery", "replay"),
            back=link("/dead-letters", **here, after=after),
            newest=link("/dead-letters", **here) if after else "",
            older=link("/dead-letters", **here, after=found["after"]) if found["after"] else "",
            command=shlex.join(
                ["gateway", "dlq", "list", *_STATE[need]]
                + [part for name, value in wanted.items() if value for part in (f"--{name}", value)]
            ),
        )

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        question = await self._question(visit, wish_of(visit.request.query.items(), "/dead-letters"))
        return self._page(visit, question, 422 if question.problem else 200)

    async def _do(self, visit: Visit) -> web.StreamResponse:
        wish = wish_of((await visit.request.post()).items(), "/dead-letters")
        question = await self._question(visit, wish)
        if question.problem:
            return self._page(visit, question, 422)
        try:
            undone = await self._done(visit, wish)
        except Denied:
            raise
        except (PlanRefused, ActionRefused, Absent) as problem:
            return self._page(visit, replace(question, problem=refusal(problem)), 422)
        if not undone:
            return see_other(visit, wish.back, said=f"dead_letters.{wish.action}", count=len(wish.ids))
        rest = await self._question(visit, replace(wish, ids=[item["id"] for item in undone]))
        return self._page(visit, replace(rest, undone=[(item["problem"], item["remedy"]) for item in undone]), 409)

    async def _done(self, visit: Visit, wish: Wish) -> Sequence[Json]:
        """Do it; answers what it could not be done to. What has arrived is said of each by itself, as the target calls it."""
        if wish.action != "found":
            name, reason = f"dead_letters.{wish.action}", wish.said("reason")
            return not_done((await self.shell.ask(visit, name, letters=wish.ids, reason=reason))["items"])
        undone: list[Json] = []
        for letter in wish.ids:
            try:
                await self.shell.ask(visit, "dead_letters.found", letter=letter, **wish.written)
            except GatewayError as problem:
                if len(wish.ids) == 1:
                    raise
                undone.append({"id": letter, "problem": str(problem), "remedy": problem.remedy})
        return undone

    async def _question(self, visit: Visit, wish: Wish) -> Question:
        """What is asked. Raises Absent for what cannot be done to dead letters, Denied for who may not."""
        texts = visit.texts
        if wish.action not in ACTS:
            raise Absent(texts("dead_letters.no_act"))
        self.shell.asking.require(visit.who, _operation(wish.action))
        found = await self._chosen(visit, wish)
        letters = [letter_of(view, texts) for view in found]
        fields = [name for name in ACTS[wish.action] if name != "reference" or len(found) == 1]
        return Question(
            path="/dead-letters/act",
            screen="dead_letters",
            wish=replace(wish, ids=[letter.id for letter in letters], written=_kept(wish, fields)),
            title=texts(f"dead_letters.ask.{wish.action}", count=len(found)),
            button=texts(f"dead_letters.act.{wish.action}"),
            chosen=[
                (" · ".join(part for part in (one.numbers, one.partner, one.target) if part), one.path)
                for one in letters[:MOST_SHOWN]
            ],
            effects=[("warning" if wish.action == "discard" else "", texts(f"dead_letters.effect.{wish.action}"))],
            fields=fields,
            problem=None if found else nothing_chosen(visit),
        )

    async def _chosen(self, visit: Visit, wish: Wish) -> Sequence[Json]:
        if not wish.ids:
            return ()
        listed = await self.shell.ask(visit, "dead_letters.list", letter=wish.ids[:_MOST], limit=_MOST)
        return list(listed["items"])

    def _page(self, visit: Visit, question: Question, status: int) -> web.Response:
        return self.shell.render(visit, "question.html", status=status, screen=question.screen, asked=question)


def shown_need(wanted: str, numbers: Mapping[str, int]) -> str:
    """What is shown: what was asked for, else the most urgent need that there is."""
    if wanted in NEEDS:
        return wanted
    return next((need for need in NEEDS if numbers[need]), "refused")


def _operation(act: str) -> str:
    return f"dead_letters.{act}" if act in ACTS else f"batches.plan_{act}"


def _kept(wish: Wish, fields: Sequence[str]) -> Mapping[str, str]:
    return {name: wish.said(name) for name in fields if wish.said(name)}
