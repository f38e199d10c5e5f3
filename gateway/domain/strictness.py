"""How strictly a partner's documents are judged: groups of checks that an agreement may tighten, relax or switch off.

What proves that an interchange is whole, ours and unambiguous is not up for negotiation.
"""

from collections.abc import Mapping, Sequence

from translators.finding import DEFINITIONS, Code, Level, Severity

Severities = Mapping[Code, Severity | None]
"""A severity for a code, or None to switch its check off."""

GROUPS: Mapping[str, frozenset[Code]] = {
    "code_lists": frozenset({Code.ELEMENT_CODE}),
    "charset": frozenset({Code.CHARACTER_OUTSIDE_SET, Code.CHARACTER_SET_WRONG}),
    "envelope_counts": frozenset({Code.INTERCHANGE_COUNT_MISMATCH, Code.GROUP_COUNT_MISMATCH, Code.SEGMENT_COUNT_MISMATCH}),
    "envelope_form": frozenset({Code.HEADER_MALFORMED, Code.SERVICE_STRING_MALFORMED, Code.TERMINATOR_MANGLED}),
    "envelope_references": frozenset(
        {Code.INTERCHANGE_REFERENCE_MISMATCH, Code.GROUP_REFERENCE_MISMATCH, Code.DOCUMENT_REFERENCE_MISMATCH}
    ),
    "envelope_dates": frozenset({Code.INTERCHANGE_DATE_INVALID, Code.INTERCHANGE_TIME_INVALID}),
    "envelope_security": frozenset({Code.AUTHORISATION_INVALID, Code.SECURITY_INVALID}),
    "syntax": frozenset({Code.SYNTAX_UNSUPPORTED}),
    "structure": frozenset(
        {
            Code.SEGMENT_UNKNOWN,
            Code.SEGMENT_UNEXPECTED,
            Code.SEGMENT_NOT_IN_DEFINITION,
            Code.SEGMENT_OUT_OF_ORDER,
            Code.SEGMENT_REPEATS,
            Code.LOOP_REPEATS,
        }
    ),
    "mandatory": frozenset({Code.SEGMENT_MISSING, Code.ELEMENT_MISSING}),
    "numbers": frozenset({Code.ELEMENT_NOT_NUMERIC}),
    "nearest_version": frozenset({Code.VERSION_NEAREST}),
    "lengths": frozenset({Code.ELEMENT_TOO_SHORT, Code.ELEMENT_TOO_LONG}),
    "characters": frozenset({Code.ELEMENT_CHARACTER}),
    "conditions": frozenset({Code.ELEMENT_CONDITION, Code.ELEMENT_EXCLUSION}),
    "dates": frozenset({Code.ELEMENT_DATE, Code.ELEMENT_TIME}),
    "surplus": frozenset({Code.ELEMENT_SURPLUS, Code.COMPONENT_SURPLUS, Code.REPETITION_SURPLUS}),
    "empty_values": frozenset({Code.SEGMENT_EMPTY, Code.TRAILING_SEPARATOR}),
    "check_digits": frozenset({Code.IDENTIFIER_CHECK_DIGIT}),
    "control_totals": frozenset({Code.CONTROL_TOTAL}),
    "partner_guide": frozenset({Code.GUIDE_MISSING, Code.GUIDE_CODE}),
    "schema": frozenset({Code.XML_SCHEMA}),
    "line_breaks": frozenset({Code.LINE_BREAKS}),
    "outside_bytes": frozenset({Code.BYTES_OUTSIDE_INTERCHANGE, Code.BYTE_ORDER_MARK}),
}
"""What routes.toml calls the checks, one name for what a partner gets wrong together."""

ENVELOPE_LEVELS = frozenset({Level.TRANSMISSION, Level.INTERCHANGE, Level.GROUP})
NEGOTIABLE: frozenset[Code] = frozenset().union(*GROUPS.values()) | frozenset(
    code for code, definition in DEFINITIONS.items() if definition.level not in ENVELOPE_LEVELS
) - {
    Code.DOCUMENT_TYPE_UNSUPPORTED,
    Code.DOCUMENT_VERSION_UNSUPPORTED,
    Code.DOCUMENT_NOT_AGREED,
    Code.DOCUMENT_NOT_ROUTABLE,
    Code.DOCUMENT_TRAILER_MISSING,
    Code.FINDINGS_CAPPED,
    Code.CHARACTER_NUL,
    Code.CANONICAL_INVALID,
}
"""The codes an agreement may set; the others prove wholeness and identity, and stay as they are."""

_WEIGHT: Mapping[Severity | None, int] = {None: 0, Severity.INFO: 1, Severity.WARNING: 2, Severity.ERROR: 3}


def codes_named(name: str) -> frozenset[Code]:
    """The codes of a group, or the single code of that name; empty when there is neither."""
    if name in GROUPS:
        return GROUPS[name]
    single = name.replace("_", "-")
    return frozenset({Code(single)}) if single in set(Code) else frozenset()


def strictest(agreed: Sequence[Severities]) -> dict[Code, Severity | None]:
    """One set of severities for several agreements: for each code the heaviest, defaults of silent agreements included."""
    named = dict.fromkeys(code for severities in agreed for code in severities)
    return {
        code: max((severities.get(code, DEFINITIONS[code].severity) for severities in agreed), key=_WEIGHT.__getitem__)
        for code in named
    }
