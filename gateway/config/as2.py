"""What is ours in AS2, said once, in all channels of that type."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.config.channels.as2 import As2Table
from gateway.config.model import Configuration
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel


def with_ours(
    channels: Mapping[str, Channel], config: Configuration, folder: Path, certificates: Mapping[str, bytes]
) -> dict[str, Channel]:
    """The channels; those of type as2 with keys and certificates, and with what is said for all. Raises OSError."""
    names = {partner.id: partner.identities.as2 for partner in config.partner}
    own = config.gateway.as2
    completed = dict(channels)
    for table in config.channel:
        channel = channels[table.id]
        if isinstance(table, As2Table) and isinstance(channel.options, As2Options):
            options = replace(
                channel.options,
                ours=table.ours or config.gateway.identities.as2 or "",
                theirs=table.theirs or names.get(table.partner) or "",
                keys=tuple(pair.pair(folder, certificates) for pair in table.keys or own.keys),
                shared_keys=not table.keys,
                certificates=tuple(each.agreed(folder, certificates) for each in table.agreed_certificates()),
                receipt_url=own.url,
            )
            completed[table.id] = replace(channel, options=options)
    return completed
