"""The cut-over of an agreement from another gateway, and the way back: a change of the configuration, as any other."""

import asyncio
from collections.abc import Mapping

from gateway.bootstrap.activations import propose_files
from gateway.bootstrap.config_source import ConfigurationSource, source_of
from gateway.bootstrap.office import Office, Where, opened
from gateway.bootstrap.shadow_views import agreement_of
from gateway.config.shadow_lines import ShadowLines, shadow_lines
from gateway.domain.access import Caller
from gateway.domain.activation import Proposal
from gateway.errors import ActionRefused
from gateway.ports import Json


async def cut_over_lines(where: Where, partner: str, agreement: str) -> Json:
    """What is to be written, and where, so that an agreement is not in shadow any more; or is again, if it is not.

    `managed`: it can be proposed (`propose_cut_over`). Raises Absent, or ActionRefused where only a person can write it.
    """
    async with opened(where) as office:
        now = _in_shadow(office, partner, agreement)
        written = await _written(office, agreement, shadow=not now)
    return {
        "partner": partner,
        "agreement": agreement,
        "shadow": now,
        "file": written.file,
        "line": written.line,
        "lines": written.lines,
        "managed": office.settings.managed,
    }


async def propose_cut_over(
    where: Where, partner: str, agreement: str, proposal: Proposal, *, shadow: bool, by: Caller
) -> Json:  # fmt: skip
    """Propose the configuration in force with an agreement in shadow, or not any more; answers its activation.

    Raises Absent, ActionRefused where it is so already or configurations are not managed, ConfigurationInvalid.
    """
    async with opened(where) as office:
        if _in_shadow(office, partner, agreement) is shadow:
            how = "in shadow already" if shadow else "served by this gateway already"
            raise ActionRefused(f"{agreement} is {how}.", remedy=f"See: gateway shadow status {partner}")
        written = await _written(office, agreement, shadow=shadow)
        return await propose_files(office, {written.file: written.text}, proposal, by=by)


def _in_shadow(office: Office, partner: str, agreement: str) -> bool:
    return office.snapshot.partnerships.in_shadow(partner, [agreement_of(office, partner, agreement)])


async def _written(office: Office, agreement: str, *, shadow: bool) -> ShadowLines:
    source = await source_of(office, "")
    return await asyncio.to_thread(_changed, source, office.settings.environ, agreement, shadow=shadow)


def _changed(source: ConfigurationSource, environ: Mapping[str, str], agreement: str, *, shadow: bool) -> ShadowLines:
    with source.standing(environ) as (main, variables):
        return shadow_lines(main, variables, agreement, shadow=shadow)
