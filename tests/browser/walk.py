"""A walk through the console: every screen, and pages that screens lead to, a few of each kind."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from gateway.console.screens import SCREENS
from tests.browser.desk import Desk

_LINKS: Final = "() => [...document.querySelectorAll('main a[href]:not([download])')].map((each) => each.href)"
_WORD: Final = re.compile(r"[a-z]+([-_][a-z]+)?")
_NAMED: Final = {"partners": 1, "applications": 1, "accounts": 2}
"""Ways in which the next segment names one, though it looks like a word: by the place of the segment before it, from 1."""
_TOP, _DEEP = 2, 3
"""Of what stands right below a screen, like a message, several are looked at: the first that is met, and another one. So many
links away from a screen the walk ends."""


def walk(desk: Desk) -> Iterator[str]:
    """Go to all screens and to what they lead to. Each path is told when its page is open; a page that is refused is noted."""
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    edge: Sequence[str] = [screen.path for screen in SCREENS]
    for _ in range(_DEEP + 1):
        links: list[str] = []
        for path in _chosen(edge, seen, kinds):
            if desk.open(path):
                links += links_of(desk)
                yield path
        edge = links


def links_of(desk: Desk) -> Sequence[str]:
    """Where the page that is open leads to within the console; what stands last is looked at before what is in the middle."""
    paths = [of_ours(link, desk.url) for link in desk.page.evaluate(_LINKS)]
    ours = [path for path in dict.fromkeys(paths) if path]
    return [*ours[:1], *reversed(ours[1:])]


def of_ours(link: str, url: str) -> str:
    """A link as a path of the console; empty where it leads elsewhere, or to a file."""
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}" != url or "/save/" in parts.path or parts.path.startswith("/v1"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def kind_of(path: str) -> str:
    """What pages of a kind have in common: the way, without what names one."""
    segments = urlsplit(path).path.split("/")
    named = {place + 1 for place, segment in enumerate(segments) if _NAMED.get(segment) == place}
    return "/".join(
        segment if _WORD.fullmatch(segment) and place not in named else "*" for place, segment in enumerate(segments) if place
    )


def _chosen(paths: Iterable[str], seen: set[str], kinds: Counter[str]) -> Iterator[str]:
    for path in paths:
        kind = kind_of(path)
        if path not in seen and kinds[kind] < (_TOP if kind.endswith("/*") and kind.count("/") == 1 else 1):
            seen.add(path)
            kinds[kind] += 1
            yield path
