"""Correct and replay: the text of a message to be edited, what was changed in it, and a plan that somebody confirms."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from aiohttp import web

from gateway.console.message import asked_id
from gateway.console.message_story import title_of
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.domain.masks import MASK
from gateway.errors import ActionRefused, GatewayError, PlanRefused

MOST_BYTES: Final = 400_000
"""What is larger is corrected where the gateway runs: a browser is no editor for it."""

_PICTURES: Final = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}
"""Control characters are shown by their pictures (Unicode 2400): an editor would lose them, or nobody would see them."""
_SIGNS: Final = {picture: code for code, picture in _PICTURES.items()}


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes as text that a form keeps: `charset` and `line_end` are what they are put back into.

    EDI that is all in one line is shown a segment a line: then `line_end` is empty.
    """

    text: str
    charset: str
    line_end: str

    def bytes_of(self, edited: str) -> bytes:
        """Edited text as bytes again. Raises ActionRefused for a character that was not in the message's character set."""
        plain = edited.replace("\r\n", "\n").replace("\r", "\n")
        try:
            pieces = [piece.translate(_SIGNS).replace("\n", self.line_end).encode(self.charset) for piece in plain.split(MASK)]
        except UnicodeEncodeError as problem:
            sign = problem.object[problem.start]
            raise ActionRefused(
                f'The message is written in {self.charset}, which has no "{sign}".',
                remedy="Write something else in its place.",
            ) from None
        return MASK.encode().join(pieces)


def written(content: bytes) -> Written:
    """A message as text. Raises ActionRefused for one that an editor would change by itself."""
    mask = MASK.encode()
    pieces = content.split(mask)
    charset = next(each for each in ("utf-8", "latin-1") if all(_reads(piece, each) for piece in pieces))
    text = MASK.join(piece.decode(charset) for piece in pieces)
    ends = {end for end in ("\r\n", "\n", "\r") if end in text.replace("\r\n", "" if end != "\r\n" else "\r\n")}
    if len(ends) > 1 or any(chr(picture) in text for picture in _SIGNS):
        raise ActionRefused(
            "It has characters that a form in a browser would not keep: line ends of several kinds, or pictures of controls.",
            remedy="Correct it where the gateway runs: gateway correct ID --edit",
        )
    line_end = next(iter(ends), "")
    shown = text.replace(line_end, "\n") if line_end else _broken(text)
    return Written(shown.translate(_PICTURES), charset, line_end)


def _broken(text: str) -> str:
    """Text without any line end, with one behind each segment; as it is where it is not known what ends them."""
    end = (
        text[105:106]
        if text.startswith("ISA")
        else text[8:9]
        if text.startswith("UNA")
        else "'"
        if text.startswith("UNB")
        else ""
    )
    return text.replace(end, f"{end}\n").rstrip("\n") if end else text


def _reads(piece: bytes, charset: str) -> bool:
    try:
        piece.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def changes(before: str, after: str) -> Sequence[tuple[str, str]]:
    """What differs, line by line, as (`+`, `-`, `…` or nothing) and the line."""
    old, new = (text.replace("\r\n", "\n").split("\n") for text in (before, after))
    differing = list(unified_diff(old, new, lineterm="", n=1))[2:]
    return [("…", "") if line.startswith("@@") else (line[0].strip(), line[1:]) for line in differing]


@dataclass(frozen=True, slots=True)
class MessageCorrection:
    """The form, and what becomes of it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """One address: the text first, the changes and the plan then."""
        page = self.shell.page
        return [
            web.get("/messages/{message}/correct", page(self._ask)),
            web.post("/messages/{message}/correct", page(self._answer)),
        ]

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        self.shell.asking.require(visit.who, "batches.plan_correction")
        original = await self._original(visit)
        return await self._page(visit, original.text)

    async def _answer(self, visit: Visit) -> web.StreamResponse:
        """Show what was changed and what would be done; or plan it, and go to the plan."""
        self.shell.asking.require(visit.who, "batches.plan_correction")
        form = await visit.request.post()
        text, reason = str(form.get("text", "")), str(form.get("reason", "")).strip()
        acknowledge, planning = "acknowledge" in form, form.get("do") == "plan"
        original = await self._original(visit)
        changed = changes(original.text, text)
        try:
            content = base64.b64encode(original.bytes_of(text)).decode()
            batch = await self.shell.ask(
                visit, "batches.plan_correction", original=asked_id(visit, "message"), content=content,
                reason=reason, acknowledge=acknowledge, only_show=not planning,
            )  # fmt: skip
        except (PlanRefused, ActionRefused) as problem:
            return await self._page(visit, text, reason, acknowledge=acknowledge, changed=changed, problem=problem)
        if planning and batch["kept"]:
            return see_other(visit, link("/batches", batch["id"]), said="message.correction_planned")
        return await self._page(visit, text, reason, acknowledge=acknowledge, changed=changed, batch=batch)

    async def _original(self, visit: Visit) -> Written:
        file = await self.shell.asking.file(visit.who, "messages.raw", message=asked_id(visit, "message"))
        if len(file.content) > MOST_BYTES:
            raise ActionRefused(visit.texts("correct.too_large"), remedy=visit.texts("correct.too_large.remedy"))
        return written(file.content)

    async def _page(
        self,
        visit: Visit,
        text: str,
        reason: str = "",
        *,
        acknowledge: bool = False,
        changed: Sequence[tuple[str, str]] = (),
        batch: object = None,
        problem: GatewayError | None = None,
    ) -> web.Response:
        message = str(asked_id(visit, "message"))
        view = await self.shell.ask(visit, "messages.show", message=message)
        return self.shell.render(
            visit,
            "message_correct.html",
            status=422 if problem else 200,
            screen="messages",
            view=view,
            title=title_of(view, visit.texts),
            message=message,
            text=text,
            reason=reason,
            acknowledge=acknowledge,
            changed=changed,
            batch=batch,
            problem=problem,
            masked=MASK in text,
            mask=MASK,
        )
