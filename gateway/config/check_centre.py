"""Checks a site's centre: whose files they are must be known here, and the way there must be closed to others."""

from pathlib import Path

from gateway.config.check import Checked
from gateway.config.check_http import check_client_tls
from gateway.config.positions import KeyPath

_PATH: KeyPath = ("gateway", "centre")


def check_centre(checked: Checked, folder: Path) -> None:
    """`folder` is what paths of certificates start from."""
    centre = checked.configuration.gateway.centre
    if centre is None:
        return
    check_client_tls(checked, centre.tls, (*_PATH, "tls"), folder)
    if centre.url.startswith("http:") and not centre.internal:
        checked.complaints.add("R068", (*_PATH, "url"), "our token and all documents would be readable on their way")
    for index, channel in enumerate(checked.configuration.channel):
        if channel.partner is None:
            text = f'channel "{channel.id}" does not say whose files come in: the centre takes them only from a partner'
            checked.complaints.add("R182", ("channel", index), text)
