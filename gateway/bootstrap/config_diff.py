"""Compares two configurations by meaning, for people."""

import asyncio
from collections import Counter
from collections.abc import Mapping
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
    }


def _read(source: ConfigurationSource, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    with source.examined(environ) as examined:
        return effective(examined), source.built(examined).digest


def _view(difference: Difference) -> Json:
    return {**asdict(difference), "members": [asdict(one) for one in difference.members], "partners": list(difference.partners)}
