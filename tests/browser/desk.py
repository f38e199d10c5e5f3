"""A desk with a browser: somebody who looks at pages and does things on them, and what no page may ever do."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.people import PASSWORD, Person

Scheme = Literal["light", "dark"]

LEFT_BEHIND: Final = "net::ERR_ABORTED"
"""What the browser says of a stream or a download when the page is left: nothing failed."""

_WIDER: Final = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const out = [...document.body.querySelectorAll("*")].filter((each) =>
        each.checkVisibility() && each.getBoundingClientRect().right > wide + 1 && !each.closest(".scroll, pre"));
    const innermost = out.filter((each) => !out.some((other) => other !== each && each.contains(other)));
    const told = innermost.slice(0, 3).map((each) => each.outerHTML.slice(0, 150));
    return [`${document.documentElement.scrollWidth} of ${wide} px`, ...told];
}"""
_FIRST_ROWS: Final = """() => {
    const alike = 'tbody tr:nth-child(n + 7), main li:nth-child(n + 16), main > *:nth-child(n + 60)';
    for (const one of document.querySelectorAll(alike)) one.remove();
}"""
"""Rows are alike, and axe-core takes long with many."""


@dataclass
class Desk:
    """Somebody before a page. `refusals` are the statuses that this test means to get, `problems` what went wrong by itself."""

    page: Page
    url: str
    traced: bool = True
    refusals: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self._where()}: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on(
            "dialog", lambda dialog: self.problems.append(f"{self._where()}: a script of somebody else: {dialog.message}")
        )

    @property
    def context(self) -> BrowserContext:
        """The browser's memory of this person."""
        return self.page.context

    def open(self, path: str) -> bool:
        """Go to a page, and wait until its scripts have done their part. False where it is refused: that is noted."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        if answer.status >= 400:
            return False
        self.settled()
        return True

    def settled(self) -> None:
        """The page has done all that it does by itself."""
        expect(self.page.locator("html")).to_have_attribute("data-ready", "yes")

    def sign_in(self, person: Person, password: str = PASSWORD) -> None:
        """Fill in the form for it."""
        self.open("/sign-in")
        self.page.get_by_label("Name").fill(person.name)
        self.page.get_by_label(re.compile("^(Password|Passwort)$")).fill(password)
        self.page.get_by_role("main").get_by_role("button", name=re.compile("^(Sign in|Anmelden)$")).click()

    def sign_out(self, name: str) -> None:
        """By the menu under one's name."""
        self.page.get_by_role("banner").get_by_text(name, exact=True).click()
        self.page.get_by_role("button", name="Sign out").click()

    def refuses(self, *statuses: int) -> None:
        """From now on these are what the test wants to see."""
        self.refusals.update(statuses)

    def fits(self) -> list[str]:
        """What is wider than the window."""
        found: list[str] = self.page.evaluate(_WIDER)
        return found

    def barriers(self) -> list[str]:
        """What axe-core finds that shuts people out. Of tables the first rows are left."""
        self.page.evaluate(_FIRST_ROWS)
        violations = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in violations]

    def _where(self) -> str:
        return re.sub(r"^\w+://[^/]+", "", self.page.url)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if any(f"status of {status}" in message.text for status in self.refusals):
            return
        self.problems.append(f"{self._where()}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self.problems.append(f"{self._where()}: {request.method} {request.url} failed: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.problems.append(f"{self._where()}: {response.request.method} {response.url} answered {response.status}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of a test that failed."""

    folder: Path

    def of(self, number: int, desk: Desk) -> list[str]:
        """A picture of the page and the trace of all that was done on it, by their paths."""
        picture, trace = self.folder / f"{number}.png", self.folder / f"{number}-trace.zip"
        kept = [f"desk {number}: {desk.page.url}"]
        try:
            desk.page.screenshot(path=picture)
            kept.append(f"picture: {picture}")
            if desk.traced:
                desk.context.tracing.stop(path=trace)
                kept.append(f"trace: playwright show-trace {trace}")
        except PlaywrightError as error:  # the browser is what failed, or was in the middle of something
            kept.append(f"no more of it: {error}")
        return kept + desk.problems
