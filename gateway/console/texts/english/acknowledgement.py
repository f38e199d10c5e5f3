"""One acknowledgement: what is owed, and the reader."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "acknowledgement.absent": "There is no acknowledgement of this id.",
    "acknowledgement.back": "All acknowledgements",
    "acknowledgement.owed": "{kind} for {about}",
    "acknowledgement.sent": "What we sent",
    "acknowledgement.interchange": "Interchange",
    "acknowledgement.sent_at": "Sent",
    "acknowledgement.due": "Due",
    "acknowledgement.changed": "Last changed",
    "acknowledgement.agreement": "Agreement",
    "acknowledgement.calendar": "Calendar",
    "acknowledgement.owner": "Owner",
    "acknowledgement.came": "What the partner said",
    "acknowledgement.nothing_came": "Nothing has come yet.",
    "acknowledgement.read_beside": "Read it beside our document",
    "acknowledgement.waive": "Waive …",
    "acknowledgement.waive_title": "Waive this acknowledgement?",
    "acknowledgement.waive_effect": (
        "It is no longer awaited, or no longer held against the partner. Its failure ends, and nobody is told of it again."
    ),
    "acknowledgement.waive_button": "Waive it",
    "acknowledgement.reason": "Why",
    "acknowledgement.reminder": "A text to ask the partner for it",
    "acknowledgement.reminder.subject": "Missing {kind} for our {type} interchange {interchange}",
    "acknowledgement.reminder.document": ", document {type} {number}",
    "acknowledgement.reminder.text": (
        "Hello,\n\nwe sent you {type} interchange {interchange}{document} on {sent} and have no {kind} for it yet.\n\n"
        "Please tell us whether it has arrived, and send the acknowledgement.\n"
    ),
    "acknowledgement.title": "{kind} from {partner}",
    "acknowledgement.title_given": "{kind} to {partner}",
    "acknowledgement.somebody": "an unknown partner",
    "acknowledgement.it_answers.received": "It answers our {about}.",
    "acknowledgement.it_answers.given": "It answers the partner's {about}.",
    "acknowledgement.show_answered.received": "Show what we sent",
    "acknowledgement.show_answered.given": "Show what the partner sent",
    "acknowledgement.show_message": "Show the message it came in",
    "acknowledgement.next": "What to do next",
    "acknowledgement.next.received.nothing": "Nothing: the partner has it.",
    "acknowledgement.next.received.noted": "The partner has processed it. Correct what is noted for what is sent from now on.",
    "acknowledgement.next.received.partly": (
        "Correct what was rejected and send only that again: what was accepted would be there twice."
    ),
    "acknowledgement.next.received.rejected": (
        "The partner has not processed it. Correct what is marked, then send it again; if it is not clear what is meant, "
        "send the partner the text below."
    ),
    "acknowledgement.next.received.unknown": "Ask the partner what it means; the text below is ready for that.",
    "acknowledgement.next.given.nothing": "Nothing: the partner knows that we have it.",
    "acknowledgement.next.given.noted": "It was processed. Tell the partner what to correct from now on, by the text below.",
    "acknowledgement.next.given.partly": (
        "The partner has to correct what was rejected and send that again: send it the text below."
    ),
    "acknowledgement.next.given.rejected": (
        "It was not processed here. The partner has to correct it and send it again: send it the text below."
    ),
    "acknowledgement.next.given.unknown": "Look at what was answered before you tell the partner anything.",
    "acknowledgement.stray": "It matches nothing we know.",
    "acknowledgement.stray_link": "Match or dismiss it",
    "acknowledgement.match": "Match it now",
    "acknowledgement.match_effect": "It is tried again by itself. Match it now if what it answers has come in the meantime.",
    "acknowledgement.dismiss": "Dismiss …",
    "acknowledgement.dismiss_title": "Dismiss this acknowledgement?",
    "acknowledgement.dismiss_effect": (
        "It is taken out of the queue and not tried again; its failure ends. It stays stored, with the reason."
    ),
    "acknowledgement.dismiss_button": "Dismiss it",
    "acknowledgement.says.received": "What the partner says",
    "acknowledgement.says.given": "What we say",
    "acknowledgement.document.received": "Our document",
    "acknowledgement.document.given": "The partner's document",
    "acknowledgement.helps": "What helps:",
    "acknowledgement.to_line": "to the line",
    "acknowledgement.complaints": "Points",
    "acknowledgement.left_out": "Lines are left out",
    "acknowledgement.shown": "{shown} of {count} lines: those that are meant, and some around them.",
    "acknowledgement.no_right": "The lines of the document are not shown: that needs the right to see what documents hold.",
    "acknowledgement.purged": "The document is not kept any more, is not known, or is too large to be shown here.",
    "acknowledgement.text": "Text for the partner",
    "acknowledgement.subject": "Subject",
    "acknowledgement.copy_subject": "Copy the subject",
    "acknowledgement.copy_text": "Copy the text",
}
