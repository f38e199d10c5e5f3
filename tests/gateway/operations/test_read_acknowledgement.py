"""Each kind of acknowledgement read out: what it says, where, and what becomes of it as a text for the partner."""

from collections.abc import Sequence
from typing import Literal

import pytest

from gateway.domain.acknowledgement_reading import About, Reading
from gateway.domain.letter import letter
from gateway.operations.read_acknowledgement import acknowledgements_in, read_acknowledgement, read_receipt
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange

AUTOMATIC = "automatic-action/MDN-sent-automatically; "
X12 = interchange([body_850(order_number="A", lines=3)], control_number=77)
EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)


def read(content: bytes, answered: bytes, kind: str, way: Literal["given", "received"] = "received") -> Reading:
    documents = acknowledgements_in(content)
    assert documents
    return read_acknowledgement(
        documents, kind=kind, way=way, partner="bigbox", about=About("typed", "77", "850"), answered=answered
    )


def functional(*body: str, kind: str = "997", version: str = "004010") -> bytes:
    guide = f"*{version}" if kind == "999" else ""
    segments = [f"ST*{kind}*0001{guide}", "AK1*PO*77", *body, f"SE*{len(body) + 3}*0001"]
    return interchange([segments], functional_id="FA", version=version)


def edifact(kind: str, *body: str) -> bytes:
    segments = [
        "UNB+UNOC:3+5790000000012:14+5790000000029:14+261120:1015+42",
        f"UNH+1+{kind}",
        *body,
        f"UNT+{len(body) + 2}+1",
        "UNZ+1+42",
    ]
    return "".join(f"{segment}'" for segment in segments).encode()


def contrl(*body: str, action: str = "7") -> bytes:
    return edifact("CONTRL:D:3:UN", f"UCI+7+5790000000029:14+5790000000012:14+{action}", *body)


def application_advice(*body: str) -> bytes:
    segments = ["ST*824*0001", "BGN*11*ADV-1*20261120", *body]
    return interchange([[*segments, f"SE*{len(segments) + 1}*0001"]], functional_id="AG")


APERAK = edifact(
    "APERAK:D:96A:UN:EAN008", "BGM+305+R-1+9+RE", "DTM+137:20261120:102", "RFF+ON:PO-1", "NAD+BY+5790000000029::9",
    "NAD+SU+5790000000012::9", "ERC+42::92", "FTX+AAO+++UNKNOWN ITEM", "RFF+LI:2", "ERC+12", "FTX+AAI+++WRONG PRICE",
)  # fmt: skip


def said(reading: Reading) -> Sequence[str]:
    """What is wrong, one sentence each."""
    return [line.sentence for line in reading.lines if line.verdict is None]


@pytest.mark.parametrize(
    ("content", "answered", "kind", "sentence", "meant"),
    [
        (
            functional("AK2*850*0001", "AK3*PO1*20**8", "AK4*4*212*6*3.2x", "AK5*R*5", "AK9*R*1*1*0"),
            X12.replace(b"3*30*EA*3.25", b"3*30*EA*3.2x"), "997", 'PO104 (unit price) "3.2x" is not a number (AK403 6)',
            "PO1*3*30*EA*3.2x",
        ),
        (
            functional("AK2*850*0001", "AK3*CUR*3**7", "AK5*R*5", "AK9*R*1*1*0"), X12, "997", "is not in its place (AK304 7)",
            "CUR*",
        ),
        (
            functional("AK2*850*0001", "IK3*PO1*20**8", "CTX*SITUATIONAL TRIGGER*PO1*20**6*235", "IK4*7*234*I9", "IK5*R*I5",
                       "AK9*R*1*1*0", kind="999", version="005010X231A1"),
            X12, "999", "(IK403 I9)", "PO1*3*",
        ),
        (
            contrl("UCM+1+ORDERS:D:96A:UN+4", "UCS+20", "UCD+37+2:2"), EDIFACT, "CONTRL",
            "holds a character of the wrong kind (0085 37)", "QTY+",
        ),
        (contrl("UCM+1+ORDERS:D:96A:UN+4", "UCS+3+13"), EDIFACT, "CONTRL", "A segment is missing behind segment 3", ""),
        (APERAK, EDIFACT, "APERAK", "Line 2: UNKNOWN ITEM (42).", "LIN+2+"),
        (
            application_advice("OTI*TR*PO*A", "TED*PPD*PRICE DIFFERS*PO1*18*4*212*1.25*1.20"), X12, "824",
            "PRICE DIFFERS", "PO1*",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_the_line_it_is_about(
    content: bytes, answered: bytes, kind: str, sentence: str, meant: str
) -> None:
    told = read(content, answered, kind)
    complaint = next(line for line in told.lines if sentence in line.sentence)
    assert complaint.verdict is None
    (line,) = [one for one in told.beside if one.offset == complaint.offset]
    assert line.meant
    assert line.raw == complaint.quote
    assert line.raw.startswith(meant)
    assert answered[line.offset :].startswith(line.raw.encode())
    subject, text = letter(told.kind, told.way, told.lines, about=told.about, verdict=told.verdict)
    assert told.verdict in ("rejected", "partly_accepted", "with_errors")
    assert "850 interchange 77" in subject
    assert f"We sent: {' '.join(line.raw.split())}" in text


def test_an_error_of_content_without_a_place_is_told_all_the_same() -> None:
    told = read(APERAK, EDIFACT, "APERAK")
    assert said(told) == ["Line 2: UNKNOWN ITEM (42).", "WRONG PRICE (12)."]
    assert told.lines[-1].offset is None
    assert told.lines[0].sentence == "Order PO-1: rejected."


def test_an_aperak_about_another_order_quotes_nothing_of_this_one() -> None:
    other = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="8", order_number="PO-2", lines=2)
    assert not any(line.quote for line in read(APERAK, other, "APERAK").lines)


def test_an_interchange_that_is_accepted_has_nothing_to_be_done() -> None:
    told = read(functional("AK9*A*1*1*1"), X12, "997")
    assert told.verdict == "accepted"
    assert not any(one.meant for one in told.beside)
    _, text = letter(told.kind, told.way, told.lines, about=told.about, verdict=told.verdict)
    assert "Nothing has to be done." in text


def test_without_the_bytes_places_are_named_and_nothing_is_quoted() -> None:
    told = read(functional("AK2*850*0001", "AK3*PO1*20**8", "AK4*4*212*6*3.2x", "AK5*R*5", "AK9*R*1*1*0"), b"", "997", "given")
    assert said(told) == ['Segment 20, PO104 "3.2x" is not a number (AK403 6).']
    assert told.beside == ()
    assert told.beside_of == 0


@pytest.mark.parametrize(
    ("disposition", "verdict", "sentence", "remedy"),
    [
        (f"{AUTOMATIC}processed", "accepted", "The message was processed.", ""),
        (f"{AUTOMATIC}processed/error: decryption-failed", "rejected", "could not be decrypted", "Encrypt"),
        (f"{AUTOMATIC}processed/error: authentication-failed", "rejected", "signature", "Send the cert"),
        (f"{AUTOMATIC}failed/failure: unsupported MIC-algorithms", "rejected", "digest", "sha-256"),
        (f"{AUTOMATIC}processed/error: the moon is full", "rejected", "the moon is full", ""),
        (f"{AUTOMATIC}processed/warning: duplicate-document", "warned", "had come before", ""),
        ("nonsense", "unknown", "It says nothing that we know: nonsense.", ""),
        ("", "unknown", "nothing at all", ""),
    ],
)  # fmt: skip
def test_the_disposition_of_a_receipt_is_told_in_words(disposition: str, verdict: str, sentence: str, remedy: str) -> None:
    told = read_receipt(disposition, way="received", partner="bigbox", about=About("as2", "<1@x>"))
    assert told.verdict == verdict
    assert sentence in told.lines[-1].sentence
    assert remedy in told.lines[-1].remedy
    subject, text = letter(told.kind, told.way, told.lines, about=told.about, verdict=told.verdict)
    assert subject.startswith("Our AS2 message <1@x>: ")
    assert told.lines[-1].sentence in text or verdict == "accepted"
