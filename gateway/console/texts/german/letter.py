"""Texte über Bestätigungen, fertig zum Schicken an Partner."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "letter.about.interchange": "Übertragungsdatei {number}",
    "letter.about.typed": "{type}-Übertragungsdatei {number}",
    "letter.about.unknown": "Übertragungsdatei, die hier nicht bekannt ist",
    "letter.about.as2": "AS2-Nachricht {number}",
    "letter.verdict.accepted": "angenommen",
    "letter.verdict.accepted_with_errors": "mit Fehlern angenommen",
    "letter.verdict.partly_accepted": "teilweise angenommen",
    "letter.verdict.rejected": "abgelehnt",
    "letter.verdict.received": "empfangen",
    "letter.verdict.warned": "mit einer Warnung angenommen",
    "letter.verdict.with_changes": "mit Änderungen angenommen",
    "letter.verdict.with_errors": "mit Fehlern beantwortet",
    "letter.verdict.unknown": "ohne ein Urteil, das wir kennen",
    "letter.given.subject": "Ihre {about}: {verdict} ({kind})",
    "letter.given.good": "Wir haben Ihre {about} erhalten: {verdict}. Es ist nichts zu tun.",
    "letter.given.opening": "wir haben Ihre {about} mit {kind} beantwortet: {verdict}.",
    "letter.given.quoted": "Sie haben gesendet: {quote}",
    "letter.given.closing": "Bitte berichtigen Sie das, und senden Sie es unter einer neuen Kontrollnummer noch einmal.",
    "letter.given.partly": (
        "Bitte berichtigen Sie das, und senden Sie nur das Abgelehnte unter einer neuen Kontrollnummer noch einmal."
    ),
    "letter.given.noted": "Es wurde verarbeitet. Bitte berichtigen Sie das in dem, was Sie künftig senden.",
    "letter.received.subject": "Unsere {about}: {verdict} ({kind})",
    "letter.received.good": "Sie haben unsere {about} bestätigt: {verdict}. Es ist nichts zu tun.",
    "letter.received.opening": "Sie haben unsere {about} mit {kind} beantwortet: {verdict}.",
    "letter.received.quoted": "Wir haben gesendet: {quote}",
    "letter.received.closing": (
        "Bitte teilen Sie uns mit, was Sie dort erwarten, soweit Ihre Richtlinie es nicht sagt; wir senden es dann noch einmal."
    ),
    "letter.received.partly": (
        "Bitte teilen Sie uns mit, was Sie dort erwarten; wir senden dann nur das Abgelehnte noch einmal."
    ),
    "letter.received.noted": (
        "Bitte teilen Sie uns mit, was Sie dort erwarten, soweit es nicht in Ihrer Richtlinie steht; wir berichtigen es dann."
    ),
    "letter.unknown.subject": "Ihre Bestätigung ({kind}) passt zu nichts, das wir kennen",
    "letter.unknown.opening": "Sie haben uns eine Bestätigung ({kind}) geschickt, zu der wir nichts gesendet haben. Sie sagt:",
    "letter.unknown.closing": "Bitte teilen Sie uns mit, was gemeint ist, oder ob sie irrtümlich geschickt wurde.",
    "letter.hello": "Guten Tag,",
    "letter.remedy": "Was hilft: {remedy}",
    "letter.more": "… und {count} weitere derselben Art.",
}
