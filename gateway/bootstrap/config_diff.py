"""Compares two configurations by meaning, for people."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from gateway.bootstrap.config_source import ConfigurationSource, source_of
from gateway.bootstrap.office import Where, given_at
from gateway.config.effective import effective
from gateway.domain.config_difference import Difference, differences
from gateway.ports import Json


async def compare_configurations(where: Where, old: str, new: str) -> Json:
    """What differs between two configurations, each named by a path, a digest, or nothing for the one in force.

    Raises Absent where there is none of that name, ConfigurationInvalid for one with errors.
    """
    environ = given_at(where).environ
    sources = await source_of(where, old), await source_of(where, new)
    (before, one), (after, other) = [await asyncio.to_thread(_read, source, environ) for source in sources]
    found = differences(before, after)
    touched = Counter(partner for difference in found for partner in difference.partners)
    return {
        "old": {"digest": one, "source": sources[0].named},
        "new": {"digest": other, "source": sources[1].named},
        "same": not found,
        "changes": [_view(difference) for difference in found],
        "partners": [{"partner": partner, "changes": count} for partner, count in sorted(touched.items())],
        "moved": [_moved(difference.id, *ways) for difference in found for ways in _ways(difference)],
    }


def _read(source: ConfigurationSource, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    with source.examined(environ) as examined:
        return effective(examined), source.built(examined).digest


def _ways(difference: Difference) -> Iterator[tuple[str | None, str | None]]:
    """From where to where a partner moves that has another region; nowhere else for all other differences."""
    if (difference.section, difference.what) == ("partner", "changed"):
        yield from ((member.before, member.after) for member in difference.members if member.path == "region")


def _moved(partner: str, before: str | None, after: str | None) -> Json:
    old, new = (f"the region {name}" if name else "the gateway without a region" for name in (before, after))
    text = f"What was exchanged with {partner} stays in the database of {old}, what comes now goes to that of {new}."
    remedy = (
        "Let all that waits there be finished, hold its channels meanwhile, and carry its control numbers over: "
        "docs/how-to/regions.md"
    )
    return {"partner": partner, "before": before, "after": after, "text": text, "remedy": remedy}


def _view(difference: Difference) -> Json:
    return {**asdict(difference), "members": [asdict(one) for one in difference.members], "partners": list(difference.partners)}
