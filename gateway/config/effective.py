"""What a configuration comes to: its files with all that they name, defaults filled in, secrets hidden."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gateway.config.certificate_files import digests_of
from gateway.config.lint import Examined
from gateway.config.xml_schema import digests


def effective(examined: Examined) -> Mapping[str, Any]:
    """The tree of a configuration that has no errors. Tables have their `codes`, layouts and files what tells them apart."""
    if examined.configuration is None:
        raise ValueError("a configuration that could not be read comes to nothing")
    tree: dict[str, Any] = examined.configuration.model_dump(mode="json", by_alias=True)
    tree.pop("include")
    for table in tree["table"]:
        table["codes"] = dict(examined.codes.get(table["id"], {}))
    schemas = digests(examined.schemas)
    for agreement in tree["agreement"]:
        if agreement["id"] in schemas:
            agreement["schema_files"] = dict(schemas[agreement["id"]])
    tree["layout"] = [{"id": name, "sha256": _digest(read.text)} for name, read in examined.layouts.items()]
    files = {name: _digest(text) for name, text in examined.files.items()} | dict(digests_of(examined.certificates))
    tree["file"] = [{"id": name, "sha256": digest} for name, digest in files.items()]
    return tree


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
