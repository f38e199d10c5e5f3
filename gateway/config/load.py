"""Loads a configuration for use: examined, built, and named by its digest."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from gateway.config.build import build
from gateway.config.certificate_files import digests_of
from gateway.config.lint import Examined, examine
from gateway.config.model import Configuration
from gateway.config.regions import narrowed, placed
from gateway.config.report import LintReport
from gateway.config.snapshot import Snapshot
from gateway.config.xml_schema import digests
from gateway.errors import ConfigurationInvalid


class ConfigurationRefused(ConfigurationInvalid):
    """The configuration has errors; `report` holds all of them."""

    def __init__(self, report: LintReport) -> None:
        first, *others = report.errors
        more = f" (and {len(others)} more)" if others else ""
        super().__init__(f"{first}{more}", remedy=f"{first.remedy} See all with: gateway check")
        self.report = report


def load(path: str | os.PathLike[str], environ: Mapping[str, str]) -> Snapshot:
    """The snapshot of a configuration. Raises ConfigurationRefused when it has errors; warnings do not matter here."""
    file = Path(path).absolute()
    examined = examine(file, environ)
    if examined.configuration is None or not examined.report.ok:
        raise ConfigurationRefused(examined.report)
    return build_examined(examined, file.parent)


def without_files(folder: Path, variables: Mapping[str, str]) -> Snapshot:
    """What a machine knows that has no files: where the database is, which has all the rest. `folder` is where paths begin."""
    owner = {"id": "nobody"}
    gateway = {
        "id": "without-files",
        "owner": owner["id"],
        "identities": {},
        "data": variables.get("GATEWAY_DATA") or "var",
        "database_url": variables["DATABASE_URL"],
        "activation": {"managed": True},
    }
    configuration = Configuration.model_validate({"gateway": gateway, "owner": [owner]})
    return build_examined(Examined(LintReport.of([]), configuration, {}), folder)


def build_examined(examined: Examined, folder: Path) -> Snapshot:
    """The snapshot of a configuration that was examined and has no errors: what is of its region. `folder` is what its paths are
    relative to. The digest is that of the whole, the same in all regions.
    """
    if examined.configuration is None:
        raise ConfigurationRefused(examined.report)
    texts = {name: read.text for name, read in examined.layouts.items()}
    named = {**examined.files, **digests_of(examined.certificates)}
    digest = digest_of(examined.configuration, examined.codes, texts, digests(examined.schemas), named)
    layouts = {name: read.layout for name, read in examined.layouts.items() if read.layout is not None}
    snapshot = build(
        narrowed(examined.configuration, examined.region),
        examined.codes,
        layouts,
        schemas=examined.schemas,
        files=examined.files,
        certificates=examined.certificates,
        folder=folder,
        digest=digest,
    )
    return placed(snapshot, examined.configuration, examined.region, folder, examined.certificates)


def digest_of(
    configuration: Configuration,
    codes: Mapping[str, Mapping[str, str]],
    layouts: Mapping[str, str] | None = None,
    schemas: Mapping[str, Mapping[str, str]] | None = None,
    files: Mapping[str, str] | None = None,
) -> str:
    """SHA-256 of what is in effect, with all files that it names. Secrets are masked, so that their change alone keeps it."""
    effective = {
        "configuration": configuration.model_dump(mode="json", by_alias=True),
        "codes": codes,
        "layouts": layouts or {},
        "schemas": schemas or {},
    }
    if files:
        effective["files"] = files
    text = json.dumps(effective, sort_keys=True, ensure_ascii=False, default=dict)
    return sha256(text.encode()).hexdigest()
