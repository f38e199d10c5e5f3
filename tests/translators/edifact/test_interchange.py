"""Envelopes, groups, terms and verdicts."""

import pytest

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.edifact.reading import one, read
from translators.contract import DocumentTerms, Envelope, Group, Identity, Interchange, Terms, Verdict
from translators.finding import Code, Severity

BUYER, SELLER = "5790000000029", "5790000000012"
ORDER = order_edifact(sender=BUYER, receiver=SELLER, control_number="7", order_number="PO-1", lines=1)
BODY = ORDER[ORDER.index(b"UNH") : ORDER.index(b"UNZ")].decode()


def header(reference: str = "7", *, syntax: str = "UNOC:3", rest: str = "") -> str:
    """A UNB."""
    return f"UNB+{syntax}+{BUYER}:14+{SELLER}:14+261120:0930+{reference}{rest}'"


def group(reference: str, *messages: str, count: int | None = None, closing: str | None = None) -> str:
    """A UNG with messages and UNE."""
    number = len(messages) if count is None else count
    opening = f"UNG+ORDERS+{BUYER}:14+{SELLER}:14+261120:0930+{reference}+UN+D:96A'"
    return opening + "".join(messages) + f"UNE+{number}+{closing or reference}'"


def message(reference: str, *, good: bool = True) -> str:
    """A good message, or one with an element too long."""
    text = order_message(reference=reference, order_number=f"P{reference}", lines=1)
    return text if good else text.replace("BGM+220", "BGM+22000")


def codes(interchange: Interchange) -> list[Code]:
    """Codes of the interchange's own findings."""
    return [f.code for f in interchange.findings]


def test_the_envelope_is_as_it_was_sent() -> None:
    raw = "UNB+UNOC:3+ SENDER ?+ :14:SUB+RECEIVER::X+261120:0930+REF7+PW:AA+APP+A+1+AGREEMENT+1'"
    envelope = one((raw + BODY + "UNZ+1+REF7'").encode()).envelope
    assert envelope.sender == Identity("14", "SENDER +")
    assert envelope.receiver == Identity("", "RECEIVER")
    assert (envelope.control_number, envelope.version, envelope.prepared) == ("REF7", "UNOC:3", "261120:0930")
    assert (envelope.test, envelope.acknowledgement_requested, envelope.offset) == (True, "1", 0)
    assert envelope.header == (
        "UNOC:3",
        " SENDER ?+ :14:SUB",
        "RECEIVER::X",
        "261120:0930",
        "REF7",
        "PW:AA",
        "APP",
        "A",
        "1",
        "AGREEMENT",
        "1",
    )


def test_a_document_knows_its_place() -> None:
    document = one(ORDER).documents[0]
    assert (document.type, document.version, document.association, document.control_number) == ("ORDERS", "D.96A", "EAN008", "1")
    assert (document.ordinal, document.group, document.segments, document.name) == (1, 0, 19, "purchase_order")
    raw = ORDER[document.start : document.end]
    assert (raw[:5], raw[-8:]) == (b"UNH+1", b"UNT+19+1")


def test_several_interchanges_with_their_own_characters() -> None:
    other = b"UNA>*,! ~\r\n" + ORDER.translate(bytes.maketrans(b"+:'", b"*>~"))
    result = read(ORDER + b"\n" + other + ORDER)
    assert [i.verdict for i in result.interchanges] == [Verdict.ACCEPTED] * 3
    assert [i.envelope.separators.element for i in result.interchanges] == ["+", "*", "+"]
    assert result.interchanges[1].envelope.separators.decimal == ","
    assert len({i.documents[0].canonical.to_json() for i in result.interchanges if i.documents[0].canonical}) == 1


def test_an_interchange_without_trailer_does_not_swallow_the_next() -> None:
    cut, whole = read(ORDER[: ORDER.index(b"UNZ")] + ORDER).interchanges
    assert codes(cut) == [Code.INTERCHANGE_TRAILER_MISSING]
    assert (cut.verdict, whole.verdict) == (Verdict.REJECTED, Verdict.ACCEPTED)


def test_verdicts_of_messages_make_the_verdict_of_the_interchange() -> None:
    def verdict(*good: bool) -> Verdict:
        body = "".join(message(str(n), good=g) for n, g in enumerate(good, 1))
        return one((header() + body + f"UNZ+{len(good)}+7'").encode()).verdict

    assert verdict(True, True) is Verdict.ACCEPTED
    assert verdict(True, False) is Verdict.PARTLY_ACCEPTED
    assert verdict(False, False) is Verdict.REJECTED


def test_groups_are_counted_and_judged() -> None:
    text = header() + group("1", message("1"), message("2", good=False)) + group("2", message("3")) + "UNZ+2+7'"
    interchange = one(text.encode())
    first, second = interchange.groups
    assert (first.functional_id, first.control_number, first.version, first.sender) == ("ORDERS", "1", "D.96A", f"{BUYER}:14")
    assert (first.claimed, first.received, first.accepted, first.verdict) == (2, 2, 1, Verdict.PARTLY_ACCEPTED)
    assert second.verdict is Verdict.ACCEPTED
    assert [d.group for d in interchange.documents] == [1, 1, 2]
    assert (interchange.verdict, interchange.findings) == (Verdict.PARTLY_ACCEPTED, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (group("1", message("1"), count=2), Code.GROUP_COUNT_MISMATCH),
        (group("1", message("1"), closing="2"), Code.GROUP_REFERENCE_MISMATCH),
        (group("1", message("1")).replace("UNE+1+1'", ""), Code.GROUP_TRAILER_MISSING),
    ],
)
def test_a_group_error_refuses_the_group(text: str, code: Code) -> None:
    interchange = one((header() + text + "UNZ+1+7'").encode())
    (found,) = interchange.groups
    assert [f.code for f in found.findings] == [code]
    assert (found.verdict, found.accepted, interchange.findings) == (Verdict.REJECTED, 0, ())
    assert interchange.verdict is Verdict.REJECTED


def test_a_refused_group_leaves_the_others() -> None:
    text = header() + group("1", message("1"), count=2) + group("2", message("2")) + "UNZ+2+7'"
    interchange = one(text.encode())
    assert [g.verdict for g in interchange.groups] == [Verdict.REJECTED, Verdict.ACCEPTED]
    assert interchange.verdict is Verdict.PARTLY_ACCEPTED


def test_a_group_reference_used_twice_is_found() -> None:
    groups = one((header() + group("1", message("1")) + group("1", message("2")) + "UNZ+2+7'").encode()).groups
    assert [f.code for f in groups[1].findings] == [Code.GROUP_NUMBER_INVALID]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_messages_beside_groups_are_found(order: tuple[int, int]) -> None:
    parts = (message("1"), group("1", message("2")))
    interchange = one((header() + parts[order[0]] + parts[order[1]] + "UNZ+1+7'").encode())
    assert codes(interchange) == [Code.GROUPS_MIXED]


def test_a_group_trailer_without_group_is_stray() -> None:
    assert codes(one((header() + message("1") + "UNE+1+1'UNZ+1+7'").encode())) == [Code.STRAY_SEGMENT]


def test_an_interchange_error_refuses_its_groups_too() -> None:
    interchange = one((header() + group("1", message("1")) + "UNZ+5+7'").encode())
    assert interchange.verdict is Verdict.REJECTED
    found: Group = interchange.groups[0]
    assert (found.verdict, found.accepted) == (Verdict.REJECTED, 0)


def test_segments_without_message_header_are_found_once() -> None:
    text = header() + "BGM+220+1+9'DTM+137:20261120:102'UNS+S'UNT+4+1'" + message("2") + "UNZ+1+7'"
    interchange = one(text.encode())
    assert codes(interchange) == [Code.DOCUMENT_HEADER_MISSING]
    assert interchange.findings[0].position.tag == "BGM"


def test_rubbish_between_messages_is_stray() -> None:
    assert codes(one((header() + message("1") + "HELLO'" + message("2") + "UNZ+2+7'").encode())) == [Code.STRAY_SEGMENT]


def test_an_empty_interchange_is_found() -> None:
    assert codes(one((header() + "UNZ+0+7'").encode())) == [Code.INTERCHANGE_EMPTY]


@pytest.mark.parametrize(
    ("unb", "code"),
    [
        ("UNB+UNOC:3++B:14+261120:0930+7'", Code.HEADER_MALFORMED),
        ("UNB+UNOC:3+ :14+B:14+261120:0930+7'", Code.HEADER_MALFORMED),
        ("UNB+UNOC:3+A:14+B:14+261120:0930'", Code.INTERCHANGE_NUMBER_INVALID),
        ("UNB+XXXA:1+A:14+B:14+261120:0930+7'", Code.SYNTAX_UNSUPPORTED),
        ("UNB+UNOC:9+A:14+B:14+261120:0930+7'", Code.SYNTAX_UNSUPPORTED),
        ("UNB+UNOC:3+A:14+B:14+261120:0930+7++++++X'", Code.TEST_INDICATOR_INVALID),
        (f"UNB+UNOC:3+{'A' * 36}:14+B:14+261120:0930+7'", Code.ELEMENT_TOO_LONG),
    ],
)
def test_a_wrong_header_refuses_the_interchange(unb: str, code: Code) -> None:
    interchange = one((unb + message("1") + ("UNZ+1'" if unb.endswith("0930'") else "UNZ+1+7'")).encode())
    assert code in codes(interchange)
    assert interchange.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("unb", "code"),
    [
        ("UNB+UNOC:3+A:14+B:14+20261120:0930+7'", Code.INTERCHANGE_DATE_INVALID),
        ("UNB+UNOC:3+A:14+B:14+261320:0930+7'", Code.INTERCHANGE_DATE_INVALID),
        ("UNB+UNOC:3+A:14+B:14+261120:2530+7'", Code.INTERCHANGE_TIME_INVALID),
        ("UNB+UNOC:3+A:14+B:14+261120:0930+7++++7'", Code.ACKNOWLEDGEMENT_REQUEST_INVALID),
        ("UNB+UNOC:3+A:14+B:14+261120:0930+7+++'", Code.TRAILING_SEPARATOR),
        ("UNB+UNOC:3+A:14+B:14+261120:0930+7+++ORDERS'", Code.ELEMENT_TOO_LONG),
    ],
)
def test_slips_in_the_header_are_noted(unb: str, code: Code) -> None:
    interchange = one((unb + message("1") + "UNZ+1+7'").encode())
    assert code in codes(interchange)
    assert interchange.verdict is Verdict.ACCEPTED_WITH_ERRORS


def terms(**document: object) -> Terms:
    """Terms for ORDERS."""
    return Terms(documents={"ORDERS": DocumentTerms(**document)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "agreed", "code"),
    [
        (ORDER.replace(b"ORDERS:D", b"BALETO:D"), terms(), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (ORDER, terms(agreed=False), Code.DOCUMENT_NOT_AGREED),
        (ORDER, terms(versions=frozenset({"D.01B"})), Code.DOCUMENT_VERSION_UNSUPPORTED),
        (ORDER.replace(b"D:96A", b"X:XX"), Terms(), Code.DOCUMENT_VERSION_UNSUPPORTED),
    ],
)
def test_documents_that_are_not_wanted_are_refused(data: bytes, agreed: Terms, code: Code) -> None:
    (document,) = one(data, lambda _e: agreed).documents
    assert [f.code for f in document.findings] == [code]
    assert (document.verdict, document.canonical) == (Verdict.REJECTED, None)
    assert (document.findings[0].position.tag, document.findings[0].position.element) == ("UNH", 2)


@pytest.mark.parametrize("version", ["D:93A", "D:97A", "D:03A", "S:93A", "0:96A"])
def test_other_directories_are_read_with_the_nearest_and_that_is_said(version: str) -> None:
    (document,) = one(ORDER.replace(b"D:96A", version.encode())).documents
    assert [(f.code, f.severity) for f in document.findings] == [(Code.VERSION_NEAREST, Severity.INFO)]
    assert document.canonical is not None


def test_severities_of_the_agreement_rule() -> None:
    wrong = ORDER.replace(b"QTY+21:12", b"QTY+21:XII")
    strict = terms(severities={Code.ELEMENT_CODE: Severity.ERROR})
    assert one(ORDER.replace(b"BGM+220", b"BGM+50E"), lambda _e: strict).verdict is Verdict.REJECTED
    lenient = terms(severities={Code.ELEMENT_NOT_NUMERIC: Severity.WARNING})
    assert one(wrong, lambda _e: lenient).verdict is Verdict.ACCEPTED_WITH_ERRORS
    off = terms(severities={Code.ELEMENT_NOT_NUMERIC: None})
    assert one(wrong, lambda _e: off).documents[0].findings == ()


def test_the_terms_are_asked_for_once_with_the_envelope() -> None:
    asked: list[Envelope] = []

    def terms_for(envelope: Envelope) -> Terms:
        asked.append(envelope)
        return Terms()

    interchange = one(ORDER, terms_for)
    assert asked == [interchange.envelope]


@pytest.mark.parametrize(
    ("identifier", "text", "name", "detected"),
    [
        ("UNOC", "GEMÜSE".encode("latin-1"), "GEMÜSE", None),
        ("UNOC", "GEMÜSE".encode(), "GEMÜSE", "UTF-8"),
        ("UNOC", "10 €".encode("cp1252"), "10 €", "Windows-1252"),
        ("UNOA", "GEMÜSE".encode("latin-1"), "GEMÜSE", "ISO 8859-1"),
        ("UNOD", "ŁÓDŹ".encode("iso8859-2"), "ŁÓDŹ", None),
        ("UNOY", "ŁÓDŹ 漢".encode(), "ŁÓDŹ 漢", None),
        ("UNOW", "GEMÜSE".encode("latin-1"), "GEMÜSE", "ISO 8859-1"),
        ("UNOE", "ФЖЮ".encode("iso8859-5"), "ФЖЮ", None),
    ],
)
def test_character_sets(identifier: str, text: bytes, name: str, detected: str | None) -> None:
    data = ORDER.replace(b"UNOC", identifier.encode()).replace(b"PRODUCT 1", text)
    interchange = one(data)
    wrong = [f for f in interchange.findings if f.code is Code.CHARACTER_SET_WRONG]
    assert [f.actual for f in wrong] == ([detected] if detected else [])
    canonical = interchange.documents[0].canonical
    assert canonical is not None
    assert name in canonical.to_json().decode()


def test_lines_cut_at_a_fixed_width_are_put_together_and_positions_stay_true() -> None:
    data = ORDER.replace(b"BGM+220", b"BGM+50E")
    cut = b"\r\n".join(data[i : i + 80] for i in range(0, len(data), 80)) + b"\r\n"
    interchange = one(cut)
    assert codes(interchange) == [Code.LINE_BREAKS]
    (document,) = interchange.documents
    assert document.canonical == one(data).documents[0].canonical
    assert cut[document.findings[0].position.offset :].startswith(b"50E")
    assert cut[document.start :].startswith(b"UNH")
    assert interchange.end == len(cut) - 2


def test_an_interchange_after_a_cut_one_is_found() -> None:
    cut = b"\n".join(ORDER[i : i + 80] for i in range(0, len(ORDER), 80)) + b"\n"
    assert [i.verdict for i in read(cut + ORDER + b"\n" + cut).interchanges] == [Verdict.ACCEPTED] * 3
