"""Reads the layouts that agreements about flat files name, and checks that each fits and can be told from the others."""

from pathlib import Path

from gateway.config.agreed_format import AgreedFormat, agreed_format
from gateway.config.channels import AnyChannelTable
from gateway.config.check import Checked, Complaints
from gateway.config.flat_layout import ReadLayout, read_layout
from gateway.config.model import AgreementTable, Configuration
from gateway.config.positions import KeyPath, Location
from gateway.config.report import item
from translators.contract import Family


def read_layouts(configuration: Configuration, folder: Path, complaints: Complaints) -> dict[str, ReadLayout]:
    """Every layout that an agreement names, by name. What is wrong with a file is complained of in it."""
    found: dict[str, ReadLayout] = {}
    for index, _, agreed in _flat(configuration):
        if agreed.version in found:
            continue
        name = f"{configuration.gateway.layouts}/{agreed.version}.toml"
        found[agreed.version] = read = read_layout(folder / name)
        if not (folder / name).is_file():
            complaints.add("R043", ("agreement", index, "format"), f"there is no {name}")
            continue
        for message, remedy in read.faults:
            complaints.items.append(item("R043", name, Location(1, 1), message, remedy=remedy))
    return found


def _flat(configuration: Configuration) -> list[tuple[int, AgreementTable, AgreedFormat]]:
    """The agreements about flat files."""
    every = ((index, agreement, agreed_format(agreement.format)) for index, agreement in enumerate(configuration.agreement))
    return [each for each in every if each[2].family is Family.FLAT]


def check_layouts(checked: Checked) -> None:
    """Names and documents of layouts; that every flat file comes by a channel, and that the channel says which one it is."""
    taken: dict[str, tuple[str, str]] = {}
    for index, agreement, agreed in _flat(checked.configuration):
        place: KeyPath = ("agreement", index, "format")
        layout = checked.layouts.get(agreed.version)
        if layout is not None and layout.name != agreed.version:
            checked.complaints.add("R044", place, f'the layout in {agreed.version}.toml is called "{layout.name}"')
        if layout is not None and layout.document != agreed.type:
            checked.complaints.add("R044", place, f'the layout "{agreed.version}" is of {layout.document}, not of {agreed.type}')
        if agreement.direction == "in":
            _told_apart(checked, agreement, agreed, place, taken)


def _told_apart(
    checked: Checked, agreement: AgreementTable, agreed: AgreedFormat, place: KeyPath, taken: dict[str, tuple[str, str]]
) -> None:
    channels = arriving(checked.configuration, agreement)
    if not channels:
        message = f'no channel of "{agreement.partner}" receives, and nothing but the channel says whose a flat file is'
        checked.complaints.add("R037", place, message)
    mine = (agreement.partner, agreed.version)
    for channel in channels:
        partner, name = taken.setdefault(channel, mine)
        if (partner, name) != mine:
            whose = "" if partner == agreement.partner else f' of "{partner}"'
            checked.complaints.add(
                "R045", place, f'what comes by channel "{channel}" is read by the layout "{name}"{whose} already'
            )


def arriving(configuration: Configuration, agreement: AgreementTable) -> list[str]:
    """The channels that documents of an agreement come by: the one it names, else all of the partner's that receive."""
    named = agreement.channel
    return [
        channel.id
        for channel in configuration.channel
        if receives(channel) and (channel.id == named if named is not None else channel.partner == agreement.partner)
    ]


def receives(channel: AnyChannelTable) -> bool:
    """Whether something can come by a channel."""
    return channel.options(Path()).receives
