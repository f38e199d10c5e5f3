"""50 MB of anything stay below 200 MB of process, measured by the operating system in a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import resource, sys
from translators import registry
from translators.contract import DocumentRead, InterchangeClosed
head = b"UNB+UNOC:3+A:14+B:14+261120:0930+7'"
message = head + b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:20261120:102'"
size = 50_000_000
start, piece, end = {case}
data = bytearray(start)
while len(data) < size:
    data += piece * 10_000

data += end
codes = set()
whole = bytes(data)
del data
for event in registry.read(whole):
    if isinstance(event, DocumentRead):
        codes |= {{f.code.value for f in event.document.findings}}
    elif isinstance(event, InterchangeClosed):
        codes |= {{f.code.value for f in event.findings}}
# The highest since this program began: the figure of getrusage begins with that of the process it was forked from.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, *sorted(codes))
"""
CASES = {
    "one huge message": ("message, b\"LIN+1++5701:EN'QTY+21:1:PCE'PRI+AAA:1.25'\", b\"UNT+9+1'UNZ+1+7'\"", "document-too-large"),
    "rubbish segments": ('message, b"Q\'", b"UNT+9+1\'UNZ+1+7\'"', "document-too-large"),
    "empty segments": ('message, b"\'", b""', "document-too-large"),
    "segments of empty elements": ("message, b'DTM' + b'+' * 250 + b\"'\", b\"\"", "document-too-large"),
    "no terminator": ("message, b'A', b''", "segment-too-large"),
    "release characters": ("message, b'?', b''", "segment-too-large"),
    "component separators": ("message, b':', b''", "segment-too-large"),
    "wide characters": ("message, 'FTX+漢'.encode() + b\"'\", b''", "document-too-large"),
    "groups": ("head, b\"UNG+1'UNE+0+1'\", b''", "element-missing"),
}


@pytest.mark.parametrize("name", CASES)
def test_fifty_megabytes_of_malformed_input_stay_below_two_hundred(name: str) -> None:
    case, code = CASES[name]
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(case=case)], cwd=ROOT, capture_output=True, text=True, timeout=50, check=True
    )
    megabytes, *codes = result.stdout.split()
    assert code in codes
    assert int(megabytes) < 200
