"""Trading partners' addresses as configuration files write them: the way each standard writes them, or the other way round.

X12 puts the qualifier first (ISA05, ISA06: `ZZ:NORDICDC`), EDIFACT last and optional (UNB S002 0004, 0007:
`5790000000012:14`). Both orders are understood for both families wherever the length of the qualifier decides. In XML the
scheme comes first (`0088:5790000000012`), as in a UBL EndpointID; an id without a scheme has none. So it does in JSON, where
the schemes are those of the canonical identifiers (`gln:5790000000012`).
"""

from translators.contract import Family, Identity

_X12_QUALIFIER = 2
_EDIFACT_QUALIFIER = 4
_X12_ID = 15
_EDIFACT_ID = 35


class IdentityInvalid(ValueError):
    """The text is no identity of the family; the message shows what one looks like."""


def parse_identity(family: Family, text: str) -> Identity:
    """Read an identity. Raises IdentityInvalid.

    When both parts could be the qualifier, the order of the family's standard decides.
    """
    parts = [part.strip() for part in text.split(":")]
    if family is Family.X12:
        return _x12(parts, text)
    return _edifact(parts, text) if family is Family.EDIFACT else _schemed(text, first=family is Family.JSON)


def _x12(parts: list[str], text: str) -> Identity:
    if len(parts) == 2:
        for qualifier, name in (parts, reversed(parts)):
            if len(qualifier) == _X12_QUALIFIER and 0 < len(name) <= _X12_ID:
                return Identity(qualifier, name)
    raise IdentityInvalid(f'"{text}" is no X12 identity: write qualifier and id, as in ZZ:NORDICDC (at most 15 characters)')


def _schemed(text: str, *, first: bool) -> Identity:
    """Scheme and id. In XML a scheme may hold colons itself (`iso6523-actorid-upis:0088`), in JSON none does."""
    scheme, colon, name = (part.strip() for part in (text.partition(":") if first else text.rpartition(":")))
    if first and not colon:
        scheme, name = "", scheme
    if not name:
        raise IdentityInvalid(f'"{text}" is no identity: write scheme and id, as in 0088:5790000000012')
    return Identity(scheme, name)


def _edifact(parts: list[str], text: str) -> Identity:
    if len(parts) == 1 and 0 < len(parts[0]) <= _EDIFACT_ID:
        return Identity("", parts[0])
    if len(parts) == 2:
        for name, qualifier in (parts, reversed(parts)):
            if 0 < len(qualifier) <= _EDIFACT_QUALIFIER and 0 < len(name) <= _EDIFACT_ID:
                return Identity(qualifier, name)
    raise IdentityInvalid(
        f'"{text}" is no EDIFACT identity: write id and qualifier, as in 5790000000012:14 (at most 35 characters)'
    )
