"""Checks of [[trigger]]: that it can be made of its milestone, that somebody gets it, and nobody gets it twice."""

from collections.abc import Iterable, Mapping

from gateway.config.check import Checked
from gateway.config.condition import ConditionInvalid, compile_condition, problems
from gateway.config.model import OdooTable
from gateway.config.positions import KeyPath
from gateway.config.trigger_model import TriggerTable
from gateway.domain.odoo_changes import DOCUMENTS
from gateway.domain.order.authority import GATEWAY
from gateway.domain.order.milestone import Event

_ANSWERED = frozenset({Event.ACCEPTED, Event.REJECTED, Event.BACK_ORDERED, Event.ALLOCATED, Event.HELD, Event.CANCELLED})
_MADE_OF: Mapping[str, frozenset[Event]] = {
    "order_response": _ANSWERED,
    "despatch_advice": frozenset({Event.SHIPPED}),
    "transport_status": frozenset({Event.SHIPPED, Event.IN_TRANSIT, Event.DELIVERY_EXCEPTION, Event.DELIVERED}),
    "purchase_order": frozenset(Event),
}
"""The milestones that a document can be made of."""


def check_triggers(checked: Checked) -> None:
    """Everything about triggers."""
    may = checked.configuration.authority.sources()
    sources = [GATEWAY, *checked.ids("application"), *checked.ids("partner")]
    for index, trigger in enumerate(checked.configuration.trigger):
        path: KeyPath = ("trigger", index)
        for event in trigger.milestone:
            if event not in _MADE_OF[trigger.document]:
                message = f"{trigger.document} says nothing of what was {event.value.replace('_', ' ')}"
                checked.complaints.add("R130", (*path, "milestone"), message)
        for source in trigger.by:
            if source not in sources:
                message = f'there is no application or partner "{source}"'
                checked.complaints.add("R021", (*path, "by"), message, known=sources, wanted=source)
            elif not any(source in may.get(event, [source]) for event in trigger.milestone):
                checked.complaints.add("R101", (*path, "by"), f"{source} has no authority to say so: nothing is ever triggered")
        _condition(checked, trigger, path)
        if trigger.to is None:
            _for_customers(checked, trigger, path)


def _condition(checked: Checked, trigger: TriggerTable, path: KeyPath) -> None:
    if trigger.when is None:
        return
    try:
        compile_condition(trigger.when)
    except ConditionInvalid as error:
        checked.complaints.add("R050", (*path, "when"), f"the condition does not compile: {error}", shift=error.column)
        return
    for problem in problems(trigger.when, "purchase_order"):
        shift = problem.offset + 1 if problem.offset else 0
        checked.complaints.add_guess(problem.code, (*path, "when"), problem.message, problem.suggestion, shift=shift)


def _for_customers(checked: Checked, trigger: TriggerTable, path: KeyPath) -> None:
    agreed = {
        one.partner
        for one in checked.configuration.agreement
        if one.direction == "out"
        and one.document == trigger.document
        and (not trigger.partners or one.partner in trigger.partners)
    }
    missing = [f'"{partner}" has' for partner in trigger.partners if partner not in agreed]
    for who in missing or ([] if agreed else ["no customer has"]):
        a = "no" if trigger.partners else "an"
        message = f"{who} {a} agreement about {trigger.document} that goes out"
        checked.complaints.add("R131", (*path, "document"), message)
    for application in _writing_too(checked, trigger):
        if agreed and (not trigger.by or application in trigger.by):
            message = f"{application} is watched and writes {trigger.document} itself: the customer would get two"
            checked.complaints.add("R132", (*path, "document"), message)
        elif agreed:
            message = f"{application} is watched and writes {trigger.document} as well, of what it knows itself"
            checked.complaints.add("R133", (*path, "document"), message)


def _writing_too(checked: Checked, trigger: TriggerTable) -> Iterable[str]:
    """The databases that are watched and tell customers the same."""
    for table in checked.configuration.application:
        if isinstance(table, OdooTable) and table.changes is not None:
            watched = DOCUMENTS.get(trigger.document)
            if watched in table.changes.watch and trigger.document not in table.changes.without:
                yield table.id
