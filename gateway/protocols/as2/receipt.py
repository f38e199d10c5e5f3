"""Build a receipt, and judge one (RFC 4130 clause 7, RFC 3798)."""

from datetime import datetime

from gateway.protocols.as2.algorithms import Digest, parse_digest
from gateway.protocols.as2.certificate import OwnKey
from gateway.protocols.as2.disposition import Disposition, Severity, Verdict
from gateway.protocols.as2.envelope import Envelope, ReceiptRequest
from gateway.protocols.as2.mdn import BuiltMdn, Mdn, MdnOutcome, MdnVerdict, Sent
from gateway.protocols.as2.message import Received, Signing
from gateway.protocols.as2.mic import Mic, compute_mic
from gateway.protocols.as2.notification import NOTIFICATION
from gateway.protocols.as2.outgoing import Content, boundary, message_headers, multipart, one_line, signed_content

_TEXT_PART = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
_NOTIFICATION_PART = f"Content-Type: {NOTIFICATION}\r\nContent-Transfer-Encoding: 7bit\r\n\r\n".encode("ascii")

_SENTENCES = {
    None: "The message was received and is being processed.",
    Severity.WARNING: "The message was received and is being processed, with a warning: {}.",
    Severity.ERROR: "The message was received, but could not be accepted: {}.",
    Severity.FAILURE: "The message was received, but not processed: {}.",
}


# ---- building ---------------------------------------------------------------------------------------------------------------


def receipt_signing(request: ReceiptRequest | None, key: OwnKey, *, default: Digest = Digest.SHA256) -> Signing | None:
    """How to sign the receipt that is asked for: by the first algorithm of its list that we know; None when unsigned will do.

    A receipt is signed even when it tells of an error. SHA-1 is only used when nothing better is on the list.
    """
    if request is None or not request.signed:
        return None
    known = [digest for spelling in request.micalgs if (digest := parse_digest(spelling)) is not None]
    strong = [digest for digest in known if digest is not Digest.SHA1]
    return Signing(key, digest=(strong or known or [default])[0])


def build_mdn(
    original: Envelope,
    *,
    disposition: Disposition,
    mic: Mic | None,
    message_id: str,
    at: datetime,
    signing: Signing | None = None,
    text: str = "",
    agent: str = "edi-gateway",
) -> BuiltMdn:
    """The receipt of a message, from its recipient to its sender; never encrypted nor compressed. Raises `CannotBuild`.

    The same for a synchronous one (headers and body of the HTTP answer) and an asynchronous one (of a request of its own).
    `text` is the sentence for people; without one it is made from the disposition.
    """
    report = _report(original, disposition, mic, message_id, text or _sentence(disposition), agent)
    content = report if signing is None else signed_content(report, signing, message_id=message_id, at=at)
    subject = f"Receipt of {original.message_id}" if original.message_id else "Receipt"
    headers = message_headers(original.recipient or "unknown", original.sender or "unknown", message_id, at, subject)
    return BuiltMdn((*headers, *content.headers), content.body, message_id, disposition, mic, signing is not None)


def _sentence(disposition: Disposition) -> str:
    return _SENTENCES[disposition.severity].format(disposition.words)


def _report(original: Envelope, disposition: Disposition, mic: Mic | None, message_id: str, text: str, agent: str) -> Content:
    """The multipart/report: a text for people, then the fields (RFC 4130 clause 7.4.2); the original's id exactly as received."""
    recipient = one_line(original.recipient)
    fields = (
        f"Reporting-UA: {one_line(agent)}\r\nOriginal-Recipient: rfc822; {recipient}\r\nFinal-Recipient: rfc822; {recipient}\r\n"
    )
    if original.message_id:
        fields += f"Original-Message-ID: {one_line(original.message_id)}\r\n"
    fields += f"Disposition: {one_line(str(disposition))}\r\n"
    if mic is not None:
        fields += f"Received-Content-MIC: {one_line(str(mic))}\r\n"
    parts = (_TEXT_PART + text.encode("utf-8", "replace") + b"\r\n", _NOTIFICATION_PART + fields.encode("ascii") + b"\r\n")
    boundary_text = boundary(message_id, "report", b"".join(parts))
    return multipart("report", "report-type=disposition-notification", parts, boundary_text)


# ---- judging ----------------------------------------------------------------------------------------------------------------


def judge_mdn(received: Received, sent: Sent) -> MdnVerdict:
    """What a receipt that was read says about what we sent: its signature, whose message it names, its disposition, its MIC."""
    mdn = received.mdn
    if mdn is None or mdn.disposition is None:
        return _unreadable(received)
    if not names_message(mdn, sent.message_id):
        return MdnVerdict(
            MdnOutcome.OTHER_MESSAGE,
            f"the receipt is for {mdn.original_message_id or 'no message at all'}, not for {sent.message_id}",
            "match it by its Original-Message-ID, or ask the partner for the receipt of this message",
            final=False,
        )
    if (doubt := _doubt(received, sent)) is not None:
        quoted = f"{doubt}; it says: {mdn.disposition_text}"
        return MdnVerdict(MdnOutcome.UNVERIFIED, quoted, "check the partner's certificates; nothing is proved by it", final=False)
    if mdn.disposition.verdict is Verdict.REJECTED:
        return MdnVerdict(
            MdnOutcome.REJECTED,
            f"the partner did not take the message: {_words(mdn.disposition)}",
            "correct the cause with the partner, then send the document anew",
        )
    return _judge_mic(mdn, mdn.disposition, sent)


def names_message(mdn: Mdn, message_id: str) -> bool:
    """Whether a receipt is for this message; brackets around the id do not count."""
    return bool(mdn.original_message_id) and bare_message_id(mdn.original_message_id) == bare_message_id(message_id)


def bare_message_id(message_id: str) -> str:
    """An id without the blanks and brackets that some add or drop, for matching."""
    return message_id.strip().removeprefix("<").removesuffix(">").strip()


def _unreadable(received: Received) -> MdnVerdict:
    reason = received.failure.reason if received.failure is not None else "it has no disposition"
    return MdnVerdict(
        MdnOutcome.UNREADABLE,
        f"the answer is no receipt that can be read: {reason}",
        "ask the partner whether he has the message",
        final=False,
    )


def _doubt(received: Received, sent: Sent) -> str | None:
    """Why the receipt proves nothing."""
    if received.failure is not None:
        return f"the receipt cannot be believed: {received.failure.reason}"
    if received.warning is not None:
        return "the receipt's signature could not be authenticated"
    if sent.signed_receipt and received.signature is None:
        return "the receipt is not signed, although a signed one was asked for"
    return None


def _judge_mic(mdn: Mdn, disposition: Disposition, sent: Sent) -> MdnVerdict:
    accepted = MdnOutcome.ACCEPTED if disposition.verdict is Verdict.ACCEPTED else MdnOutcome.ACCEPTED_WITH_WARNING
    reason = "the partner has the message whole"
    if accepted is MdnOutcome.ACCEPTED_WITH_WARNING:
        reason = f"{reason}; it warns: {_words(disposition)}"
    if not mdn.mic_text and not sent.signed_receipt:
        return MdnVerdict(accepted, f"{reason} (as it says: the receipt has no MIC)")
    if not mdn.mic_text:
        return MdnVerdict(
            MdnOutcome.MIC_MISSING,
            "the signed receipt has no Received-content-MIC, so it does not prove what was received",
            "ask the partner to return the MIC",
        )
    if mdn.mic is not None and _mic_fits(mdn.mic, sent):
        return MdnVerdict(accepted, reason)
    return MdnVerdict(
        MdnOutcome.MIC_MISMATCH,
        f"the partner hashed something else than we sent: {mdn.mic_text} instead of {sent.mic}",
        "run `gateway as2 doctor` on the message: it shows which variant the partner hashed",
    )


def _mic_fits(stated: Mic, sent: Sent) -> bool:
    """By the algorithm we asked for, or by that the partner used instead, if what was hashed is at hand."""
    if stated.algorithm is sent.mic.algorithm or sent.hashed is None:
        return stated.matches(sent.mic)
    return stated.matches(compute_mic(sent.hashed, stated.algorithm))


def _words(disposition: Disposition) -> str:
    return disposition.words or (f"{disposition.type}/{disposition.severity}" if disposition.severity else disposition.type)
