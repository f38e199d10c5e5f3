"""A batch may fail, a document must not take others along."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.errors import Contention, DataRefused
from gateway.ports import Observer

Item = TypeVar("Item")
_REPEATS = 8


async def write_in_halves(
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Awaitable[None]],
    give_up: Callable[[Item, DataRefused], Awaitable[None]],
    *,
    stage: str,
    observer: Observer,
) -> None:
    """Write a batch; when the database refuses it for reasons of data, write its halves, down to the one, which is given up.

    Contention repeats the write. Everything else is the caller's: the database is away, and all of the batch with it.
    """
    if not items:
        return
    try:
        await _write_repeatedly(items, write, stage, observer)
    except DataRefused as error:
        if len(items) == 1:
            await give_up(items[0], error)
            return
        observer.count("edi_stage_halvings_total", stage=stage)
        middle = len(items) // 2
        await write_in_halves(items[:middle], write, give_up, stage=stage, observer=observer)
        await write_in_halves(items[middle:], write, give_up, stage=stage, observer=observer)


async def _write_repeatedly(
    items: Sequence[Item], write: Callable[[Sequence[Item]], Awaitable[None]], stage: str, observer: Observer
) -> None:
    for remaining in reversed(range(_REPEATS)):
        try:
            await write(items)
        except Contention:
            if not remaining:
                raise
            observer.count("edi_stage_retries_total", stage=stage)
        else:
            return
