"""What is told of service levels that are about to be missed: the effect on the business first, then what to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from gateway.domain.service_level import Measure, ServiceLevel, Threat

_MINUTES_UP_TO = timedelta(hours=2)
_HOURS_UP_TO = timedelta(days=2)


def effect(level: ServiceLevel, threat: Threat, *, name: str, zone: tzinfo, now: datetime) -> str:
    """One sentence: `14 purchase orders of BigBox wait for wms-east, the oldest for 22 min; the first is due at 16:00 CET`.

    `name` is what people call the partner; empty where nobody's is meant.
    """
    of = f" of {name}" if name else ""
    late = f", {threat.overdue} of them overdue" if threat.overdue else ""
    due = ""
    if threat.first_due is not None:
        local = threat.first_due.astimezone(zone)
        day = "" if local.date() == now.astimezone(zone).date() else f"{local:%Y-%m-%d} "
        due = f"; {'the next' if threat.overdue else 'the first'} is due at {day}{local:%H:%M %Z}"
    waits = "waits" if threat.clocks == 1 else "wait"
    return (
        f"{threat.clocks} {_things(level, threat.clocks)}{of} {waits} {_for_what(level)}{late}, "
        f"the oldest for {span(now - threat.oldest)}{due}"
    )


_THINGS: Mapping[Measure, tuple[str, str]] = {
    Measure.ANSWER: ("interchange", "interchanges"),
    Measure.ACKNOWLEDGEMENT: ("document that we sent", "documents that we sent"),
    Measure.MILESTONE: ("order", "orders"),
    Measure.EXCEPTION: ("failure", "failures"),
    Measure.ADVICE: ("shipment", "shipments"),
}
"""What is waited for, one and several of it; a delivery is known by its document."""


def _things(level: ServiceLevel, number: int) -> str:
    if level.measure is Measure.DELIVERY:
        return plural(level.document or "document", number)
    one, several = _THINGS[level.measure]
    return one if number == 1 else several


def plural(document: str, number: int) -> str:
    """The name of a document in words, for so many: `purchase order`, `purchase orders`, `parties`."""
    word = document.replace("_", " ")
    if number == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") and not word.endswith("ay") else f"{word}s"


def _for_what(level: ServiceLevel) -> str:
    match level.measure:
        case Measure.DELIVERY:
            return f"for {level.to}" if level.to else "to be delivered"
        case Measure.ANSWER:
            return "for our acknowledgement"
        case Measure.ACKNOWLEDGEMENT:
            return f"for the {level.kind}" if level.kind else "for an answer"
        case Measure.MILESTONE:
            return f"for what deadline {level.deadline} is about"
        case Measure.EXCEPTION:
            return "to be resolved"
        case Measure.ADVICE:
            return "to be announced"


def remedy(level: ServiceLevel, threat: Threat) -> str:
    """What to do next, as a command."""
    whose = f" --partner {threat.partner}" if threat.partner else ""
    commands: Mapping[Measure, str] = {
        Measure.DELIVERY: f"`gateway targets show {level.to}` says what holds them up" if level.to else "`gateway targets` says",
        Measure.ANSWER: f"`gateway messages state:waiting{f' partner:{threat.partner}' if threat.partner else ''}` lists them",
        Measure.ACKNOWLEDGEMENT: f"Ask the partner: `gateway acks list{whose} --state expected` lists them",
        Measure.MILESTONE: f"`gateway orders --late{whose}` lists what is late already, `gateway order NUMBER` where one stopped",
        Measure.EXCEPTION: f"`gateway failures list{whose}` lists them: take them on",
        Measure.ADVICE: f"Send what announces them: `gateway orders{whose} --state shipped` lists what was shipped",
    }
    return f"{commands[level.measure]}. This ends by itself when none of them waits any more ([[service_level]] {level.id})."


def span(passed: timedelta) -> str:
    """A time as people say it: `22 min`, `5 h`, `3 days`."""
    if passed < _MINUTES_UP_TO:
        return f"{passed // timedelta(minutes=1)} min"
    return f"{passed // timedelta(hours=1)} h" if passed < _HOURS_UP_TO else f"{passed // timedelta(days=1)} days"
