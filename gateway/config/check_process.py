"""Checks of [authority] and [[deadline]]: that those who may speak, and those whose word is awaited, exist."""

from gateway.config.check import Checked
from gateway.config.positions import KeyPath
from gateway.domain.order.authority import GATEWAY


def check_process(checked: Checked) -> None:
    """Everything about the order process."""
    sources = [GATEWAY, *checked.ids("application"), *checked.ids("partner")]
    may = checked.configuration.authority.sources()
    for event, named in may.items():
        path: KeyPath = ("authority", event.value)
        single = isinstance(getattr(checked.configuration.authority, event.value), str)
        for place, source in enumerate(named):
            _known_source(checked, source, path if single else (*path, place), sources)
        if not named:
            message = f"nobody may say that an order was {event.value.replace('_', ' ')}: leave the key out, and anyone may"
            checked.complaints.add("R100", path, message)
    for index, deadline in enumerate(checked.configuration.deadline):
        if deadline.by is not None:
            _known_source(checked, deadline.by, ("deadline", index, "by"), sources)
            if deadline.by not in may.get(deadline.milestone, [deadline.by]):
                message = f"{deadline.by} has no authority to say {deadline.milestone.value}: this deadline is always missed"
                checked.complaints.add("R101", ("deadline", index, "by"), message)


def _known_source(checked: Checked, source: str, path: KeyPath, known: list[str]) -> None:
    if source not in known:
        checked.complaints.add("R021", path, f'there is no application or partner "{source}"', known=known, wanted=source)
