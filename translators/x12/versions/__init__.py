"""Definitions as data: what sets there are, and by which tables each release is read.

A folder for each version holds a module for each set and one for the segments of all, generated from tables of facts and
imported when a document asks for them; `codes` holds the code lists of all versions, `labels` labels of our own. A version is
added by its facts, a line in `VERSIONS` and a run of tools/generate_x12.py.
"""

import re
from functools import lru_cache
from typing import TypeAlias

Node: TypeAlias = tuple[str, str, int] | tuple[str, str, int, tuple["Node", ...]]
"""(tag, requirement, maximum) of a segment; with children: of a loop. A maximum of 0 means that none is stated."""
Segment: TypeAlias = tuple[str, str]
"""Elements as `M353 O92`, conditions as `P0607 C0302`."""
Element: TypeAlias = tuple[str, int, int]
"""Type, shortest and longest length."""

VERSIONS = ("004010", "005010")
"""The versions there are tables of, in the order they came out."""

EARLIEST, LATEST = "003040", "008010"
"""The releases whose sets differ little from those of the nearest tables. Older and newer ones are read as well, with a warning."""

SETS = {
    "180": "AN", "204": "SM", "210": "IM", "214": "QM", "810": "IN", "820": "RA", "824": "AG", "830": "PS", "832": "SC",
    "840": "RQ", "843": "RR", "846": "IB", "850": "PO", "852": "PD", "855": "PR", "856": "SH", "857": "BS", "860": "PC",
    "861": "RC", "862": "SS", "865": "CA", "875": "OG", "880": "GP", "940": "OW", "943": "AR", "944": "RE", "945": "SW",
    "947": "AW", "990": "GF", "997": "FA", "999": "FA",
}
"""The sets there are tables of, with the functional group (GS01) each belongs to."""

_RELEASE = re.compile(r"00[2-8]\d{3}\Z", re.ASCII)

_STRUCTURES: dict[str, dict[str, str]] = {
    "999": {"005010": "005010"},
    **{kind: {"004010": "004010", "005010": "004010"} for kind in ("830", "840", "843", "857", "862", "875", "880")},
}
_OWN = {version: version for version in VERSIONS}


def described_by(kind: str, version: str) -> str | None:
    """The version whose structure of a set is used in `version`: its own, or an earlier one; None when there is none."""
    return _STRUCTURES.get(kind, _OWN).get(version) if kind in SETS else None


@lru_cache(maxsize=256)
def nearest(version: str) -> str | None:
    """The version whose tables read a GS08: `004010VICS` and `004060` are read by 004010, `006020` by 005010.

    None when it is no release of versions 2 to 8.
    """
    release = version[:6]
    if _RELEASE.match(release) is None:
        return None
    return max((known for known in VERSIONS if known <= release), default=VERSIONS[0])


def strange(version: str) -> bool:
    """Whether a GS08 names a release outside of `EARLIEST` to `LATEST`."""
    return not EARLIEST <= version[:6] <= LATEST


def exact(kind: str, version: str) -> bool:
    """Whether a set is read by tables of its own version; without any table there is nothing to deviate from."""
    release = version[:6]
    return kind not in SETS or (release in VERSIONS and described_by(kind, release) in (release, None))
