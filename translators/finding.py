"""What is wrong, or was forgiven, in a document: values with a position, never exceptions.

`Code` is a closed list. Each code knows, in `DEFINITIONS`, its level, its default severity, its remedy and the answer every
acknowledgement gives for it (X12 TA105, AK905-909, AK502-506, AK304, AK403; EDIFACT 0085), so that the acknowledgement
writers hold no second table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from translators.position import Position


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the thing it is about, a warning is noted, info only explains."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Level(StrEnum):
    """The part of an interchange that a finding is about, and which is refused when it is an error."""

    TRANSMISSION = "transmission"
    INTERCHANGE = "interchange"
    GROUP = "group"
    DOCUMENT = "document"
    SEGMENT = "segment"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything known about a code. The wire answers are None where the standard has none."""

    level: Level
    severity: Severity
    remedy: str
    ta1: str | None = None
    """X12 TA105 interchange note code."""
    group: str | None = None
    """X12 AK905 functional group syntax error code."""
    document: str | None = None
    """X12 AK502 transaction set syntax error code."""
    segment: str | None = None
    """X12 AK304 segment syntax error code."""
    element: str | None = None
    """X12 AK403 data element syntax error code."""
    contrl: str | None = None
    """EDIFACT 0085 syntax error code."""


class Code(StrEnum):
    """Every finding there is. The value is what support staff see and search for."""

    # transmission
    EMPTY = "empty"
    NO_INTERCHANGE = "no-interchange"
    BYTES_OUTSIDE_INTERCHANGE = "bytes-outside-interchange"
    BYTE_ORDER_MARK = "byte-order-mark"
    ENVELOPE_MISSING = "envelope-missing"
    # interchange
    HEADER_MALFORMED = "header-malformed"
    SERVICE_STRING_MALFORMED = "service-string-malformed"
    SEPARATORS_CLASH = "separators-clash"
    TERMINATOR_MANGLED = "terminator-mangled"
    SYNTAX_UNSUPPORTED = "syntax-unsupported"
    INTERCHANGE_VERSION_UNSUPPORTED = "interchange-version-unsupported"
    SENDER_QUALIFIER_INVALID = "sender-qualifier-invalid"
    SENDER_UNKNOWN = "sender-unknown"
    RECEIVER_QUALIFIER_INVALID = "receiver-qualifier-invalid"
    RECEIVER_UNKNOWN = "receiver-unknown"
    AUTHORISATION_INVALID = "authorisation-invalid"
    SECURITY_INVALID = "security-invalid"
    INTERCHANGE_DATE_INVALID = "interchange-date-invalid"
    INTERCHANGE_TIME_INVALID = "interchange-time-invalid"
    INTERCHANGE_NUMBER_INVALID = "interchange-number-invalid"
    ACKNOWLEDGEMENT_REQUEST_INVALID = "acknowledgement-request-invalid"
    TEST_INDICATOR_INVALID = "test-indicator-invalid"
    TEST_NOT_SUPPORTED = "test-not-supported"
    INTERCHANGE_TRAILER_MISSING = "interchange-trailer-missing"
    INTERCHANGE_REFERENCE_MISMATCH = "interchange-reference-mismatch"
    INTERCHANGE_COUNT_MISMATCH = "interchange-count-mismatch"
    INTERCHANGE_DUPLICATE = "interchange-duplicate"
    INTERCHANGE_OUT_OF_SEQUENCE = "interchange-out-of-sequence"
    INTERCHANGE_EMPTY = "interchange-empty"
    STRAY_SEGMENT = "stray-segment"
    GROUPS_MIXED = "groups-mixed"
    TRUNCATED = "truncated"
    RELEASE_AT_END = "release-at-end"
    SEGMENT_TOO_LARGE = "segment-too-large"
    INTERCHANGE_TOO_LARGE = "interchange-too-large"
    CHARACTER_NUL = "character-nul"
    CHARACTER_OUTSIDE_SET = "character-outside-set"
    CHARACTER_SET_WRONG = "character-set-wrong"
    LINE_BREAKS = "line-breaks"
    XML_MALFORMED = "xml-malformed"
    XML_FORBIDDEN = "xml-forbidden"
    XML_LIMIT = "xml-limit"
    JSON_MALFORMED = "json-malformed"
    # group
    GROUP_HEADER_MISSING = "group-header-missing"
    GROUP_TYPE_UNSUPPORTED = "group-type-unsupported"
    GROUP_VERSION_UNSUPPORTED = "group-version-unsupported"
    GROUP_TRAILER_MISSING = "group-trailer-missing"
    GROUP_REFERENCE_MISMATCH = "group-reference-mismatch"
    GROUP_COUNT_MISMATCH = "group-count-mismatch"
    GROUP_NUMBER_INVALID = "group-number-invalid"
    # transaction set or message
    DOCUMENT_HEADER_MISSING = "document-header-missing"
    DOCUMENT_TYPE_UNSUPPORTED = "document-type-unsupported"
    DOCUMENT_VERSION_UNSUPPORTED = "document-version-unsupported"
    DOCUMENT_NOT_AGREED = "document-not-agreed"
    DOCUMENT_NOT_ROUTABLE = "document-not-routable"
    VERSION_NEAREST = "version-nearest"
    DEFINITION_MISSING = "definition-missing"
    DOCUMENT_TRAILER_MISSING = "document-trailer-missing"
    DOCUMENT_REFERENCE_MISMATCH = "document-reference-mismatch"
    DOCUMENT_REFERENCE_DUPLICATE = "document-reference-duplicate"
    SEGMENT_COUNT_MISMATCH = "segment-count-mismatch"
    DOCUMENT_TOO_LARGE = "document-too-large"
    FINDINGS_CAPPED = "findings-capped"
    # segment
    SEGMENT_UNKNOWN = "segment-unknown"
    SEGMENT_UNEXPECTED = "segment-unexpected"
    SEGMENT_MISSING = "segment-missing"
    LOOP_REPEATS = "loop-repeats"
    SEGMENT_REPEATS = "segment-repeats"
    SEGMENT_NOT_IN_DEFINITION = "segment-not-in-definition"
    SEGMENT_OUT_OF_ORDER = "segment-out-of-order"
    SEGMENT_EMPTY = "segment-empty"
    # element
    ELEMENT_MISSING = "element-missing"
    ELEMENT_CONDITION = "element-condition"
    ELEMENT_SURPLUS = "element-surplus"
    COMPONENT_SURPLUS = "component-surplus"
    REPETITION_SURPLUS = "repetition-surplus"
    ELEMENT_TOO_SHORT = "element-too-short"
    ELEMENT_TOO_LONG = "element-too-long"
    ELEMENT_CHARACTER = "element-character"
    ELEMENT_NOT_NUMERIC = "element-not-numeric"
    ELEMENT_CODE = "element-code"
    ELEMENT_DATE = "element-date"
    ELEMENT_TIME = "element-time"
    ELEMENT_EXCLUSION = "element-exclusion"
    BINARY_LENGTH = "binary-length"
    TRAILING_SEPARATOR = "trailing-separator"
    # meaning
    IDENTIFIER_CHECK_DIGIT = "identifier-check-digit"
    CONTROL_TOTAL = "control-total"
    HIERARCHY = "hierarchy"
    NOT_MAPPED = "not-mapped"
    CANONICAL_INVALID = "canonical-invalid"
    GUIDE_MISSING = "guide-missing"
    GUIDE_CODE = "guide-code"
    XML_SCHEMA = "xml-schema"
    XML_CARD_NUMBER = "xml-card-number"
    # writing
    NOT_WRITTEN = "not-written"
    CHARACTER_REPLACED = "character-replaced"


def _define(
    level: Level,
    severity: Severity,
    remedy: str,
    **wire: str,
) -> Definition:
    return Definition(level, severity, remedy, **wire)


_T, _I, _G, _D, _S, _E = Level.TRANSMISSION, Level.INTERCHANGE, Level.GROUP, Level.DOCUMENT, Level.SEGMENT, Level.ELEMENT
_ERR, _WARN, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

DEFINITIONS: dict[Code, Definition] = {
    Code.EMPTY: _define(_T, _ERR, "Ask the partner to send the file again; it holds no data."),
    Code.NO_INTERCHANGE: _define(_T, _ERR, "Send EDI that begins with ISA, UNA or UNB, or XML of an agreed kind."),
    Code.BYTES_OUTSIDE_INTERCHANGE: _define(_T, _WARN, "Ask the partner to send nothing before, between or after interchanges."),
    Code.BYTE_ORDER_MARK: _define(_T, _WARN, "Ask the partner to save the file without a byte order mark."),
    Code.ENVELOPE_MISSING: _define(
        _T, _ERR, "Wrap the messages in an interchange (ISA … IEA, UNB … UNZ) so that sender and receiver are known."
    ),
    Code.HEADER_MALFORMED: _define(
        _I,
        _ERR,
        "Correct the interchange header: ISA has 16 elements of fixed length, UNB its mandatory elements.",
        ta1="022",
        contrl="13",
    ),
    Code.SERVICE_STRING_MALFORMED: _define(_I, _ERR, "UNA must be followed by exactly six service characters.", contrl="22"),
    Code.SEPARATORS_CLASH: _define(
        _I, _ERR, "Choose different characters, none a letter or digit, for each separator.", ta1="026", contrl="22"
    ),
    Code.TERMINATOR_MANGLED: _define(
        _I,
        _ERR,
        "A conversion of character sets replaced the terminator: transmit the bytes as they are.",
        ta1="004",
        contrl="22",
    ),
    Code.SYNTAX_UNSUPPORTED: _define(
        _I, _ERR, "Use syntax identifier UNOA to UNOY (or UNOW for UTF-8) with version 1 to 4.", ta1="016", contrl="2"
    ),
    Code.INTERCHANGE_VERSION_UNSUPPORTED: _define(
        _I, _ERR, "Use an interchange version of the agreement in ISA12.", ta1="017", contrl="2"
    ),
    Code.SENDER_QUALIFIER_INVALID: _define(_I, _ERR, "Use a qualifier of the standard for the sender.", ta1="005", contrl="12"),
    Code.SENDER_UNKNOWN: _define(
        _I,
        _ERR,
        "Add a partner with this identity to routes.toml, or ask the sender which identity it uses.",
        ta1="006",
        contrl="23",
    ),
    Code.RECEIVER_QUALIFIER_INVALID: _define(
        _I, _ERR, "Use a qualifier of the standard for the receiver.", ta1="007", contrl="12"
    ),
    Code.RECEIVER_UNKNOWN: _define(
        _I, _ERR, "The interchange is addressed to somebody else: check the receiver with the sender.", ta1="009", contrl="7"
    ),
    Code.AUTHORISATION_INVALID: _define(_I, _WARN, "Correct ISA01 and ISA02.", ta1="010"),
    Code.SECURITY_INVALID: _define(_I, _WARN, "Correct ISA03 and ISA04.", ta1="012"),
    Code.INTERCHANGE_DATE_INVALID: _define(_I, _WARN, "Correct the date of preparation.", ta1="014", contrl="12"),
    Code.INTERCHANGE_TIME_INVALID: _define(_I, _WARN, "Correct the time of preparation.", ta1="015", contrl="12"),
    Code.INTERCHANGE_NUMBER_INVALID: _define(
        _I, _ERR, "The control number must be present and, in X12, nine digits.", ta1="018", contrl="12"
    ),
    Code.ACKNOWLEDGEMENT_REQUEST_INVALID: _define(
        _I, _WARN, "ISA14 is 0 or 1; UNB 0031 is empty, 1 or 2.", ta1="019", contrl="12"
    ),
    Code.TEST_INDICATOR_INVALID: _define(_I, _ERR, "ISA15 is P or T; UNB 0035 is empty or 1.", ta1="020", contrl="12"),
    Code.TEST_NOT_SUPPORTED: _define(_I, _ERR, "Send test interchanges to the test environment.", ta1="020", contrl="25"),
    Code.INTERCHANGE_TRAILER_MISSING: _define(
        _I, _ERR, "The file was cut: send it again with its IEA or UNZ.", ta1="023", contrl="13"
    ),
    Code.INTERCHANGE_REFERENCE_MISMATCH: _define(
        _I, _ERR, "Header and trailer must carry the same control number.", ta1="001", contrl="28"
    ),
    Code.INTERCHANGE_COUNT_MISMATCH: _define(
        _I, _ERR, "The trailer must count the groups or messages that are there.", ta1="021", contrl="29"
    ),
    Code.INTERCHANGE_DUPLICATE: _define(
        _I,
        _ERR,
        "This control number was processed before. Send a new interchange under a new number if it is meant.",
        ta1="025",
        contrl="26",
    ),
    Code.INTERCHANGE_OUT_OF_SEQUENCE: _define(
        _I,
        _ERR,
        "Another control number was due. Send what is missing first, then this interchange again.",
        ta1="018",
        contrl="12",
    ),
    Code.INTERCHANGE_EMPTY: _define(_I, _ERR, "An interchange holds at least one message.", ta1="024", contrl="32"),
    Code.STRAY_SEGMENT: _define(_I, _ERR, "This segment stands outside of any message.", ta1="022", contrl="33"),
    Code.GROUPS_MIXED: _define(_I, _ERR, "Put all messages into groups or none.", ta1="024", contrl="30"),
    Code.TRUNCATED: _define(_I, _ERR, "The last segment is not terminated: send the file again.", ta1="023", contrl="13"),
    Code.RELEASE_AT_END: _define(
        _I,
        _ERR,
        "The file ends in a release character: it was cut, or a value ends in one that is not released.",
        ta1="023",
        contrl="21",
    ),
    Code.SEGMENT_TOO_LARGE: _define(
        _I, _ERR, "A segment is larger than the limit: check the terminator that the header announces.", ta1="004", contrl="16"
    ),
    Code.INTERCHANGE_TOO_LARGE: _define(_I, _ERR, "Split the interchange into several.", ta1="024", contrl="18"),
    Code.CHARACTER_NUL: _define(_E, _ERR, "Remove NUL bytes.", document="5", segment="8", element="6", contrl="21"),
    Code.CHARACTER_OUTSIDE_SET: _define(
        _E, _WARN, "Use characters of the declared set only.", document="5", segment="8", element="6", contrl="21"
    ),
    Code.CHARACTER_SET_WRONG: _define(_I, _WARN, "Declare the character set that is really used.", contrl="46"),
    Code.LINE_BREAKS: _define(_I, _INFO, "Line breaks after segments are tolerated."),
    Code.XML_MALFORMED: _define(_I, _ERR, "The document is not well-formed XML: correct it at this place and send it again."),
    Code.XML_FORBIDDEN: _define(_I, _ERR, "Send XML without DOCTYPE and entities; cXML's plain DOCTYPE is allowed."),
    Code.XML_LIMIT: _define(
        _I, _ERR, "Nest less deep and send shorter texts, attachments best beside the document; or agree larger limits."
    ),
    Code.JSON_MALFORMED: _define(_D, _ERR, "The document is no JSON: correct it at this place and send it again."),
    Code.GROUP_HEADER_MISSING: _define(_I, _ERR, "Begin each functional group with GS.", ta1="024", contrl="13"),
    Code.GROUP_TYPE_UNSUPPORTED: _define(_G, _ERR, "This functional identifier is not agreed.", group="1", contrl="14"),
    Code.GROUP_VERSION_UNSUPPORTED: _define(
        _G, _ERR, "This version is not supported: use an agreed one in GS08.", group="2", contrl="14"
    ),
    Code.GROUP_TRAILER_MISSING: _define(_G, _ERR, "End each functional group with GE or UNE.", group="3", contrl="13"),
    Code.GROUP_REFERENCE_MISMATCH: _define(
        _G, _ERR, "Group header and trailer must carry the same control number.", group="4", contrl="28"
    ),
    Code.GROUP_COUNT_MISMATCH: _define(
        _G, _ERR, "The group trailer must count the sets or messages that are there.", group="5", contrl="29"
    ),
    Code.GROUP_NUMBER_INVALID: _define(
        _G, _ERR, "The group control number must be a number, used once in the interchange.", group="6", contrl="12"
    ),
    Code.DOCUMENT_HEADER_MISSING: _define(_I, _ERR, "Begin each set with ST and each message with UNH.", ta1="024", contrl="13"),
    Code.DOCUMENT_TYPE_UNSUPPORTED: _define(_D, _ERR, "This document type is not supported here.", document="1", contrl="14"),
    Code.DOCUMENT_VERSION_UNSUPPORTED: _define(
        _D, _ERR, "This version or release is not supported here.", document="1", contrl="14"
    ),
    Code.DOCUMENT_NOT_AGREED: _define(
        _D,
        _ERR,
        "Add an agreement for this document to routes.toml, or ask the partner not to send it.",
        document="1",
        contrl="17",
    ),
    Code.DOCUMENT_NOT_ROUTABLE: _define(
        _D,
        _ERR,
        "Add a route that takes this document to routes.toml, or correct it, and ask the partner to send it again.",
        document="1",
        contrl="18",
    ),
    Code.VERSION_NEAREST: _define(
        _D,
        _INFO,
        "Read with the nearest tables there are; send a version with tables of its own to be checked exactly.",
        document="1",
        contrl="14",
    ),
    Code.DEFINITION_MISSING: _define(
        _D,
        _INFO,
        "No table describes this type: only its envelope was checked, and it is passed on as it is.",
        document="1",
        contrl="14",
    ),
    Code.DOCUMENT_TRAILER_MISSING: _define(
        _D, _ERR, "End each set with SE, each message with UNT, each package with UNP.", document="2", contrl="13"
    ),
    Code.DOCUMENT_REFERENCE_MISMATCH: _define(
        _D, _ERR, "Header and trailer must carry the same reference.", document="3", contrl="28"
    ),
    Code.DOCUMENT_REFERENCE_DUPLICATE: _define(
        _D, _ERR, "Give every set or message a reference of its own.", document="7", contrl="26"
    ),
    Code.SEGMENT_COUNT_MISMATCH: _define(
        _D,
        _ERR,
        "The trailer must count the segments, itself and the header included; UNO and UNP count octets.",
        document="4",
        contrl="29",
    ),
    Code.DOCUMENT_TOO_LARGE: _define(
        _D, _ERR, "Split it into several sets or messages, or agree a larger limit.", document="5", contrl="18"
    ),
    Code.FINDINGS_CAPPED: _define(_D, _INFO, "Correct the findings listed and send again to see the rest."),
    Code.SEGMENT_UNKNOWN: _define(
        _S, _ERR, "This tag is not in the standard's directory.", document="5", segment="1", contrl="12"
    ),
    Code.SEGMENT_UNEXPECTED: _define(
        _S, _ERR, "Remove the segment, or move it to its place.", document="5", segment="2", contrl="15"
    ),
    Code.SEGMENT_MISSING: _define(_S, _ERR, "Add the mandatory segment.", document="5", segment="3", contrl="13"),
    Code.LOOP_REPEATS: _define(_S, _ERR, "Send fewer repetitions of this loop.", document="5", segment="4", contrl="36"),
    Code.SEGMENT_REPEATS: _define(_S, _ERR, "Send fewer repetitions of this segment.", document="5", segment="5", contrl="35"),
    Code.SEGMENT_NOT_IN_DEFINITION: _define(
        _S, _ERR, "This segment is not part of this document.", document="5", segment="6", contrl="15"
    ),
    Code.SEGMENT_OUT_OF_ORDER: _define(_S, _ERR, "Move the segment to its place.", document="5", segment="7", contrl="15"),
    Code.SEGMENT_EMPTY: _define(_S, _WARN, "Leave out segments without data.", document="5", segment="8", contrl="13"),
    Code.ELEMENT_MISSING: _define(_E, _ERR, "Fill the mandatory element.", document="5", segment="8", element="1", contrl="13"),
    Code.ELEMENT_CONDITION: _define(
        _E,
        _ERR,
        "These elements depend on each other: send all that the rule asks for.",
        document="5",
        segment="8",
        element="2",
        contrl="13",
    ),
    Code.ELEMENT_SURPLUS: _define(
        _E, _ERR, "Send no more elements than the segment has.", document="5", segment="8", element="3", contrl="16"
    ),
    Code.COMPONENT_SURPLUS: _define(
        _E, _ERR, "Send no more components than the composite has.", document="5", segment="8", element="3", contrl="16"
    ),
    Code.REPETITION_SURPLUS: _define(
        _E, _ERR, "Send fewer repetitions of this element.", document="5", segment="8", element="3", contrl="36"
    ),
    Code.ELEMENT_TOO_SHORT: _define(
        _E, _ERR, "Send at least the minimum length.", document="5", segment="8", element="4", contrl="40"
    ),
    Code.ELEMENT_TOO_LONG: _define(
        _E, _ERR, "Shorten the value to the maximum length.", document="5", segment="8", element="5", contrl="39"
    ),
    Code.ELEMENT_CHARACTER: _define(
        _E, _ERR, "Use only characters the element's type allows.", document="5", segment="8", element="6", contrl="37"
    ),
    Code.ELEMENT_NOT_NUMERIC: _define(_E, _ERR, "Send a number.", document="5", segment="8", element="6", contrl="37"),
    Code.ELEMENT_CODE: _define(
        _E,
        _WARN,
        "Use a code of the list, or agree this one with the partner.",
        document="5",
        segment="8",
        element="7",
        contrl="12",
    ),
    Code.ELEMENT_DATE: _define(
        _E, _ERR, "Send a date that exists, in the format announced.", document="5", segment="8", element="8", contrl="12"
    ),
    Code.ELEMENT_TIME: _define(
        _E, _ERR, "Send a time that exists, in the format announced.", document="5", segment="8", element="9", contrl="12"
    ),
    Code.BINARY_LENGTH: _define(
        _E, _ERR, "State how many bytes of data follow.", document="5", segment="8", element="7", contrl="12"
    ),
    Code.ELEMENT_EXCLUSION: _define(
        _E, _ERR, "Send only one of these elements.", document="5", segment="8", element="10", contrl="12"
    ),
    Code.TRAILING_SEPARATOR: _define(
        _E, _WARN, "Leave out separators after the last value.", document="5", segment="8", element="3", contrl="45"
    ),
    Code.IDENTIFIER_CHECK_DIGIT: _define(
        _E,
        _WARN,
        "Correct the number: by its length, or by its check digit, a digit was mistyped.",
        document="5",
        segment="8",
        element="7",
        contrl="12",
    ),
    Code.CONTROL_TOTAL: _define(
        _D,
        _WARN,
        "The control total in the document does not agree with its lines.",
        document="5",
        segment="8",
        element="7",
        contrl="29",
    ),
    Code.HIERARCHY: _define(
        _D,
        _WARN,
        "Number the levels from 1 upwards, and let each name one that came before.",
        document="5",
        segment="8",
        element="7",
        contrl="12",
    ),
    Code.NOT_MAPPED: _define(
        _D,
        _INFO,
        "What is kept under `extras` was not understood: map it by a partner guide, or agree a version that we have tables of.",
        document="1",
        contrl="14",
    ),
    Code.CANONICAL_INVALID: _define(
        _D, _ERR, "The document lacks what an order cannot be without.", document="5", segment="8", element="1", contrl="13"
    ),
    Code.GUIDE_MISSING: _define(
        _E,
        _ERR,
        "Send what the partner guide asks for, or take it out of the guide.",
        document="5",
        segment="8",
        element="1",
        contrl="13",
    ),
    Code.GUIDE_CODE: _define(
        _E,
        _ERR,
        "Send one of the codes of the partner guide, or add this one to it.",
        document="5",
        segment="8",
        element="7",
        contrl="12",
    ),
    Code.XML_SCHEMA: _define(_E, _ERR, "Send what the schema that was agreed allows here, or agree another schema."),
    Code.XML_CARD_NUMBER: _define(_E, _INFO, "Only the last four digits are kept; better send no card numbers at all."),
    Code.NOT_WRITTEN: _define(_D, _WARN, "The format has no place for it; map it by a rule of the agreement, or leave it out."),
    Code.CHARACTER_REPLACED: _define(_E, _WARN, "Agree on separators, or on a character set, that the data does not use."),
}


OURS = frozenset({Code.NOT_MAPPED})
"""What is no fault of the sender: unless the agreement makes it an error, it changes no verdict and is not told to the partner."""

LENIENT: Mapping[Code, Severity] = {
    code: Severity.WARNING
    for code, known in DEFINITIONS.items()
    if known.severity is Severity.ERROR and known.level in (Level.SEGMENT, Level.ELEMENT) and code is not Code.CHARACTER_NUL
}
"""Severities for a document that is read by tables of another version: what those refuse may be right in its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, at one place, in words a person can send to the partner.

    `message` is a plain sentence; `expected` and `actual` are short and may be cut. `severity` is the default of the code
    unless the agreement says otherwise.
    """

    code: Code
    message: str
    position: Position
    severity: Severity
    expected: str | None = None
    actual: str | None = None

    @property
    def definition(self) -> Definition:
        """Level, remedy and the answers on the wire."""
        return DEFINITIONS[self.code]

    @property
    def level(self) -> Level:
        """What the finding is about: an element, a segment, a message, an interchange."""
        return DEFINITIONS[self.code].level

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return DEFINITIONS[self.code].remedy


def found(
    code: Code,
    message: str,
    position: Position,
    *,
    expected: str | None = None,
    actual: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding with the code's default severity; long values are cut to 80 characters."""
    if actual is not None and len(actual) > 80:  # a line on a screen
        actual = actual[:79] + "…"
    return Finding(code, message, position, severity or DEFINITIONS[code].severity, expected, actual)
