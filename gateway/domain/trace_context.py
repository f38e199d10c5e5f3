"""W3C Trace Context: reading, starting and carrying on a `traceparent`, over HTTP and the broker's headers.

Spans are opened in `gateway.ports.tracing`; the ids join our logs and journal to the traces of the services before and behind us,
also where no spans are recorded. Pure: new ids are an argument. Clauses are those of the W3C recommendation "Trace Context".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

RandomBytes = Callable[[int], bytes]
"""Where new ids come from: `secrets.token_bytes` in production, something seeded in tests."""

_VERSION_00 = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_LATER_VERSION = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_SAMPLED = 0x01
_KNOWN_FLAGS = 0x03


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A place in a trace: the whole trace's id (32 hexadecimal digits), the caller's span id (16), and the flags."""

    trace_id: str
    span_id: str
    flags: int = 0

    def __str__(self) -> str:
        """The header's value, always written as version 00."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags & _KNOWN_FLAGS:02x}"

    @property
    def sampled(self) -> bool:
        """Whether the caller may have recorded the trace (the lowest flag)."""
        return bool(self.flags & _SAMPLED)

    def child(self, random: RandomBytes) -> "TraceContext":
        """The same trace, one step further."""
        return TraceContext(self.trace_id, _identifier(random, 8), self.flags)


def parse(header: str | None) -> TraceContext | None:
    """Read a `traceparent`. None when there is none or it is not valid, which means: start a new trace (clause 4.3).

    Version 00 has exactly four fields; a later version may have more, of which the first four are understood; ff is invalid, as
    are ids of zeros only and capital letters.
    """
    text = (header or "").strip(" \t")
    later = _LATER_VERSION.fullmatch(text)
    if later is None or later[1] == "ff" or (later[1] == "00" and not _VERSION_00.fullmatch(text)):
        return None
    if not later[2].strip("0") or not later[3].strip("0"):
        return None
    return TraceContext(later[2], later[3], int(later[4], 16))


def start(random: RandomBytes) -> TraceContext:
    """A new trace, not sampled: whether to record is for whoever records."""
    return TraceContext(_identifier(random, 16), _identifier(random, 8))


def continued(header: str | None, random: RandomBytes) -> TraceContext:
    """One step further in the caller's trace, or a new trace when the caller gave none that is valid."""
    parent = parse(header)
    return parent.child(random) if parent else start(random)


def _identifier(random: RandomBytes, size: int) -> str:
    """An id of `size` bytes in hexadecimal; zeros only would be invalid."""
    value = random(size)
    return value.hex() if any(value) else (b"\x01" * size).hex()
