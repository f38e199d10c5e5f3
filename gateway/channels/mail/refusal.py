"""A refused mail as a transmission: stored whole, with the reason before it, and nothing in it taken for an interchange. Pure.

It is a mail of its own that any mail program opens: why the other one was refused, and that one attached byte for byte. It is
attached in base64, so that an order somewhere in it does not come in unasked, beside the attachments that were taken.
"""

from email.message import EmailMessage
from email.policy import SMTP

_ORIGINAL = "refused.eml"


def refusal(raw: bytes, *, sender: str, message_id: str, reasons: tuple[str, ...], whole: bool) -> bytes:
    """The transmission. The same arguments give the same bytes. `whole` says whether `raw` is the mail, or only its header."""
    told = EmailMessage(SMTP)
    told["Subject"] = "A mail that the gateway could not take"
    held = "The mail is attached as it came." if whole else "It is too large to be held here: only its header is attached."
    lines = [
        f"A mail of {sender} was refused, because",
        *(f"- {reason}" for reason in reasons),
        "",
        f"Message-ID: {message_id or '(none)'}",
        f"{held} In the mailbox it lies in the folder of refused mails.",
        "Attachments of it that could be read have been taken as transmissions of their own.",
    ]
    told.set_content("\n".join(lines) + "\n", cte="base64")
    told.add_attachment(raw, maintype="application", subtype="octet-stream", filename=_ORIGINAL)
    told.set_boundary("refused-by-the-gateway")
    return told.as_bytes()
