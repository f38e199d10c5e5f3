"""The files that applications name: templates of bodies, and the schemas of what they answer and tell."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.config.applications.http import HttpApplicationTable, ReadingTable
from gateway.config.check import Complaints
from gateway.config.model import Configuration
from gateway.config.positions import KeyPath


def read_application_files(configuration: Configuration, folder: Path, complaints: Complaints) -> Mapping[str, str]:
    """Their texts, by the names they have in routes.toml. What cannot be read is complained of where it is named."""
    found: dict[str, str] = {}
    for path, name in _named(configuration):
        if name in found:
            continue
        try:
            found[name] = (folder / name).read_text(encoding="utf-8")
        except OSError as error:
            complaints.add("R090", path, f"{name} cannot be read: {error.strerror or error}")
        except ValueError:
            complaints.add("R090", path, f"{name} is not UTF-8 text")
    return found


def readings(table: HttpApplicationTable, path: KeyPath) -> Iterator[tuple[KeyPath, ReadingTable]]:
    """All that says how events of an application are read."""
    if table.webhook is not None:
        yield (*path, "webhook"), table.webhook
    for index, poll in enumerate(table.poll):
        yield (*path, "poll", index), poll


def all_readings(configuration: Configuration) -> Iterator[tuple[KeyPath, ReadingTable]]:
    """The same of all applications."""
    for index, table in enumerate(configuration.application):
        if isinstance(table, HttpApplicationTable):
            yield from readings(table, ("application", index))


def _named(configuration: Configuration) -> Iterator[tuple[KeyPath, str]]:
    for index, table in enumerate(configuration.application):
        if not isinstance(table, HttpApplicationTable):
            continue
        path: KeyPath = ("application", index)
        for n, action in enumerate(table.action):
            if action.template_file is not None:
                yield (*path, "action", n, "template_file"), action.template_file
            if action.schema_ is not None:
                yield (*path, "action", n, "schema"), action.schema_
        for n, books in enumerate(table.books):
            if books.schema_ is not None:
                yield (*path, "books", n, "schema"), books.schema_
        for place, reading in readings(table, path):
            if reading.schema_ is not None:
                yield (*place, "schema"), reading.schema_
