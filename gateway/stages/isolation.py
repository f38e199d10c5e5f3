"""A transmission whose translation did not end twice is translated alone in a child process, so that it takes nobody along."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from uuid import UUID

from gateway.domain.agreement import Partnerships
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.judgement import Judged, judge_translation
from translators import registry
from translators.contract import Translation

_LIMIT = 60.0
"""Seconds the child may take before it counts as hanging."""


class WorkerDied(Exception):
    """The child crashed or hung: the transmission is the cause."""


async def judge_alone(
    transmission: ClaimedTransmission,
    configuration: Configuration,
    new_id: Callable[[], UUID],
    *,
    translate: Callable[[bytes, Partnerships, str | None], Translation] | None = None,
    limit: float = _LIMIT,
) -> Judged:
    """Judge with the translation made in a child. Raises WorkerDied, saying how the child ended."""
    pool = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
    work = translate or translate_in_child
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limit):
            translation = await loop.run_in_executor(
                pool, work, transmission.body, configuration.partnerships, transmission.partner
            )
    except TimeoutError:
        for process in list(pool._processes.values()):  # noqa: SLF001 - the executor offers no other way to end a hanging child
            process.kill()
        raise WorkerDied(f"Translation hung: it did not end within {limit:g} s, for the third time.") from None
    except BrokenProcessPool:
        raise WorkerDied("Translation crashed its process for the third time.") from None
    except MemoryError:
        raise WorkerDied("Translation ran out of memory for the third time.") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return judge_translation(transmission, translation, configuration, new_id)


def translate_in_child(data: bytes, partnerships: Partnerships, channel_partner: str | None) -> Translation:
    """What the child does: the pure translation, whose result can be handed back."""
    return registry.translate(data, partial(partnerships.terms_for, channel_partner=channel_partner))
