"""What the `format` of an agreement says: the family, the version, and the type of the document on the wire."""

from dataclasses import dataclass

from translators.canonical import NAMES, model_of
from translators.contract import Family

PATTERN = (
    r"^(x12/\d{6}/\d{3}|edifact/(D|S)\.\d\d[AB]/[A-Z]{6}|edifact/[1-4]/UNO|xml/[A-Za-z]+(-[0-9A-Za-z.]+)?/[A-Za-z]+"
    r"|json/[a-z_]+|flat/[A-Za-z0-9._-]+/[a-z_]+)$"
)


@dataclass(frozen=True, slots=True)
class AgreedFormat:
    """A format taken apart. `version` of a flat file is the name of its layout, of JSON that of the canonical document.

    An EDIFACT object (UNO) has no directory: its version is that of the syntax.
    """

    family: Family
    version: str
    type: str


def agreed_format(text: str) -> AgreedFormat:
    """Read a format that has the form of `PATTERN`."""
    family, _, rest = text.partition("/")
    version, _, kind = rest.rpartition("/")
    if family == Family.JSON:
        version = str(model_of(kind).VERSION) if kind in NAMES else ""
    return AgreedFormat(Family(family), version, kind)
