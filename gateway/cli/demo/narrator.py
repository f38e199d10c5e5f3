"""Tells on standard error what happens while it happens: a tick and a time for each step, a spinner where somebody looks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.cli.terminal import Span, Terminal
from gateway.cli.times import duration_text


@dataclass(slots=True)
class Step:
    """A step under way. `done` and `failed` say what came of it; the last word counts."""

    spans: tuple[Span, ...] = ()
    problems: list[str] = field(default_factory=list)

    def done(self, *spans: Span) -> None:
        """What came of it."""
        self.spans = spans

    def failed(self, *problems: str) -> None:
        """What did not happen as it should have."""
        self.problems.extend(problems)


@dataclass(slots=True)
class Narrator:
    """The voice of the demo."""

    terminal: Terminal
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self.began

    def say(self, *spans: Span) -> None:
        """A line."""
        self.terminal.tell(*spans)

    @contextmanager
    def step(self, doing: str) -> Iterator[Step]:
        """Show what is being done, then a line with what came of it and how long it took."""
        step, begun = Step(), time.monotonic()
        try:
            with self._spinning(doing):
                yield step
        except BaseException:
            self.say(("  ✗ ", "error"), doing)
            raise
        took = (f"{duration_text(time.monotonic() - begun):>7}  ", "faint")
        if step.problems:
            self.say(("  ✗ ", "error"), took, doing)
            for problem in step.problems:
                self.say("             ", (problem, "error"))
        else:
            self.say(("  ✓ ", "good"), took, *step.spans)

    @contextmanager
    def _spinning(self, doing: str) -> Iterator[None]:
        if not self.terminal.colour_of_talk:
            yield
            return
        from rich.console import Console
        from rich.text import Text

        with Console(file=self.terminal.stderr, highlight=False).status(Text(doing)):
            yield
