"""Reads the layouts that agreements about flat files name, and checks that each fits and can be told from the others."""

from pathlib import Path
from typing import NamedTuple

from gateway.config.agreed_format import AgreedFormat, agreed_format
from gateway.config.channels import AnyChannelTable
from gateway.config.check import Checked, Complaints
from gateway.config.flat_layout import ReadLayout, read_layout
from gateway.config.model import AgreementTable, Configuration
from gateway.config.positions import KeyPath, Location
from gateway.config.report import item
from translators.contract import Family
from translators.flatfile import told_apart


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
    taken: dict[str, list[_Taken]] = {}
    for index, agreement, agreed in _flat(checked.configuration):
        place: KeyPath = ("agreement", index, "format")
        layout = checked.layouts.get(agreed.version)
        if layout is not None and layout.name != agreed.version:
            checked.complaints.add("R044", place, f'the layout in {agreed.version}.toml is called "{layout.name}"')
        if layout is not None and layout.document != agreed.type:
            checked.complaints.add("R044", place, f'the layout "{agreed.version}" is of {layout.document}, not of {agreed.type}')
        if agreement.direction == "in":
            _told_apart(checked, agreement, agreed, place, taken)


class _Taken(NamedTuple):
    """What comes by a channel: whose it is, its layout, and the pattern of its names."""

    partner: str
    layout: str
    files: str


def _told_apart(
    checked: Checked, agreement: AgreementTable, agreed: AgreedFormat, place: KeyPath, taken: dict[str, list[_Taken]]
) -> None:
    channels = arriving(checked.configuration, agreement)
    if not channels:
        message = f'no channel of "{agreement.partner}" receives, and nothing but the channel says whose a flat file is'
        checked.complaints.add("R037", place, message)
    mine = _Taken(agreement.partner, agreed.version, agreement.files or "")
    for channel in channels:
        before = taken.setdefault(channel, [])
        for other in before:
            if not _distinct(checked, mine, other):
                whose = "" if other.partner == agreement.partner else f' of "{other.partner}"'
                message = f'what comes by channel "{channel}" is read by the layout "{other.layout}"{whose} already'
                checked.complaints.add("R045", place, message)
                break
        before.append(mine)


def _distinct(checked: Checked, one: _Taken, other: _Taken) -> bool:
    """Whether files of both can come by one channel: by their names, or by how they begin."""
    if one.partner != other.partner:
        return False
    if one.layout == other.layout or (one.files.casefold() != other.files.casefold()):
        return True
    mine, theirs = checked.layouts.get(one.layout), checked.layouts.get(other.layout)
    return mine is None or theirs is None or told_apart(mine, theirs)


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
