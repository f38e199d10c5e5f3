"""Diagnose: everything the gateway depends on is looked at, and each fault comes with its remedy."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.errors import GatewayError

State = Literal["ok", "warn", "fail"]
Diagnosis = tuple[str, State, str, str]
"""What was looked at, its state, what was found, what to do."""


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at: `see` answers diagnoses or raises GatewayError; it gets `within` seconds."""

    name: str
    see: Callable[[], Awaitable[Sequence[Diagnosis]]]
    within: float = 15.0


async def diagnose(looks: Sequence[Look]) -> list[Diagnosis]:
    """All diagnoses, in the order of the looks. A look that fails or takes too long is itself a diagnosis."""
    found = await asyncio.gather(*(_look(look) for look in looks))
    return [diagnosis for some in found for diagnosis in some]


async def _look(look: Look) -> Sequence[Diagnosis]:
    try:
        async with asyncio.timeout(look.within):
            return await look.see()
    except GatewayError as error:
        return [(look.name, "fail", str(error), error.remedy)]
    except TimeoutError:
        remedy = "See whether it runs and whether a firewall is between."
        return [(look.name, "fail", f"no answer within {look.within:g} s", remedy)]
    except OSError as error:
        return [(look.name, "fail", str(error), "See that it exists and that this user may use it.")]
