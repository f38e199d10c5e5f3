"""Transmissions of any size take the memory of one document, and time in proportion: measured in processes of their own.

They lie in files that are mapped, as an operator would read them; what counts is the memory that is the process's own.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, mmap, sys, tempfile, time
from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.contract import DocumentRead, InterchangeClosed, Stray

X12 = interchange([body_850(order_number="PO", lines=10)])
HEAD, SET, TAIL = X12[: X12.index(b"ST*")], X12[X12.index(b"ST*") : X12.index(b"GE*")], X12[X12.index(b"GE*") :]
EDI = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="1", order_number="PO", lines=10)
MESSAGE = order_message(reference="R%07d", order_number="PO", lines=10)
size = int(sys.argv[1])

def x12_sets():
    count = size // len(SET)
    yield HEAD
    for n in range(1, count + 1):
        yield SET.replace(b"*0001~", b"*%07d~" % n)
    yield TAIL.replace(b"GE*1*", b"GE*%d*" % count)

def edifact_messages():
    count = size // len(MESSAGE)
    yield EDI[: EDI.index(b"UNH")]
    for n in range(1, count + 1):
        yield (MESSAGE % (n, n)).encode()
    yield b"UNZ+%d+1'" % count

def interchanges():
    for n in range(1, size // (len(X12) + len(EDI)) + 1):
        yield X12
        yield EDI

def one_set():
    yield HEAD + b"ST*850*0001~BEG*00*SA*PO**20260302~"
    for n in range(size // 30):
        yield b"PO1*1*10*EA*1.25**VN*WIDGET-01~"
    yield b"SE*9*0001~" + TAIL

def one_message():
    yield EDI[: EDI.index(b"LIN")]
    for n in range(size // 30):
        yield b"LIN+1++5701234500012:EN'QTY+21:1'"
    yield b"UNS+S'UNT+9+1'UNZ+1+1'"

def tiny_sets():
    yield HEAD
    for n in range(size // 20):
        yield b"ST*850*%07d~" % n
    yield TAIL

def groups():
    yield HEAD[: HEAD.index(b"GS*")]
    for n in range(size // 60):
        yield b"GS*PO*A*B*20260302*0915*%d*X*004010~GE*0*%d~" % (n, n)
    yield b"IEA*1*000000001~"

def cut_lines():
    for n in range(size // 82):
        yield (X12 * 80)[80 * n % len(X12) :][:80] + b"\\r\\n" if n < 4 else b"A~N3*" + b"A" * 75 + b"\\r\\n"

def own():
    line = next(line for line in open("/proc/self/status") if line.startswith("RssAnon"))
    return int(line.split()[1]) // 1024

documents, events, codes, steps = 0, 0, {}, []
with tempfile.TemporaryFile() as file:
    file.writelines(globals()[sys.argv[2]]())
    file.flush()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        began = time.process_time()
        for event in registry.read(data):
            events += 1
            if isinstance(event, DocumentRead):
                documents += event.document.canonical is not None
                findings, place = event.document.findings, event.document.end
            elif isinstance(event, InterchangeClosed):
                findings, place = event.findings, event.end
            else:
                findings, place = [event.finding] if isinstance(event, Stray) else (), 0
            codes.update((finding.code.value, finding.severity.value) for finding in findings)
            if place and (events % 300 == 0 or place == len(data) or findings and events < 9):
                steps.append((place, time.process_time() - began, own()))
print(json.dumps({"documents": documents, "steps": steps, "codes": codes}))
"""
MOST = 80
"""Megabytes: half of what a gigabyte may take, and some twenty are Python and the tables."""


@dataclass(frozen=True)
class Measured:
    """What was read, what was found, and what it had taken at places on the way: bytes, seconds of CPU, megabytes."""

    documents: int
    codes: dict[str, str]
    steps: list[tuple[int, float, int]]

    @property
    def memory(self) -> int:
        """The most megabytes at any place."""
        return max(step[2] for step in self.steps)

    def until(self, part: float) -> tuple[int, float, int]:
        """The step at a part of the way."""
        end = self.steps[-1][0]
        return next(step for step in self.steps if step[0] >= part * end)


def measured(kind: str, megabytes: int) -> Measured:
    command = [sys.executable, "-c", PROGRAM, str(megabytes * 1_000_000), kind]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=220, check=True)
    found = json.loads(result.stdout)
    return Measured(found["documents"], found["codes"], found["steps"])


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "megabytes"), [("x12_sets", 32), ("edifact_messages", 32), ("interchanges", 6)])
def test_a_large_transmission_takes_the_memory_of_one_document_and_time_in_proportion(kind: str, megabytes: int) -> None:
    found = measured(kind, megabytes)
    early, late, end = found.until(0.25), found.until(0.75), found.steps[-1]
    assert found.codes == {}
    assert found.documents > 500 * megabytes
    assert found.memory < MOST
    assert end[2] - early[2] < 10
    first, last = early[1] / early[0], (end[1] - late[1]) / (end[0] - late[0])
    assert last < 1.6 * first


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("one_set", "document-too-large"),
        ("one_message", "document-too-large"),
        ("groups", "interchange-too-large"),
        ("cut_lines", "interchange-too-large"),
    ],
)
def test_what_would_not_fit_is_refused_by_name_and_takes_little_memory_either(kind: str, code: str) -> None:
    found = measured(kind, 40)
    assert found.codes[code] == "error"
    assert found.documents == 0
    assert found.memory < (150 if kind == "cut_lines" else MOST)


@pytest.mark.timeout(240)
def test_sets_that_are_nothing_but_headers_take_little_memory() -> None:
    found = measured("tiny_sets", 1)
    assert found.documents == 0
    assert "document-trailer-missing" in found.codes
    assert found.memory < MOST
