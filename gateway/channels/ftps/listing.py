"""What FTPS servers say of files: the facts of MLSD and MLST (RFC 3659), and times. Pure."""

import stat
from calendar import timegm
from datetime import datetime

from gateway.protocols.sftp import Attributes, Entry

_KINDS = {"file": stat.S_IFREG, "dir": stat.S_IFDIR, "cdir": stat.S_IFDIR, "pdir": stat.S_IFDIR}


def read_facts(line: str) -> Entry | None:
    """An entry of a listing, from `type=file;size=12;modify=20261121120000; name`; None for a line that is none."""
    facts, blank, name = line.partition(" ")
    known = dict(fact.lower().partition("=")[::2] for fact in facts.split(";") if "=" in fact)
    if not blank or not name or not known:
        return None
    kind = known.get("type", "file")
    mode = _KINDS.get(kind, stat.S_IFLNK if "link" in kind else stat.S_IFSOCK)
    size = known.get("size", "")
    return Entry(name, Attributes(int(size) if size.isdecimal() else None, mode, read_time(known.get("modify", ""))))


def read_time(text: str) -> int | None:
    """Seconds since 1970 of a time value (RFC 3659 section 2.3), which is in UTC; None when it is none."""
    try:
        return timegm(datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S").timetuple())  # noqa: DTZ007 - UTC by standard
    except ValueError:
        return None
