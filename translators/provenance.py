"""What is known of a transmission by the way it came, before a byte of it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from translators.contract import Family, Identity

if TYPE_CHECKING:
    from translators.flatfile.layout import Layout


class Choice(NamedTuple):
    """A layout among others whose files come the same way. `files` is a pattern of their names (`orders*.csv`), empty for any."""

    layout: "Layout"
    files: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the way says of files that say little of themselves: flat files, and JSON that names nobody.

    `layout` reads what begins with no header that we know; where there are several `choices` it is the one that the file begins
    as. `parties` are sender and receiver by family.
    """

    layout: "Layout | None" = None
    parties: Mapping[Family, tuple[Identity, Identity]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    def of_file(self, name: str) -> "Provenance":
        """What is known of a file with a name: layouts for such names go before those for any, and without either all may fit."""
        if len(self.choices) < 2:
            return self
        from fnmatch import fnmatchcase  # noqa: PLC0415 - few channels have several

        named = [one for one in self.choices if one.files and fnmatchcase(name.casefold(), one.files.casefold())]
        named.sort(key=lambda one: -len(one.files))  # the more a pattern says, the sooner it is meant
        left = named or [one for one in self.choices if not one.files] or list(self.choices)
        return replace(self, layout=left[0].layout, choices=tuple(left))


NOTHING_KNOWN = Provenance()
