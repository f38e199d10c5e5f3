"""What FTPS servers say of files: the facts of MLSD and MLST (RFC 3659), and times. Pure."""

from calendar import timegm
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from gateway.channels.remote_folder.server import Entry, Print

_Kind = Literal["file", "folder", "link", "other"]
_KINDS: Mapping[str, _Kind] = {"file": "file", "dir": "folder", "cdir": "folder", "pdir": "folder"}


def read_facts(line: str) -> Entry | None:
    """An entry of a listing, from `type=file;size=12;modify=20261121120000; name`; None for a line that is none."""
    facts, blank, name = line.partition(" ")
    known = dict(fact.lower().partition("=")[::2] for fact in facts.split(";") if "=" in fact)
    if not blank or not name or not known:
        return None
    kind = known.get("type", "file")
    size = known.get("size", "")
    seen = Print(int(size) if size.isdecimal() else None, read_time(known.get("modify", "")))
    return Entry(name, _KINDS.get(kind, "link" if "link" in kind else "other"), seen)


def read_time(text: str) -> int | None:
    """Seconds since 1970 of a time value (RFC 3659 section 2.3), which is in UTC; None when it is none."""
    try:
        return timegm(datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S").timetuple())  # noqa: DTZ007 - UTC by standard
    except ValueError:
        return None
