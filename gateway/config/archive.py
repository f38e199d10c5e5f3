"""Configurations that were in force, kept whole under their digest, so that what they decided can be decided again.

Source texts are kept with secrets as references only, as they stand in the files. A configuration that is built from them must
say the same as it did; where it does not, because the environment or a file that is not kept has changed, it is refused.
"""

import base64
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gateway.config.lint import Examined, examine
from gateway.config.load import ConfigurationRefused, build_examined
from gateway.config.overlay import lay_environment
from gateway.config.snapshot import Snapshot
from gateway.config.source import Source, is_inside, read_source
from gateway.config.xml_schema import digests
from gateway.errors import ConfigurationInvalid

_ENVIRONMENTS = "environments"
_REMEDY = "Replay with the present configuration, or restore what has changed and replay then."


@dataclass(frozen=True, slots=True)
class Archived:
    """A configuration as it is kept. `files` are texts by their names beside routes.toml, what no text column takes in base 64;
    `written` names what they say, whatever the release of the gateway that reads them.
    """

    digest: str
    main: str
    environment: str
    written: str
    files: Mapping[str, str]

    def document(self) -> str:
        """All of it as JSON."""
        kept = {name: getattr(self, name) for name in ("digest", "main", "environment", "written")}
        return json.dumps({**kept, "files": dict(self.files)}, ensure_ascii=False)


def archived(path: str | os.PathLike[str], environ: Mapping[str, str], *, digest: str) -> Archived:
    """The configuration of a file that is in force as it is to be kept. Raises ConfigurationRefused when it has errors."""
    file = Path(path).absolute()
    examined = _examined(file, environ)
    source = read_source(file)
    lay_environment(source, environ)
    files = {}
    for name in _names(source, examined):
        try:
            content = (file.parent / name).read_bytes()
        except OSError as error:
            raise ConfigurationInvalid(f"{name} cannot be read: {error.strerror}", remedy="Run gateway check.") from error
        files[name] = _kept(content)
    environment = str(source.data["gateway"].get("environment", ""))
    return Archived(digest, file.name, environment, _written(examined), files)


def rebuilt(document: Mapping[str, object], beside: Path, environ: Mapping[str, str]) -> Snapshot:
    """The configuration of an archived document. `beside` is the present folder, for certificates and what else is not kept; its
    paths begin there.

    Raises ConfigurationInvalid, saying why, when it cannot be had or would not decide as it did.
    """
    with laid_out(document, beside, environ) as (path, variables):
        snapshot = _built(path, variables, document, beside=beside)
    return replace(snapshot, digest=str(document["digest"]))


@contextmanager
def laid_out(
    document: Mapping[str, object], beside: Path, environ: Mapping[str, str]
) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """The files of an archived document in a folder of their own, as long as the block lasts: the main one, and the environment
    that it is read with. Raises ConfigurationInvalid when they are not kept, or cannot be put back.
    """
    named = str(document["digest"])[:12]
    files = document.get("files")
    if not isinstance(files, dict):
        message = f"Configuration {named} was in force before configurations were kept: only its digest is known."
        raise ConfigurationInvalid(message, remedy="Replay with the present configuration.")
    outside = [name for name in files if not is_inside(name)]
    if outside:
        message = f"Configuration {named} used files outside of its folder, which cannot be put back: {', '.join(outside)}."
        raise ConfigurationInvalid(message, remedy="Replay with the present configuration.")
    with unpacked(files, beside) as folder:
        yield folder / str(document["main"]), {**environ, "GATEWAY_ENVIRONMENT": str(document["environment"])}


@contextmanager
def unpacked(files: Mapping[str, object], beside: Path) -> Iterator[Path]:
    """A folder with these files as they are kept, and with links to what is not kept, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="edi-configuration-") as place:
        folder = Path(place)
        for name, kept in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(_unpacked(str(kept)))
        for entry in sorted(beside.iterdir()):
            _link(entry, folder / entry.name)
        yield folder


def _built(path: Path, environ: Mapping[str, str], document: Mapping[str, object], *, beside: Path) -> Snapshot:
    named = str(document["digest"])[:12]
    try:
        examined = _examined(path, environ)
    except ConfigurationRefused as refused:
        raise ConfigurationInvalid(f"Configuration {named} cannot be built any more: {refused}", remedy=_REMEDY) from refused
    if _written(examined) != document["written"]:
        message = f"Configuration {named} would not decide as it did: what it takes from the environment has changed since."
        raise ConfigurationInvalid(message, remedy=_REMEDY)
    return build_examined(examined, beside)


def _examined(path: Path, environ: Mapping[str, str]) -> Examined:
    examined = examine(path, environ)
    if examined.configuration is None or not examined.report.ok:
        raise ConfigurationRefused(examined.report)
    return examined


_DECIDES: Mapping[str, Any] = {
    "gateway": {"id", "environment", "owner", "identities", "test_interchanges"},
    "application": {"__all__": {"id", "type", "usage"}},
    "channel": {"__all__": {"id", "type", "partner"}},
    **dict.fromkeys(("owner", "partner", "agreement", "table", "route", "calendar"), True),
}
"""What decides how something is read and where it goes; addresses of servers, ports and folders do not."""


def _written(examined: Examined) -> str:
    """What the files say of that, without the defaults of this release; secrets are masked."""
    assert examined.configuration is not None
    said = {
        "configuration": examined.configuration.model_dump(
            mode="json", by_alias=True, exclude_unset=True, include=dict(_DECIDES)
        ),
        "codes": examined.codes,
        "layouts": {name: read.text for name, read in examined.layouts.items()},
        "schemas": digests(examined.schemas),
    }
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=dict).encode()).hexdigest()


def _names(source: Source, examined: Examined) -> Sequence[str]:
    """The files that a configuration consists of: its own, those of tables, layouts, schemas and applications, certificates."""
    configuration = examined.configuration
    assert configuration is not None
    assert source.main is not None
    names = {source.main.name, *(file.name for file, _ in source.origins.values())}
    names |= {table.file for table in configuration.table}
    names |= {f"{configuration.gateway.layouts}/{name}.toml" for name in examined.layouts}
    names |= {*examined.files, *examined.certificates}
    for agreement in configuration.agreement:
        if agreement.schema_ is not None and agreement.id in examined.schemas:
            names |= {f"{agreement.schema_.folder}/{path}" for path, _ in examined.schemas[agreement.id].files}
    return sorted(os.path.normpath(name) for name in names)


_BASE64 = "base64:"


def _kept(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _packed(content)
    return _packed(content) if text.startswith(_BASE64) or "\x00" in text else text


def _packed(content: bytes) -> str:
    return _BASE64 + base64.b64encode(content).decode()


def _unpacked(kept: str) -> bytes:
    return base64.b64decode(kept.removeprefix(_BASE64)) if kept.startswith(_BASE64) else kept.encode()


def _link(entry: Path, at: Path) -> None:
    """Let what is not kept (certificates, keys) be found where it is now. Configuration that is not of this one is left out."""
    if at.is_dir() and not at.is_symlink() and entry.is_dir():
        for child in sorted(entry.iterdir()):
            _link(child, at / child.name)
    elif not at.exists() and entry.suffix != ".toml" and entry.name != _ENVIRONMENTS:
        at.symlink_to(entry)
