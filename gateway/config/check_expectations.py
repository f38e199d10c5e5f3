"""Checks of what is expected of partners: acknowledgements that fit the format, answers that exist, calendars that are used."""

from collections.abc import Iterator, Mapping

from gateway.config.agreed_format import agreed_format
from gateway.config.check import Checked
from gateway.config.expectation_model import ExpectTable
from gateway.config.model import AgreementTable
from gateway.config.positions import KeyPath
from gateway.domain.agreement import syntax_of
from gateway.domain.expectation import Layer, layer_of
from translators.canonical import NAMES

_FITTING: Mapping[str, frozenset[str]] = {
    "x12": frozenset({"TA1", "997", "999", "824"}),
    "edifact": frozenset({"CONTRL", "APERAK"}),
    "xml": frozenset({"ApplicationResponse"}),
    "cXML": frozenset({"cXML"}),
}
"""What partners acknowledge a family with, or cXML inside of XML."""
_OURS: Mapping[str, frozenset[str]] = {"x12": frozenset({"TA1"})}
"""What answers an acknowledgement of ours: its envelope may be acknowledged, nothing else."""
_RECEIPTS = frozenset({"as2"})
"""The kinds of channels whose transfers have receipts."""


def expected_of(agreement: AgreementTable) -> Iterator[tuple[ExpectTable, KeyPath]]:
    """What an agreement expects, each with the rest of its path."""
    match agreement.expect:
        case None:
            return
        case list() as several:
            yield from ((one, ("expect", index)) for index, one in enumerate(several))
        case one:
            yield one, ("expect",)


def check_expectations(checked: Checked) -> None:
    """Everything about `expect` and [[calendar]]."""
    used = (
        {owner.hours for owner in checked.configuration.owner}
        | {service.calendar for service in checked.configuration.service}
        | {deadline.calendar for deadline in checked.configuration.deadline}
        | {trigger.calendar for trigger in checked.configuration.trigger}
        | {warehouse.calendar for warehouse in checked.configuration.warehouse}
        | {hold.calendar for hold in checked.configuration.hold}
        | {level.calendar for level in checked.configuration.service_level}
        | {one.calendar for one in checked.configuration.expected_traffic}
        | {checked.configuration.silence.calendar, *checked.configuration.silence.calendars.values()}
    )
    for index, agreement in enumerate(checked.configuration.agreement):
        _nothing(checked, agreement, ("agreement", index, "id"))
        kinds: dict[str, str] = {}
        for expected, rest in expected_of(agreement):
            path: KeyPath = ("agreement", index, *rest)
            _fits(checked, agreement, expected, path)
            _calendar(checked, expected, path)
            used.add(expected.calendar)
            slot = expected.kind if layer_of(expected.kind) is Layer.ANSWER else layer_of(expected.kind)
            if slot in kinds:
                message = f"{expected.kind} is expected beside {kinds[slot]}: one of them answers, not both"
                checked.complaints.add("R062", path, message)
            kinds[slot] = expected.kind
    for index, name in enumerate(checked.ids("calendar")):
        if name not in used:
            checked.complaints.add("R022", ("calendar", index, "id"), f'nothing is due by calendar "{name}"')


def _calendar(checked: Checked, expected: ExpectTable, path: KeyPath) -> None:
    known = checked.ids("calendar")
    if expected.calendar is not None and expected.calendar not in known:
        message = f'there is no calendar "{expected.calendar}"'
        checked.complaints.add("R021", (*path, "calendar"), message, known=known, wanted=expected.calendar)


def _fits(checked: Checked, agreement: AgreementTable, expected: ExpectTable, path: KeyPath) -> None:
    agreed = agreed_format(agreement.format)
    named = syntax_of(agreed.family, agreed.version)[1] or agreed.family.value
    if expected.ack is not None:
        fitting = (_FITTING if agreement.direction == "out" else _OURS).get(named, frozenset())
        if expected.ack not in fitting:
            what = named if agreement.direction == "out" else f"our acknowledgements of {named}"
            message = f"no {expected.ack} answers {what}: expect {' or '.join(sorted(fitting)) or 'none'}"
            checked.complaints.add("R062", (*path, "ack"), message)
    elif expected.receipt is not None:
        _receipt(checked, agreement, path)
    elif agreement.direction == "in":
        checked.complaints.add(
            "R062", (*path, "answer"), "acknowledgements of ours have no answer: agree it where the document goes out"
        )
    elif expected.answer not in NAMES:
        message = f'"{expected.answer}" is no canonical document'
        checked.complaints.add("R062", (*path, "answer"), message, known=NAMES, wanted=expected.answer or "")


def _nothing(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    """What goes out and is never asked after: nobody would notice that it did not arrive, or was rejected."""
    if agreement.direction != "out" or agreement.expect is not None:
        return
    agreed = agreed_format(agreement.format)
    channel = next((c for c in checked.configuration.channel if c.id == agreement.channel), None)
    answers = sorted(_FITTING.get(syntax_of(agreed.family, agreed.version)[1] or agreed.family.value, ()))
    could = [f'ack = "{answer}"' for answer in answers]
    if channel is not None and channel.type in _RECEIPTS:
        could.append('receipt = "mdn"')
    if could:
        message = (
            f"nothing is expected of the partner, so nobody notices what it loses or rejects: it could be {' or '.join(could)}"
        )
        checked.complaints.add("R065", path, message)


def _receipt(checked: Checked, agreement: AgreementTable, path: KeyPath) -> None:
    """A receipt comes for a transfer by AS2; of answers the way is known only when they go out."""
    channel = next((c for c in checked.configuration.channel if c.id == agreement.channel), None)
    if agreement.direction == "out" and channel is not None and channel.type not in _RECEIPTS:
        message = f'transfers by channel "{channel.id}" ({channel.type}) have no receipts'
        checked.complaints.add("R062", (*path, "receipt"), message)
