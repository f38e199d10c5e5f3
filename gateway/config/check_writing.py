"""Checks of how we write: what a family has no place for, separators that clash, character sets that a syntax lacks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from gateway.config.agreed_format import AgreedFormat, agreed_format
from gateway.config.check import Checked
from gateway.config.model import AgreementTable
from gateway.config.positions import KeyPath
from gateway.config.table import Table
from gateway.config.writing import interchange_version, separators_of
from gateway.config.writing_model import WritingTable
from translators import registry
from translators.contract import Family, Separators

_MARKS = {"element": "element separator", "component": "component separator", "segment": "segment terminator",
          "repetition": "repetition separator", "release": "release character"}  # fmt: skip
_SHARED = frozenset(
    {
        "acknowledgement",
        "usage",
        "sender_application",
        "receiver_application",
        "element",
        "component",
        "segment",
        "repetition",
        "newline",
    }
)
_ONLY: Mapping[Family, frozenset[str]] = {
    Family.X12: _SHARED
    | {"version", "authorisation_qualifier", "authorisation", "security_qualifier", "security", "group_version", "batch"},
    Family.EDIFACT: _SHARED
    | {"groups", "sender_routing", "receiver_routing", "reference", "password", "application_reference", "priority", "agreement"}
    | {"release", "decimal", "charset", "syntax", "una", "association", "batch"},
    Family.XML: frozenset({"version", "batch"}),
    Family.JSON: frozenset({"version", "batch"}),
    Family.FLAT: frozenset({"batch"}),
}
"""What each family has a place for."""
_SYNTAXES = {
    "UNOA": 1, "UNOB": 1, "UNOC": 3, "UNOD": 3, "UNOE": 3, "UNOF": 3, "UNOG": 4, "UNOH": 4, "UNOI": 4, "UNOJ": 4, "UNOK": 4,
    "UNOL": 4, "UNOW": 4, "UNOX": 4, "UNOY": 4,
}  # fmt: skip
"""The first syntax version that has a character set (ISO 9735:1988 with its amendment of 1992, ISO 9735-1:2002)."""
_LONGEST = {
    "authorisation_qualifier": 2, "authorisation": 10, "security_qualifier": 2, "security": 10, "group_version": 12,
    "association": 6, "sender_routing": 14, "receiver_routing": 14, "reference": 14, "password": 14, "application_reference": 14,
    "priority": 1, "agreement": 35,
}  # fmt: skip
_APPLICATION = {Family.X12: 15, Family.EDIFACT: 40}
"""GS02 and GS03; S006 0040 with its qualifier."""
_USAGES = {Family.X12: ("P", "T", "I"), Family.EDIFACT: ("1", "2", "3", "4")}
_REQUESTS = {Family.X12: ("0", "1"), Family.EDIFACT: ("1", "2")}
_VERSIONS = {Family.XML: ("SBDH-1.0",), Family.JSON: ("list", "lines")}
_IN_TEXT = ".,-/&()'"
"""Marks that names and addresses are full of."""
_LEVEL_A = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>")

Complain = Callable[..., None]


@dataclass(frozen=True, slots=True)
class _Case:
    """An agreement whose writing is checked, and where it stands."""

    checked: Checked
    agreement: AgreementTable
    writing: WritingTable
    agreed: AgreedFormat
    path: KeyPath

    def wrong(self, place: tuple[str, ...], message: str, *, code: str = "R039", key: bool = False) -> None:
        """Complain about a key of the table."""
        self.checked.complaints.add(code, (*self.path, *place), message, key=key)


def check_writing(checked: Checked) -> None:
    """Everything about the tables `writing` of agreements."""
    for index, agreement in enumerate(checked.configuration.agreement):
        if agreement.writing is None:
            continue
        case = _Case(checked, agreement, agreement.writing, agreed_format(agreement.format), ("agreement", index, "writing"))
        for check in (_foreign, _lengths, _values, _charset, _separators, _batch):
            check(case)


def _foreign(case: _Case) -> None:
    """Keys that mean nothing in the family."""
    for place, _ in _stated(case.writing):
        if place[-1] not in _ONLY[case.agreed.family]:
            case.wrong(place, f"{case.agreed.family.value} has no place for {place[-1]}", key=True)


def _stated(table: Table, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """The keys that were written, with their values."""
    for name in table.model_fields_set:
        value = getattr(table, name)
        if isinstance(value, Table):
            yield from _stated(value, (*above, name))
        else:
            yield (*above, name), value


def _lengths(case: _Case) -> None:
    longest = dict(_LONGEST)
    application = _APPLICATION.get(case.agreed.family, 0)
    longest |= {"sender_application": application, "receiver_application": application}
    for place, value in _stated(case.writing):
        text = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        most = longest.get(place[-1], 0)
        if most and isinstance(text, str) and len(text) > most:
            case.wrong(place, f"{place[-1]} has {len(text)} characters, there is room for {most}")


def _values(case: _Case) -> None:
    """Values of the other family's element, and pairs that exclude each other."""
    family, envelope = case.agreed.family, case.writing.envelope
    known: Mapping[str, Mapping[Family, tuple[str, ...]]] = {"usage": _USAGES, "acknowledgement": _REQUESTS, "version": _VERSIONS}
    for name, by_family in known.items():
        value, fitting = getattr(envelope, name), by_family.get(family)
        if value is not None and fitting is not None and value not in fitting:
            case.wrong(("envelope", name), f'{name} is "{value}": use {" or ".join(fitting)}')
    if family is Family.X12 and envelope.version is not None and not (envelope.version.isdigit() and len(envelope.version) == 5):
        case.wrong(("envelope", "version"), f'ISA12 has five digits, not "{envelope.version}"')
    if envelope.reference and envelope.password.get_secret_value():
        case.wrong(("envelope", "password"), "S005 has room for a reference or for a password, not for both")


def _charset(case: _Case) -> None:
    """Character sets came with later syntax versions."""
    charset, syntax = case.writing.charset, case.writing.syntax or 3
    if case.agreed.family is Family.EDIFACT and charset is not None and syntax < _SYNTAXES[charset]:
        message = f"syntax version {syntax} has no character set {charset}: write syntax = {_SYNTAXES[charset]}"
        case.wrong(("charset",), message)
    elif case.agreed.family is Family.EDIFACT and charset is None and syntax < _SYNTAXES["UNOC"]:
        case.wrong(("syntax",), f"syntax version {syntax} has no character set UNOC, the usual one: write charset, too")


def _batch(case: _Case) -> None:
    """Where only one document can stand, a batch is one."""
    family, version = case.agreed.family, case.writing.envelope.version
    if (case.writing.batch or 1) == 1 or case.agreement.direction == "in":
        return
    if family is Family.XML and (version is None or case.agreed.version.startswith("cXML")):
        case.wrong(
            ("batch",), 'an XML file holds one document: write envelope = { version = "SBDH-1.0" } for several of UBL or CII'
        )
    elif family is Family.JSON and version is None:
        case.wrong(("batch",), 'several documents need envelope = { version = "list" } or "lines"')
    elif family is Family.FLAT and (layout := case.checked.layouts.get(case.agreed.version)) and layout.whole_file:
        case.wrong(("batch",), f'in the layout "{layout.name}" no record begins a document: a file holds one')


# ---- separators -----------------------------------------------------------------------------------------------------


def _separators(case: _Case) -> None:
    if case.agreed.family not in (Family.X12, Family.EDIFACT):
        return
    found = separators_of(case.writing, case.agreed)
    if found is None:
        return
    for name in _MARKS:
        _one(case, name, getattr(found, name))
    _differ(case, found)
    _repetition(case)
    if found.line_end and found.segment in "\r\n":
        case.wrong(("newline",), "the segment terminator is a line end itself: leave newline out")
    _in_data(case, found)


def _one(case: _Case, name: str, mark: str) -> None:
    """A mark for itself: one byte in every character set, and nothing that words are made of."""
    place = ("separators", name)
    if mark.isalnum() or mark == " ":
        case.wrong(place, f"the {_MARKS[name]} {mark!r} occurs in every text: letters, digits and blanks cannot separate")
    elif not mark.isascii():
        case.wrong(place, f"the {_MARKS[name]} {mark!r} is no character of ASCII: not every character set has it")


def _differ(case: _Case, found: Separators) -> None:
    given = [(name, mark) for name in _MARKS if (mark := getattr(found, name))]
    for (first, mark), (second, other) in combinations(given, 2):
        if mark == other:
            stated = case.writing.separators.model_fields_set
            place = second if second in stated or first not in stated else first
            case.wrong(("separators", place), f"{_MARKS[first]} and {_MARKS[second]} are both {mark!r}")
    if found.decimal in (found.element, found.component, found.segment, found.repetition, found.release):
        case.wrong(("separators", "decimal"), f"the decimal mark {found.decimal!r} separates, too")


def _repetition(case: _Case) -> None:
    """Elements repeat from ISA12 00402 and from syntax version 4 on."""
    version = interchange_version(case.writing, case.agreed)
    if case.writing.separators.repetition and not registry.separators(case.agreed.family, version).repetition:
        case.wrong(("separators", "repetition"), f"in {version} no element repeats")


def _in_data(case: _Case, found: Separators) -> None:
    """Marks that data holds, where no release character protects it; and marks that the character set does not have."""
    for name in ("element", "segment", "component"):
        mark = getattr(found, name)
        if mark in _IN_TEXT and not found.release:
            message = (
                f"the {_MARKS[name]} {mark!r} occurs in names and addresses, and nothing releases it: blanks are written there"
            )
            case.wrong(("separators", name), message, code="R046")
    if case.agreed.family is Family.EDIFACT and case.writing.charset in ("UNOA", "UNOB"):
        for name in _MARKS:
            mark = getattr(found, name)
            if mark and mark.isprintable() and mark not in _LEVEL_A:
                case.wrong(("separators", name), f"{case.writing.charset} has no {mark!r}", code="R046")
