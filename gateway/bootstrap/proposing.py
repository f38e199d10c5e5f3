"""New partners: the file that is proposed for one, checked as `gateway check` would, and its samples judged as if it held."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.bootstrap.config_source import ConfigurationSource, source_of
from gateway.bootstrap.examining import examine_file
from gateway.bootstrap.office import Where, settings_at
from gateway.config import ConfigurationRefused, load
from gateway.config.lint import examine, lint
from gateway.config.partner_file import partner_file_text
from gateway.config.partner_wish import surroundings
from gateway.config.report import Item
from gateway.config.trial import includes, laid_beside
from gateway.domain.agreement import Direction
from gateway.domain.onboarding.partner_file import Block, PartnerFile, Setting
from gateway.domain.onboarding.recognised import Recognised, Sample
from gateway.domain.onboarding.wish import Surroundings, Transport, Wish
from gateway.errors import ActionRefused, PlanRefused
from gateway.operations.propose_channel import channel_id
from gateway.operations.propose_partner import propose
from gateway.operations.recognise_partner import recognise
from gateway.ports import Json

INCLUDED = "partners/*.toml"
"""What `include` has to name, so that a partner is one file."""


async def propose_partner(where: Where, wish: Wish, samples: Sequence[Sample]) -> Json:
    """The file of a new partner with its tables, what a person must decide, what `gateway check` will say of it, and how its
    samples fare under it. Nothing is written.

    Raises ConfigurationInvalid where the configuration has errors without it, ActionRefused where there is such a partner or file
    already, PlanRefused where nothing says what is exchanged.
    """
    source = await source_of(where, "")
    return await asyncio.to_thread(_proposed, source, settings_at(where).environ, wish, samples)


def _proposed(source: ConfigurationSource, environ: Mapping[str, str], wish: Wish, samples: Sequence[Sample]) -> Json:
    with source.standing(environ) as (main, variables):
        examined = examine(main, variables)
        if examined.configuration is None or not examined.report.ok:
            raise ConfigurationRefused(examined.report)
        if any(partner.id == wish.partner for partner in examined.configuration.partner):
            raise ActionRefused(f'There is a partner "{wish.partner}" already.', remedy="Choose another id, or change its file.")
        around = surroundings(examined.configuration)
        trial = _Trial(main, variables, around, wish, samples, recognise(samples, around.ours))
        if not includes(examined.configuration.include, trial.file.path):
            remedy = f'Add this line to the top of {main.name}, and ask again: include = ["{INCLUDED}"]'
            raise ActionRefused(f"{main.name} would not read {trial.file.path}.", remedy=remedy)
        if not trial.exchanges:
            raise PlanRefused(
                "Nothing says what is exchanged: there is no sample that could be read, and no format.",
                remedy="Give a sample document, or name a format: --format x12/004010/850",
            )
        known = {(item.code, item.message) for item in examined.report.items}
        complaints = [item for item in trial.complaints() if (item.code, item.message) not in known]
        return _told(trial.file, complaints, trial.judged())


@dataclass(frozen=True, slots=True)
class _Trial:
    """A proposal laid beside a configuration."""

    main: Path
    environ: Mapping[str, str]
    around: Surroundings
    wish: Wish
    samples: Sequence[Sample]
    found: Recognised

    @property
    def file(self) -> PartnerFile:
        """What is proposed."""
        return self._by(self.wish)

    @property
    def exchanges(self) -> bool:
        """Whether anything is agreed, or waits for a layout to be."""
        file = self.file
        return any(block.heading == "[[agreement]]" for block in file.blocks) or any(
            one.code == "layout" for one in file.questions
        )

    def _by(self, wish: Wish) -> PartnerFile:
        return propose(wish, self.found, self.around)

    def complaints(self) -> Sequence[Item]:
        """What `gateway check` will say of the configuration with it."""
        file = self.file
        with laid_beside(self.main, {file.path: partner_file_text(file), **file.tables}) as main:
            return lint(main, self.environ).items

    def judged(self) -> list[Json]:
        """The samples under it, as if they came by a folder: what else they come by says nothing about what is in them.

        Empty where what is proposed cannot be used before a person has decided something.
        """
        wish = replace(self.wish, transport=Transport.FOLDER, address="")
        file = self._by(wish)
        with laid_beside(self.main, {file.path: partner_file_text(file), **file.tables}) as main:
            try:
                snapshot = load(main, self.environ)
            except ConfigurationRefused:
                return []
        layouts = any(block.heading == "[[agreement]]" and _is_flat(block) for block in file.blocks)
        unknown = () if layouts else self.found.flat
        coming = [sample for sample in self.samples if sample.name not in unknown and not self._is_ours(sample)]
        return [examine_file(sample, snapshot, channel=channel_id(wish), partner=wish.partner) for sample in coming]

    def _is_ours(self, sample: Sample) -> bool:
        """Whether a sample is of what we send: nobody sends that to us."""
        found = recognise([sample], self.around.ours).documents if self.found.sends else ()
        return bool(found) and all(each.direction is Direction.OUT for each in found)


def _is_flat(block: Block) -> bool:
    return any(isinstance(part, Setting) and part.key == "format" and str(part.value).startswith("flat/") for part in block.parts)


def _told(file: PartnerFile, complaints: Sequence[Item], samples: Sequence[Json]) -> dict[str, Any]:
    text = partner_file_text(file)
    return {
        "path": file.path,
        "text": text,
        "tables": [{"path": path, "text": content} for path, content in file.tables.items()],
        "decisions": [{"table": table, "code": one.code, "text": one.text} for table, one in file.decisions()],
        "complaints": [
            {
                "file": item.file,
                "line": item.line,
                "code": item.code,
                "severity": item.severity,
                "message": item.message,
                "remedy": item.remedy,
            }
            for item in complaints
        ],
        "samples": list(samples),
    }
