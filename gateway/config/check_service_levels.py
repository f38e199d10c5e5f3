"""Checks of [[service_level]], [silence] and [[expected_traffic]]: that they measure something, and name who is there."""

from typing import get_args

from gateway.config.check import Checked
from gateway.config.check_expectations import expected_of
from gateway.config.owner_model import Stage
from gateway.config.positions import KeyPath
from gateway.config.service_level_model import ServiceLevelTable
from gateway.domain.expectation import KINDS
from translators.canonical import NAMES


def check_service_levels(checked: Checked) -> None:
    """Everything about what was promised, and about what should come."""
    for index, level in enumerate(checked.configuration.service_level):
        _level(checked, level, ("service_level", index))
    sources = [*checked.ids("partner"), *checked.ids("application")]
    for index, one in enumerate(checked.configuration.expected_traffic):
        path: KeyPath = ("expected_traffic", index)
        _source(checked, one.source, (*path, "source"), sources)
        _document(checked, one.document, (*path, "document"))
    silence = checked.configuration.silence
    for place, source in enumerate(silence.without):
        _source(checked, source, ("silence", "without", place), sources)
    calendars = checked.ids("calendar")
    for source, calendar in silence.calendars.items():
        _source(checked, source, ("silence", "calendars", source), sources)
        _calendar(checked, calendar, ("silence", "calendars", source), calendars)
    if silence.calendar is not None:
        _calendar(checked, silence.calendar, ("silence", "calendar"), calendars)


def _level(checked: Checked, level: ServiceLevelTable, path: KeyPath) -> None:
    _document(checked, level.document, (*path, "document"))
    if level.stage is not None and level.stage not in get_args(Stage):
        message = f'there is no stage "{level.stage}"'
        checked.complaints.add("R190", (*path, "stage"), message, known=get_args(Stage), wanted=level.stage)
    if level.kind is not None and level.kind not in {*KINDS, *NAMES}:
        message = f'"{level.kind}" is no acknowledgement, receipt or document'
        checked.complaints.add("R190", (*path, "kind"), message, known=[*KINDS, *NAMES], wanted=level.kind)
    if level.warn is not None and level.within is not None and level.warn >= level.within:
        checked.complaints.add(
            "R190", (*path, "warn"), "everything would be told of at once: let `warn` be shorter than `within`"
        )
    if level.measure == "acknowledgement" and not _is_expected(checked, level):
        what = f"a {level.kind}" if level.kind else "anything"
        checked.complaints.add("R191", (*path, "measure"), f"no agreement that it is about expects {what} of its partner")


def _is_expected(checked: Checked, level: ServiceLevelTable) -> bool:
    """Whether an agreement that a level is about expects what it measures."""
    return any(
        level.kind in (None, expected.kind)
        for agreement in checked.configuration.agreement
        for expected, _ in expected_of(agreement)
        if (not level.agreements or agreement.id in level.agreements)
        and (not level.partners or agreement.partner in level.partners)
    )


def _document(checked: Checked, document: str | None, path: KeyPath) -> None:
    if document is not None and document not in NAMES:
        message = f'"{document}" is no canonical document'
        checked.complaints.add("R190", path, message, known=NAMES, wanted=document)


def _source(checked: Checked, source: str, path: KeyPath, known: list[str]) -> None:
    if source not in known:
        checked.complaints.add("R021", path, f'there is no partner or application "{source}"', known=known, wanted=source)


def _calendar(checked: Checked, calendar: str, path: KeyPath, known: list[str]) -> None:
    if calendar not in known:
        checked.complaints.add("R021", path, f'there is no calendar "{calendar}"', known=known, wanted=calendar)
