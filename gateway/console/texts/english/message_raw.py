"""Segments, canonical members, corrections."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "raw.how": "Open a line for the names of its elements and what they became.",
    "raw.copy": "Copy these lines",
    "raw.elements": "Elements of {tag}",
    "raw.place": "Place",
    "raw.name": "Name",
    "raw.value": "Value",
    "raw.became": "Became",
    "raw.first": "From the beginning",
    "raw.next": "Further lines",
    "raw.no_origins": "What these lines became is not known: none of these documents was read as far as a canonical form.",
    "canonical.origins": "Where each member came from",
    "canonical.origins.text": "As the configuration of now reads it. A place leads to its line in the bytes.",
    "canonical.member": "Member",
    "canonical.places": "From",
    "canonical.no_origins": (
        "Where its members came from cannot be told: it was handed over in this form, its bytes are gone, or it is not "
        "read so any more."
    ),
    "correct.title": "Correct: {what}",
    "correct.what": (
        "The original stays as it is. The corrected text is processed as a copy with an id of its own, linked with the "
        "original both ways."
    ),
    "correct.masked": "{mask} stands for values that are hidden. Leave each where it stands: what it hides is put back.",
    "correct.text": "Text of the message",
    "correct.reason": "Reason",
    "correct.acknowledge": "Let the sender have an acknowledgement of the copy",
    "correct.changes": "What you changed",
    "correct.added": "new:",
    "correct.gone": "old:",
    "correct.would": ("{count} message would be processed.", "{count} messages would be processed."),
    "correct.look": "Show the changes",
    "correct.plan": "Plan it",
    "correct.too_large": "It is too large to be corrected in a browser.",
    "correct.too_large.remedy": "Correct it where the gateway runs: gateway correct ID --edit",
}
