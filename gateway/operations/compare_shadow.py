"""Compare what this gateway would have sent with what the one beside it did send."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from gateway.domain.shadow import Compared, Likeness, Told, compare
from gateway.ports.shadow import ShadowStore, Withheld
from translators import registry
from translators.contract import Document, Envelope

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it: each document, and the files in which nothing could be read."""

    compared: tuple[Compared, ...]
    unread: tuple[str, ...]


async def compare_outputs(
    store: ShadowStore,
    partner: str,
    files: Iterable[tuple[str, bytes]],
    *,
    since: datetime | None = None,
    set_aside: Sequence[str] = (),
    concerns: Callable[[Envelope], bool] = lambda _envelope: True,
) -> Comparison:
    """Compare with the files of the other gateway (name, bytes), and keep what came of it.

    `concerns` says whether an interchange is about this partner: files of others are passed over. Of ours, what was withheld
    `since` is looked at.
    """
    legacy: list[Told] = []
    unread: list[str] = []
    for name, data in files:
        interchanges = registry.translate(data).interchanges
        if not interchanges:
            unread.append(name)
        for interchange in interchanges:
            if concerns(interchange.envelope):
                legacy += _documents(interchange.documents, where=name)
    ours = [one async for one in _ours(store, partner, since)]
    compared = tuple(compare(ours, legacy, set_aside=set_aside))
    await store.keep(partner, compared)
    return Comparison(compared, tuple(unread))


def is_ready(counts: Iterable[tuple[str, str, int]]) -> bool:
    """Whether nothing stands in the way of the cut-over: something was compared, and all of it is the same."""
    states = {state for _, state, count in counts if count}
    return states == {Likeness.SAME.value}


async def _ours(store: ShadowStore, partner: str, since: datetime | None) -> AsyncIterator[Told]:
    after = None
    while page := await store.withheld(partner, since=since, after=after, limit=_PAGE):
        for one in page:
            for told in _told(one):
                yield told
        after = page[-1].id


def _told(one: Withheld) -> Iterator[Told]:
    if one.interchange is not None:
        for interchange in registry.translate(one.interchange).interchanges:
            for told in _documents(interchange.documents, where=""):
                yield Told(told.name, told.keys, told.content, "", one.id)
    elif one.json is not None and one.name is not None:
        pairs = (key.partition(":") for key in one.keys)
        yield Told(one.name, _keys((kind, value) for kind, _, value in pairs), orjson.loads(one.json), "", one.id)


def _documents(documents: Iterable[Document], *, where: str) -> Iterator[Told]:
    for document in documents:
        canonical, name = document.canonical, document.name
        if canonical is not None and name is not None:
            yield Told(name, _keys(canonical.business_keys), orjson.loads(canonical.to_json()), where)


def _keys(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Business keys; noughts before a number mean nothing."""
    return tuple(f"{kind}:{value.lstrip('0') or value}" for kind, value in pairs)
