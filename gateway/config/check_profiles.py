"""Checks of [[profile]] and of the partners that extend one."""

from collections.abc import Mapping

from gateway.config.check import Checked
from gateway.config.profile_model import ProfileTable
from gateway.config.profiles import MADE


def check_profiles(checked: Checked) -> None:
    """That what partners extend and leave out is there, and that each profile has a partner."""
    profiles = {one.id: one for one in checked.configuration.profile}
    for index in range(len(checked.configuration.partner)):
        _partner(checked, index, profiles)
    extended = {partner.profile for partner in checked.configuration.partner}
    for index, one in enumerate(checked.configuration.profile):
        if one.id not in extended:
            checked.complaints.add("R022", ("profile", index), f'no partner extends profile "{one.id}"')
        _names(checked, index, one)


def _partner(checked: Checked, index: int, profiles: Mapping[str, ProfileTable]) -> None:
    partner = checked.configuration.partner[index]
    profile = profiles.get(partner.profile or "")
    if partner.profile is not None and profile is None:
        message = f'there is no profile "{partner.profile}"'
        checked.complaints.add("R021", ("partner", index, "profile"), message, known=profiles, wanted=partner.profile)
    elif profile is None and partner.without:
        checked.complaints.add(
            "R026", ("partner", index, "without"), f"{partner.id} extends no profile, and leaves something out"
        )
    elif profile is not None:
        names = [str(one.get("id")) for kind in MADE for one in getattr(profile, kind)]
        for place, name in enumerate(partner.without):
            if name not in names:
                message = f'profile "{profile.id}" has no agreement, route or table "{name}"'
                checked.complaints.add("R021", ("partner", index, "without", place), message, known=names, wanted=name)


def _names(checked: Checked, index: int, profile: ProfileTable) -> None:
    for kind in MADE:
        for place, entry in enumerate(getattr(profile, kind)):
            if not isinstance(entry.get("id"), str):
                message = f"{kind} of a profile without an id: what it makes is named by it"
                checked.complaints.add("R026", ("profile", index, kind, place), message)
