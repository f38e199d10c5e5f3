"""The codes that acknowledgements give for errors, in words of our own, and the findings each may stand for.

`finding.DEFINITIONS` says which code a finding is answered with; here the way back. A list is named as the element that holds
it: `TA105`, `AK905`, `AK502`, `AK304` and `AK403` (999 uses the same lists under IK names, with codes of its own beginning
with I), and `0085` of CONTRL.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from translators.finding import DEFINITIONS, Code, Level

_ANSWERS = {
    "TA105": "ta1",
    "AK905": "group",
    "AK502": "document",
    "AK304": "segment",
    "AK403": "element",
    "0085": "contrl",
}
POINTERS = frozenset({("AK502", "5"), ("AK502", "I5"), ("AK304", "8")})
"""Codes that only say that the error is reported further down."""
_LAST = (Code.CHARACTER_NUL, Code.CHARACTER_OUTSIDE_SET, Code.CANONICAL_INVALID)
"""Findings that are the least likely to be meant by a code they share with others."""

_SECURITY = "has security (authentication or encryption) that failed or is not supported"

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "TA105": {
        "000": "has no error",
        "001": "has different control numbers in header and trailer",
        "002": "names a standard that is not supported (ISA11)",
        "003": "has a version of control segments that is not supported",
        "004": "has a segment terminator that is not valid",
        "005": "has a sender qualifier that is not valid",
        "006": "has a sender that is not valid or not known",
        "007": "has a receiver qualifier that is not valid",
        "008": "has a receiver that is not valid",
        "009": "has a receiver that is not known",
        "010": "has an authorisation qualifier that is not valid",
        "011": "has authorisation information that is not valid",
        "012": "has a security qualifier that is not valid",
        "013": "has security information that is not valid",
        "014": "has a date that is not valid",
        "015": "has a time that is not valid",
        "016": "has a standards identifier that is not valid",
        "017": "has a version that is not valid",
        "018": "has a control number that is not valid",
        "019": "has an acknowledgement request that is not valid",
        "020": "has a test indicator that is not valid",
        "021": "counts its groups wrongly",
        "022": "has a control structure that is not valid",
        "023": "ends too early",
        "024": "has content that is not valid",
        "025": "has a control number that was used before",
        "026": "has an element separator that is not valid",
        "027": "has a component separator that is not valid",
        "028": "has a delivery date in a request for deferred delivery that is not valid",
        "029": "has a delivery time in a request for deferred delivery that is not valid",
        "030": "has a delivery time code in a request for deferred delivery that is not valid",
        "031": "has a grade of service that is not valid",
    },
    "AK905": {
        "1": "is of a kind that is not supported",
        "2": "has a version that is not supported",
        "3": "has no trailer",
        "4": "has different control numbers in header and trailer",
        "5": "counts its sets wrongly",
        "6": "has a control number that is not valid",
        **dict.fromkeys(("10", "11", "12", "13", "14", "15", "16", "17", "18"), _SECURITY),
        "19": "has a control number that another group of the interchange has too",
        **dict.fromkeys(("20", "21", "22", "23", "24", "25", "26"), _SECURITY),
    },
    "AK502": {
        "1": "is of a type that is not supported",
        "2": "has no trailer",
        "3": "has different control numbers in header and trailer",
        "4": "counts its segments wrongly",
        "5": "has segments in error",
        "6": "has a type that is missing or not valid",
        "7": "has a control number that is missing, not valid or used twice",
        **dict.fromkeys(("8", "9", "10", "11", "12", "13", "15", "16", "17"), _SECURITY),
        "18": "does not belong into its group",
        "19": "names an implementation guide that is not valid",
        **dict.fromkeys(("20", "21", "22", "24", "25", "26", "27"), _SECURITY),
        "23": "has a control number that another set of the group has too",
        "I5": "has segments that break the implementation guide",
        "I6": "names an implementation guide that is not supported",
    },
    "AK304": {
        "1": "is a segment that the partner does not know",
        "2": "is not expected here",
        "3": "is missing",
        "4": "begins a loop that is repeated too often",
        "5": "is repeated too often",
        "6": "is not part of this set",
        "7": "is not in its place",
        "8": "has elements in error",
        "I4": "is not used in the partner's guide",
        "I6": "is missing, and the partner's guide asks for it here",
        "I7": "begins a loop that the partner's guide wants more often",
        "I8": "is wanted more often by the partner's guide",
        "I9": "is not used here by the partner's guide",
    },
    "AK403": {
        "1": "is missing",
        "2": "is missing, and another element asks for it",
        "3": "is more than the segment has",
        "4": "is too short",
        "5": "is too long",
        "6": "holds a character that is not allowed",
        "7": "is not a valid code",
        "8": "is not a valid date",
        "9": "is not a valid time",
        "10": "must not be sent beside another element",
        "12": "is repeated too often",
        "13": "has too many components",
        "I6": "is a code that the partner's guide does not use",
        "I9": "is missing, and the partner's guide asks for it here",
        "I10": "is not used in the partner's guide",
        "I11": "is repeated less often than the partner's guide asks for",
        "I12": "does not have the form that the partner's guide asks for",
        "I13": "is not used here by the partner's guide",
    },
    "0085": {
        "1": "has service characters (UNA) that are not supported",
        "2": "has a syntax version or level that is not supported",
        "3": "has a message version that is not supported",
        "4": "lacks a service segment, or has one that is not valid",
        "5": "has a trailer that does not fit its header",
        "6": "lacks a segment, or has one that is not valid",
        "7": "is addressed to somebody else",
        "8": "has too many elements",
        "9": "lacks a mandatory element",
        "10": "does not have the form of its element",
        "11": "has a password that is not valid",
        "12": "has a value that is not valid",
        "13": "is missing",
        "14": "has a value that is not supported here",
        "15": "is not supported here",
        "16": "has too many elements or components",
        "17": "is not agreed with the partner",
        "18": "has an error that is not told",
        "19": "has a decimal mark that is not valid",
        "20": "has a service character that is not valid as such (UNA)",
        "21": "holds a character that is not allowed",
        "22": "has a service character that is not valid",
        "23": "has a sender that is not known",
        "24": "is too old",
        "25": "is a test, and tests are not supported",
        "26": "was received before",
        "27": _SECURITY,
        "28": "has different references in header and trailer",
        "29": "counts what is in it wrongly",
        "30": "has messages beside groups",
        "31": "has several message types in a group",
        "32": "is empty",
        "33": "has something outside of any message or group",
        "34": "has a nesting indicator, which is not allowed",
        "35": "is repeated too often",
        "36": "belongs to a segment group that is repeated too often",
        "37": "holds a character of the wrong kind",
        "38": "has no digit before the decimal mark",
        "39": "is too long",
        "40": "is too short",
        "41": "met a lasting error of the network",
        "42": "met a passing error of the network",
        "43": "has a receiver that the network does not know",
        "45": "has separators after the last value",
        "46": "has characters of a set that is not supported",
        "47": "has an envelope of a kind that is not supported",
        "48": "breaks a rule between elements",
        "70": "has a message type that is missing or not valid",
        "71": "has different references in header and trailer",
        "72": "is a segment that the partner does not know",
        "73": "is not in its place",
        "74": "begins a segment group that is repeated too seldom",
        "75": "is repeated too seldom",
        "76": "lacks elements",
    },
}
"""What each code says, as the end of a sentence whose beginning names the place. 0085 from 70 on is one vendor's own."""

_FURTHER: Mapping[tuple[str, str], tuple[Code, ...]] = {
    ("TA105", "002"): (Code.SYNTAX_UNSUPPORTED,),
    ("TA105", "003"): (Code.INTERCHANGE_VERSION_UNSUPPORTED,),
    ("TA105", "008"): (Code.RECEIVER_UNKNOWN,),
    ("TA105", "011"): (Code.AUTHORISATION_INVALID,),
    ("TA105", "013"): (Code.SECURITY_INVALID,),
    ("TA105", "027"): (Code.SEPARATORS_CLASH,),
    ("AK905", "19"): (Code.GROUP_NUMBER_INVALID,),
    ("AK502", "6"): (Code.DOCUMENT_TYPE_UNSUPPORTED,),
    ("AK502", "18"): (Code.DOCUMENT_TYPE_UNSUPPORTED,),
    ("AK502", "19"): (Code.DOCUMENT_VERSION_UNSUPPORTED,),
    ("AK502", "23"): (Code.DOCUMENT_REFERENCE_DUPLICATE,),
    ("AK502", "I6"): (Code.DOCUMENT_VERSION_UNSUPPORTED,),
    ("AK304", "I4"): (Code.SEGMENT_NOT_IN_DEFINITION,),
    ("AK304", "I6"): (Code.SEGMENT_MISSING,),
    ("AK304", "I7"): (Code.SEGMENT_MISSING,),
    ("AK304", "I8"): (Code.SEGMENT_MISSING,),
    ("AK304", "I9"): (Code.SEGMENT_UNEXPECTED,),
    ("AK403", "12"): (Code.REPETITION_SURPLUS,),
    ("AK403", "13"): (Code.COMPONENT_SURPLUS,),
    ("AK403", "I6"): (Code.ELEMENT_CODE,),
    ("AK403", "I9"): (Code.ELEMENT_MISSING,),
    ("AK403", "I10"): (Code.ELEMENT_SURPLUS,),
    ("AK403", "I11"): (Code.ELEMENT_MISSING,),
    ("AK403", "I12"): (Code.ELEMENT_CHARACTER,),
    ("AK403", "I13"): (Code.ELEMENT_EXCLUSION,),
    ("0085", "1"): (Code.SERVICE_STRING_MALFORMED,),
    ("0085", "3"): (Code.DOCUMENT_VERSION_UNSUPPORTED,),
    ("0085", "4"): (Code.HEADER_MALFORMED,),
    ("0085", "5"): (Code.DOCUMENT_REFERENCE_MISMATCH, Code.SEGMENT_COUNT_MISMATCH),
    ("0085", "6"): (Code.SEGMENT_MISSING,),
    ("0085", "8"): (Code.ELEMENT_SURPLUS,),
    ("0085", "9"): (Code.ELEMENT_MISSING,),
    ("0085", "10"): (Code.ELEMENT_CHARACTER,),
    ("0085", "19"): (Code.ELEMENT_NOT_NUMERIC,),
    ("0085", "20"): (Code.SERVICE_STRING_MALFORMED,),
    ("0085", "31"): (Code.GROUPS_MIXED,),
    ("0085", "38"): (Code.ELEMENT_NOT_NUMERIC,),
    ("0085", "48"): (Code.ELEMENT_CONDITION,),
    ("0085", "70"): (Code.DOCUMENT_TYPE_UNSUPPORTED,),
    ("0085", "71"): (Code.DOCUMENT_REFERENCE_MISMATCH, Code.GROUP_REFERENCE_MISMATCH),
    ("0085", "72"): (Code.SEGMENT_UNKNOWN,),
    ("0085", "73"): (Code.SEGMENT_OUT_OF_ORDER,),
    ("0085", "74"): (Code.SEGMENT_MISSING,),
    ("0085", "75"): (Code.SEGMENT_MISSING,),
    ("0085", "76"): (Code.ELEMENT_MISSING,),
}
"""Codes that we never write but that partners do."""


_OF_SEGMENTS = {"12": "is a segment that the partner does not know", "15": "is not expected here"}
"""What 0085 says where it is about a segment as a whole (UCS)."""


def meaning(code_list: str, code: str, *, whole_segment: bool = False) -> str:
    """What a code says, as the end of a sentence; a code that is not in the list shows as itself."""
    if whole_segment and code_list == "0085" and code in _OF_SEGMENTS:
        return _OF_SEGMENTS[code]
    return MEANINGS[code_list].get(code) or f"was answered with code {code or '(none)'}, which the standard does not know"


@lru_cache(maxsize=1024)
def codes(code_list: str, code: str, level: Level, *, element: bool = False) -> tuple[Code, ...]:
    """The findings of ours a code may stand for, the likeliest first. A code that only points further down stands for none.

    0085 is one list for all levels: only findings of the level it was given at count, and those about elements where it
    names one (`element`).
    """
    if (code_list, code) in POINTERS:
        return ()
    answer = _ANSWERS[code_list]
    found = [own for own, definition in DEFINITIONS.items() if getattr(definition, answer) == code]
    found = sorted(found or _FURTHER.get((code_list, code), ()), key=_LAST.__contains__)
    if code_list != "0085":
        return tuple(found)
    levels = {level, Level.ELEMENT} if element else {level}
    of_level = tuple(own for own in found if DEFINITIONS[own].level in levels)
    if of_level or level is not Level.SEGMENT:
        return of_level
    return tuple(own for own in found if DEFINITIONS[own].level is Level.ELEMENT)


def remedy(candidates: Iterable[str]) -> str:
    """What to do about an error that stands for these findings."""
    for own in candidates:
        return DEFINITIONS[Code(own)].remedy
    return "Ask the partner what it expects here."
