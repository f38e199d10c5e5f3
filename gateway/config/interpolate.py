"""Puts the world's values into a parsed configuration: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${file:path}`,
`${vault:path#key}`, `$$`.

String values are filled after parsing, never the text before it: whatever a variable holds, it cannot change the structure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from gateway.config.positions import KeyPath
from gateway.config.vault import REFERENCE, SecretRefused, Vault

_TOKEN = re.compile(r"\$\$|\$\{([^{}]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HASHES = frozenset({"token_hashes", "url_hashes"})
WHOLE_REFERENCE = re.compile(r"\$\{[^{}]+\}")
"""What a secret must be: one reference and nothing beside it."""

Complain = Callable[[str, KeyPath, str], None]
"""Takes a complaint: code, path, message."""


@dataclass(frozen=True, slots=True)
class World:
    """Where references are looked up: variables, files relative to the configuration's folder, and Vault.

    Without `vault` nothing is asked of it: of its references only the form is checked, and something unlikely stands for each.
    """

    variables: Mapping[str, str]
    folder: Path
    vault: Vault | None = None


def interpolate(value: Any, world: World, complain: Complain, path: KeyPath = ()) -> Any:
    """A copy of parsed TOML with every reference in its string values replaced. What cannot be found is complained of."""
    if isinstance(value, str):
        return _filled(value, world, complain, path) if "$" in value else value
    if isinstance(value, dict):
        return {name: interpolate(member, world, complain, (*path, name)) for name, member in value.items()}
    if isinstance(value, list):
        return [interpolate(element, world, complain, (*path, index)) for index, element in enumerate(value)]
    return value


def falls_back(text: str, variables: Mapping[str, str]) -> bool:
    """Whether a value takes a default written into it, because its variable is not set."""
    match = WHOLE_REFERENCE.fullmatch(text)
    if match is None:
        return False
    name, separator, default = text[2:-1].partition(":-")
    return bool(separator and default and not variables.get(name))


def _filled(text: str, world: World, complain: Complain, path: KeyPath) -> str:
    def replace(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        if match.group(1) is None:
            complain("R012", path, f'"{text}" has a "${{" without its "}}"')
            return match.group()
        return _looked_up(match.group(1), world, complain, path)

    return _TOKEN.sub(replace, text)


def _looked_up(reference: str, world: World, complain: Complain, path: KeyPath) -> str:
    if reference.startswith("file:"):
        return _file(reference.removeprefix("file:"), world, complain, path)
    if reference.startswith("vault:"):
        return _vault(reference, world, complain, path)
    match = _NAME.match(reference)
    rest = reference[match.end() :] if match else reference
    if match is None or (rest and not rest.startswith((":-", ":?"))):
        complain("R012", path, f'"${{{reference}}}" is no reference')
        return ""
    name = match.group()
    given = world.variables.get(name)
    if rest.startswith(":-"):
        return given or rest[2:]
    if rest.startswith(":?"):
        if not given:
            complain("R010", path, f"{name} is not set: {rest[2:] or 'it is required'}")
        return given or ""
    if given is None:
        complain("R010", path, f"the environment variable {name} is not set")
    return given or ""


def _file(name: str, world: World, complain: Complain, path: KeyPath) -> str:
    try:
        return (world.folder / name).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "is not UTF-8 text"
        complain("R011", path, f"the file {name} cannot be read: {reason}")
        return ""


def _vault(reference: str, world: World, complain: Complain, path: KeyPath) -> str:
    match = REFERENCE.fullmatch(reference)
    if match is None:
        complain("R012", path, f'"${{{reference}}}" is no reference: write ${{vault:secret/data/edi/odoo#api_key}}')
        return ""
    if world.vault is None:
        return _stand_in(reference, path)
    try:
        return world.vault.read(match[1], match[2] or "", match[3])
    except SecretRefused as refused:
        complain("R181", path, str(refused))
        return ""


def _stand_in(reference: str, path: KeyPath) -> str:
    """What stands for a secret that is not asked for: fit for a password as well as for a key; a hash where one has to be."""
    digest = sha256(reference.encode()).hexdigest()
    return f"sha256:{digest}" if _HASHES & set(path) else digest
