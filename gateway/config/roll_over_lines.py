"""What is to be written into routes.toml when a certificate changes on a day, old and new overlapping. Pure text."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

import tomlkit

from gateway.config.positions import Location, positions


@dataclass(frozen=True, slots=True)
class Listed:
    """A certificate by its file, with the days of its use."""

    file: str
    use_from: datetime | None = None
    use_until: datetime | None = None


def partner_lines(channel: str, listed: Sequence[Listed]) -> str:
    """The `certificates` of a channel: all of them, so that the lines replace what stands there."""
    return f"# in the [[channel]] with id = {_text(channel)}, instead of its certificates\ncertificates = {_array(listed)}\n"


def with_certificates(text: str, channel: str, listed: Sequence[Listed]) -> str | None:
    """The text of a file with these `certificates` of a channel, all else as it stands. None: it has no such channel."""
    channels = tomllib.loads(text).get("channel", [])
    number = next((n for n, one in enumerate(channels) if one.get("id") == channel), None)
    if number is None:
        return None
    places = positions(text)
    if "certificates" not in channels[number]:
        line = _offset(text, places.keys["channel", number, "id"])
        return f"{text[:line]}certificates = {_array(listed)}\n{text[line:]}"
    begin = _offset(text, places.values["channel", number, "certificates"])
    return text[:begin] + _array(listed) + text[_end(text, begin) :]


def _offset(text: str, place: Location) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: place.line - 1]) + place.column - 1


def _end(text: str, begin: int) -> int:
    """Behind the array that begins there: the first bracket that closes it."""
    end = text.index("]", begin) + 1
    while not _is_value(text[begin:end]):
        end = text.index("]", end) + 1
    return end


def _is_value(text: str) -> bool:
    try:
        tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def key_lines(place: str, listed: Listed) -> str:
    """The new entry of `keys`. Where the private key is, only its owner knows: its file is named like the certificate's."""
    key = PurePosixPath(listed.file).with_suffix(".key").name
    secret = "${file:/run/secrets/" + key + "}"
    entry = _entry("certificate", listed, ("key", _text(secret)))
    return f"# one more in the keys of {place}; the entries that are there stay\n{entry},\n"


def file_beside(current: str | None, owner: str, begins: datetime, taken: Sequence[str], fingerprint: str) -> str:
    """Where a new certificate is put: beside the current one, by whose it is and when it begins."""
    folder = PurePosixPath(current).parent if current is not None else PurePosixPath("certs")
    wanted = str(folder / f"{owner}-{begins:%Y-%m}.pem")
    return wanted if wanted not in taken else str(folder / f"{owner}-{begins:%Y-%m}-{fingerprint[:8]}.pem")


def _array(listed: Sequence[Listed]) -> str:
    entries = "\n".join(f"  {_entry('file', one)}," for one in listed)
    return f"[\n{entries}\n]"


def _entry(name: str, one: Listed, *more: tuple[str, str]) -> str:
    members = [(name, _text(one.file)), *more]
    members += [("from", _moment(one.use_from))] if one.use_from is not None else []
    members += [("until", _moment(one.use_until))] if one.use_until is not None else []
    return "{ " + ", ".join(f"{key} = {value}" for key, value in members) + " }"


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%d}" if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _text(text: str) -> str:
    return tomlkit.string(text).as_string()
