"""Certificates of a partner and of ours."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "certificates.side.theirs": "Of {partner}",
    "certificates.side.ours": "Ours towards {partner}",
    "certificates.ends.theirs": (
        "It ends on {day}, and nothing takes over. Ask the partner for the new one and the day of the change."
    ),
    "certificates.ends.ours": (
        "Ours ends on {day}, and nothing takes over. Make a new key, and tell the partners the day of the change."
    ),
    "certificates.changing": "A change is under way: what stands below is configured side by side.",
    "certificates.ended": "Ended on {day}",
    "certificates.ends_in": ("Ends in less than {count} day", "Ends in less than {count} days"),
    "certificates.standing": "Now",
    "certificates.their_current": "In use: we encrypt for it, signatures by it count",
    "certificates.their_accepted": "Beside it: signatures by it still count",
    "certificates.their_next": "Comes next",
    "certificates.their_past": "Over",
    "certificates.our_current": "In use: we sign with it",
    "certificates.our_accepted": "Beside it: what is encrypted for it is read",
    "certificates.our_next": "Comes next; what is encrypted for it is read already",
    "certificates.our_past": "Over; what is encrypted for it is still read",
    "certificates.subject": "Subject",
    "certificates.issuer": "Issuer",
    "certificates.serial": "Serial number",
    "certificates.by": "by {issuer}",
    "certificates.used": "Agreed use",
    "certificates.from": "from {day}",
    "certificates.until": "until {day}",
    "certificates.whole": "as long as it is valid",
    "certificates.valid_from": "Valid from",
    "certificates.valid_until": "Valid until",
    "certificates.valid": "Valid",
    "certificates.from_to": "{first} to {last}",
    "certificates.key": "Key",
    "certificates.fingerprint": "Fingerprint (SHA-256)",
    "certificates.fingerprint_short": "Fingerprint (SHA-1)",
    "certificates.file": "File",
    "certificates.save": "Save {name}",
    "certificates.none.title": "No certificates",
    "certificates.none.text": (
        "Only channels of the type as2 use certificates of partners. What servers show by TLS is checked by "
        "the authorities that issued it."
    ),
    "certificates.form": "A new certificate",
    "certificates.form_hint": (
        "It is looked at, and you are told what to write where. Nothing is kept or changed: the configuration"
        " is files, which colleagues review."
    ),
    "certificates.whose": "Whose is it",
    "certificates.theirs": "{partner}'s",
    "certificates.ours": "ours",
    "certificates.day": "Day of the change (UTC)",
    "certificates.day_hint": "As agreed with the partner. Empty: as soon as it is valid.",
    "certificates.overlap": "Days that old and new overlap",
    "certificates.choose": "The file (PEM or DER)",
    "certificates.paste": "Or its text",
    "certificates.examine": "Look at it",
    "certificates.nothing": "No certificate was given.",
    "certificates.nothing_remedy": (
        "Choose the file that the partner sent, or paste its text from BEGIN CERTIFICATE to END CERTIFICATE."
    ),
    "certificates.too_large": "That is far too large for a certificate.",
    "certificates.no_day": "The day of the change is no day.",
    "certificates.no_day_remedy": "Write it like 2027-01-15.",
    "certificates.found": "What was given",
    "certificates.sound": "Nothing speaks against it.",
    "certificates.several": (
        "{count} certificate was given.",
        "{count} certificates were given; this is the first of them.",
    ),
    "certificates.compare": "The new one beside the one in use",
    "certificates.what": "What",
    "certificates.new": "New",
    "certificates.now": "In use now",
    "certificates.nothing_now": "none is in use",
    "certificates.self_signed": "(itself)",
    "certificates.usages": "Made for",
    "certificates.any_usage": "anything: nothing is said",
    "certificates.not_yet": "As it is, it would not work. Mend what stands in red above, then look again.",
    "certificates.propose_title": "Let it take over",
    "certificates.propose_text": (
        "It is used from {first} on; signatures by the one before count until {last}. Until then nothing changes on the wire."
    ),
    "certificates.by_hand": "Or by hand",
    "certificates.steps": "What to do",
    "certificates.step_compare.theirs": (
        "Compare the fingerprint with the partner, by telephone or on its page: a mail can be forged."
    ),
    "certificates.step_compare.ours": "Keep the private key where the gateway's secrets are. It is never pasted anywhere.",
    "certificates.step_file": "Put the certificate beside routes.toml as",
    "certificates.content": "Its content",
    "certificates.copy_content": "Copy the content of the file",
    "certificates.step_lines.theirs": "Write into routes.toml:",
    "certificates.step_lines.ours": "Add to routes.toml; write where your private key really is:",
    "certificates.copy_lines": "Copy the lines",
    "certificates.step_check": "Check the configuration:",
    "certificates.step_start": "Have it reviewed, and start the gateway's processes with it, before the day of the change.",
    "certificates.step_tell": "Send the certificate, never the key, and the day {day} to:",
    "certificates.step_told": "The gateway cannot know who was told: keep a list, and ask each for an answer.",
    "certificates.step_both": (
        "From {first} on we encrypt for the new one; signatures by the old one count until {last}. What is "
        "signed by the new one before that day is refused."
    ),
    "certificates.files": "Afterwards this page shows both side by side, with what each is for.",
}
