"""Mutated real documents and random bytes through everything that reads them: no exception, no hang, bounded memory.

`FUZZ_SECONDS` is how long (the suite: 30; `make fuzz`: 600), `FUZZ_SEED` where to begin; a failure names its seed and case.
"""

import os
import re
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from translators import registry
from translators.annotation import annotate
from translators.contract import AcknowledgementTerms, Terms, When
from translators.errors import NotWritable

SECONDS = float(os.environ.get("FUZZ_SECONDS", "30"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
FIXTURES = Path(__file__).parents[1] / "fixtures"
SMALL = 20_000
"""Larger documents take their time honestly; what is looked for here is time out of proportion."""
SLOWEST = 5.0
MOST_MEMORY = 200 * 1024 * 1024
VALUE = re.compile(rb"(?<=[*+:>|^~\n'])[^*+:>|^~\r\n'<]+")
"""What stands between two marks: emptied, a document lacks just this."""
MARKS = [b"'", b"+", b":", b"?", b"*", b"~", b">", b"^", b"\n", b"\r\n", b"\0", b"\xff", b"<", b"&", b'"']
MARKS += [b"UNH", b"UNT", b"UNB+", b"ISA", b"ST*", b"SE*"]

ANSWERED = Terms(acknowledgement=AcknowledgementTerms(technical=When.ALWAYS, list_accepted=True))


def documents() -> list[bytes]:
    found = (path.read_bytes() for path in sorted(FIXTURES.rglob("*")) if path.is_file() and path.suffix not in (".md", ".py"))
    return [data for data in found if len(data) <= SMALL]


def mutated(random: Random, data: bytes) -> bytes:
    """Some bytes changed, cut out, doubled, put elsewhere, or replaced by marks of the syntax."""
    result = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(result) + 1)
        length = random.choice([1, 1, 2, 5, 20, 100])
        match random.randrange(7):
            case 0:
                result[at : at + length] = b""
            case 1:
                result[at:at] = random.choice(MARKS)
            case 2:
                result[at : at + 1] = random.choice(MARKS)
            case 3:
                result[at:at] = result[at : at + length] * random.randint(1, 3)
            case 4:
                result[at : at + 1] = bytes([random.randrange(256)])
            case 5 if (value := VALUE.search(result, at)) is not None:
                del result[value.start() : value.end()]
            case _:
                piece = bytes(result[at : at + length])
                del result[at : at + length]
                to = random.randrange(len(result) + 1)
                result[to:to] = piece
    return bytes(result)


def cases(random: Random) -> Iterator[bytes]:
    originals = documents()
    while True:
        if random.random() < 0.05:
            yield random.randbytes(random.randrange(400))
            continue
        data = random.choice(originals)
        if random.random() < 0.1:
            data += random.choice(originals)
        yield mutated(random, data)


def read_everything(data: bytes) -> None:
    """All that reads what a partner sent."""
    for interchange in registry.translate(data, lambda _envelope: ANSWERED).interchanges:
        for owed in registry.acknowledge(interchange):
            try:
                numbers = range(1, len(owed.outbound.groups) + 1)
                registry.seal(owed.outbound, control_number=1, group_numbers=list(numbers), prepared=PREPARED)
            except NotWritable:
                continue  # an identity that fits no envelope cannot be answered
    for _item in registry.parse(data):
        pass


PREPARED = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.timeout(SECONDS + 120)
def test_nothing_that_is_sent_ends_in_an_exception() -> None:
    random = Random(SEED)
    begun, count = time.monotonic(), 0
    for data in cases(random):
        started = time.process_time()
        try:
            read_everything(data)
            if count % 10 == 0:
                list(annotate(data))
        except Exception as error:
            raise AssertionError(f"case {count} of seed {SEED}: {error!r}: {data!r}") from error
        taken = time.process_time() - started
        assert taken < SLOWEST, f"case {count} of seed {SEED} took {taken:.1f} s: {data!r}"
        count += 1
        if time.monotonic() - begun > SECONDS:
            break
    assert count > SECONDS  # at the very least one a second, or nothing was shown


def test_memory_stays_bounded_over_many_cases() -> None:
    random = Random(SEED + 1)
    stream = cases(random)
    tracemalloc.start()
    try:
        for _ in range(150):
            read_everything(next(stream))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
