"""Checks of owners: that they can be told of failures, and that no secret stands in their addresses."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gateway.config.check import Checked, Complaints
from gateway.config.positions import KeyPath

_SECRET_WORDS = ("token", "key", "secret", "password", "signature", "sig", "auth")


def check_owners(checked: Checked) -> None:
    """Webhooks that could not be signed; in production mails that nobody would send."""
    config = checked.configuration
    for index, owner in enumerate(config.owner):
        path: KeyPath = ("owner", index, "notify")
        means = [address.partition(":")[0] for address in owner.notify]
        if "webhook" in means and not owner.secret.get_secret_value():
            place = (*path, means.index("webhook"))
            checked.complaints.add("R025", place, f'posts to the webhook of "{owner.id}" could not be signed: it has no secret')
        if "mail" in means and config.gateway.mail_server is None and checked.production:
            checked.complaints.add(
                "R024", (*path, means.index("mail")), f'no mail would reach "{owner.id}": there is no mail server'
            )


def check_addresses(data: dict[str, Any], complaints: Complaints) -> None:
    """Refuse what looks like a secret in addresses as they are written, before references are filled in."""
    owners = data.get("owner")
    for index, owner in enumerate(owners if isinstance(owners, list) else ()):
        addresses = owner.get("notify") if isinstance(owner, dict) else None
        for place, address in enumerate(addresses if isinstance(addresses, list) else ()):
            if isinstance(address, str) and (what := _open_secret(address)):
                message = (
                    f'{what} of the address stands here in the open: write the whole address as a reference, "webhook:${{NAME}}"'
                )
                complaints.add("R013", ("owner", index, "notify", place), message)


def _open_secret(address: str) -> str:
    """What of a webhook's address is a secret and no reference; empty if nothing is."""
    if not address.startswith("webhook:"):
        return ""
    try:
        url = urlsplit(address.removeprefix("webhook:"))
        password = url.password or ""
    except ValueError:
        return ""
    if password and "${" not in password:
        return "the password"
    named = [name for name, value in parse_qsl(url.query) if name.lower() in _SECRET_WORDS and "${" not in value]
    return f'"{named[0]}"' if named else ""
