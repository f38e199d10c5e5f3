"""Reads the XML schemas that agreements name: a file with all that it includes and imports, from one folder and nowhere else."""

import posixpath
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gateway.config.check import Complaints
from gateway.config.model import Configuration
from gateway.config.positions import KeyPath, Location
from gateway.config.report import item
from translators import registry
from translators.errors import SchemaInvalid
from translators.xml_terms import Schema, SchemaReference

MOST_BYTES = 16 * 1024 * 1024
MOST_FILES = 200
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """What is wrong with a schema: the code of the complaint, the file of the folder and the line that it is about.

    Of a fault of the folder or of the main file itself `file` is empty: the complaint goes to who names them.
    """

    code: str
    message: str
    file: str = ""
    line: int = 1


def read_schema(folder: Path, main: str) -> tuple[Schema | None, list[SchemaFault]]:
    """The schema of a main file in a folder, ready for use, or what is wrong with it."""
    files: dict[str, bytes] = {}
    faults: list[SchemaFault] = []
    waiting = deque([(posixpath.normpath(main.replace("\\", "/")), SchemaFault("R048", ""))])
    while waiting:
        path, asked = waiting.popleft()
        if path in files:
            continue
        content = _content(folder, path, asked, faults)
        if content is None:
            continue
        files[path] = content
        if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
            text = f"{main} comes to more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB"
            return None, [*faults, SchemaFault("R049", text)]
        for reference in _references(path, content, faults):
            if (following := _followed(path, reference, faults)) is not None:
                waiting.append((following, SchemaFault("R048", "", path, reference.line)))
    if faults:
        return None, faults
    schema = Schema(main, next(iter(files)), tuple(files.items()))
    try:
        registry.check_schema(schema)
    except SchemaInvalid as invalid:
        return None, [SchemaFault("R049", message, file, line) for file, line, message in invalid.mistakes]
    return schema, []


def _content(folder: Path, path: str, asked: SchemaFault, faults: list[SchemaFault]) -> bytes | None:
    """A file of the folder; where there is none, a fault at the place that asked for it."""
    home = folder.resolve()
    try:
        file = (home / path).resolve()
        if not file.is_relative_to(home):
            faults.append(SchemaFault("R048", f"{path} lies outside of the folder", asked.file, asked.line))
            return None
        if file.stat().st_size > MOST_BYTES:
            faults.append(SchemaFault("R049", f"{path} is larger than {MOST_BYTES >> 20} MiB", asked.file, asked.line))
            return None
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.append(SchemaFault("R048", f"{path} cannot be read: {reason}", asked.file, asked.line))
        return None


def _references(path: str, content: bytes, faults: list[SchemaFault]) -> tuple[SchemaReference, ...]:
    try:
        return registry.schema_references(path, content)
    except SchemaInvalid as invalid:
        faults += [SchemaFault("R049", message, file, line) for file, line, message in invalid.mistakes]
        return ()


def _followed(path: str, reference: SchemaReference, faults: list[SchemaFault]) -> str | None:
    """The path in the folder that a reference leads to; None, with a fault, where it leads out of it."""
    location = reference.location.replace("\\", "/")
    following = posixpath.normpath(posixpath.join(posixpath.dirname(path), location))
    if not _ELSEWHERE.match(location) and not following.startswith(("../", "/")):
        return following
    far = location.startswith("//") or ("://" in location and not location.lower().startswith("file:"))
    kind = "is of the network" if far else "lies outside of the folder"
    faults.append(SchemaFault("R048", f"{reference.location} {kind}", path, reference.line))
    return None


def read_schemas(configuration: Configuration, folder: Path, complaints: Complaints) -> dict[str, Schema]:
    """The schemas of all agreements that name one, by the agreement's id. Faults in a file are told at their line in it."""
    result: dict[str, Schema] = {}
    known: dict[tuple[str, str], tuple[Schema | None, list[SchemaFault]]] = {}
    for index, agreement in enumerate(configuration.agreement):
        table = agreement.schema_
        if table is None:
            continue
        key = (table.folder, table.file)
        again = key in known
        if not again:
            known[key] = read_schema(folder / table.folder, table.file)
        schema, faults = known[key]
        if schema is not None:
            result[agreement.id] = schema
        elif not again:
            _complain(faults, table.folder, ("agreement", index, "schema", "file"), complaints)
    return result


def _complain(faults: list[SchemaFault], folder: str, named: KeyPath, complaints: Complaints) -> None:
    for fault in faults:
        if fault.file:
            file = posixpath.join(folder, fault.file)
            complaints.items.append(item(fault.code, file, Location(fault.line, 1), f"{file}: {fault.message}"))
        else:
            complaints.add(fault.code, named, fault.message)


def digests(schemas: Mapping[str, Schema]) -> dict[str, dict[str, str]]:
    """What schemas consist of, as the digest of a configuration names it: each file by its own digest."""
    return {name: {path: sha256(content).hexdigest() for path, content in schema.files} for name, schema in schemas.items()}
