"""Names and addresses: names put into addresses so that they lead nowhere else, and addresses that stay where they belong."""

from urllib.parse import quote

from yarl import URL


def filled(template: str, **values: str) -> str:
    """A URL with its places {id} and {name} filled, each as one segment or value whatever it holds."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", quote(value, safe=""))
    return template


def origin(url: URL) -> str:
    """Scheme, host and port: `https://files.example:443`."""
    return f"{url.scheme}://{url.host}:{url.port}"


def belongs(url: URL, to: URL) -> bool:
    """Whether a URL that the partner named is of the same server as one that was agreed."""
    return url.scheme in {"http", "https"} and bool(url.host) and url.user is None and origin(url) == origin(to)
