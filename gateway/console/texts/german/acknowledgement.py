"""Eine Bestätigung: was geschuldet ist, und vorgelesen."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "acknowledgement.absent": "Eine Bestätigung mit dieser Id gibt es nicht.",
    "acknowledgement.back": "Alle Bestätigungen",
    "acknowledgement.owed": "{kind} für {about}",
    "acknowledgement.sent": "Was wir gesendet haben",
    "acknowledgement.interchange": "Übertragungsdatei",
    "acknowledgement.sent_at": "Gesendet",
    "acknowledgement.due": "Fällig",
    "acknowledgement.changed": "Zuletzt geändert",
    "acknowledgement.agreement": "Vereinbarung",
    "acknowledgement.calendar": "Kalender",
    "acknowledgement.owner": "Zuständig",
    "acknowledgement.came": "Was der Partner gesagt hat",
    "acknowledgement.nothing_came": "Noch ist nichts gekommen.",
    "acknowledgement.read_beside": "Neben unserem Dokument lesen",
    "acknowledgement.waive": "Verzichten …",
    "acknowledgement.waive_title": "Auf diese Bestätigung verzichten?",
    "acknowledgement.waive_effect": (
        "Sie wird nicht mehr erwartet, oder dem Partner nicht mehr vorgehalten. Der Fehler dazu ist erledigt, "
        "und niemand erfährt noch einmal davon."
    ),
    "acknowledgement.waive_button": "Verzichten",
    "acknowledgement.reason": "Warum",
    "acknowledgement.reminder": "Ein Text, um den Partner daran zu erinnern",
    "acknowledgement.reminder.subject": "{kind} fehlt zu unserer {type}-Übertragungsdatei {interchange}",
    "acknowledgement.reminder.document": ", Dokument {type} {number},",
    "acknowledgement.reminder.text": (
        "Guten Tag,\n\nwir haben Ihnen am {sent} die {type}-Übertragungsdatei {interchange}{document} gesendet "
        "und dazu noch keine Bestätigung ({kind}) erhalten.\n\n"
        "Bitte teilen Sie uns mit, ob sie angekommen ist, und senden Sie die Bestätigung.\n"
    ),
    "acknowledgement.title": "{kind} von {partner}",
    "acknowledgement.title_given": "{kind} an {partner}",
    "acknowledgement.somebody": "einem unbekannten Partner",
    "acknowledgement.it_answers.received": "Antwort auf unsere {about}.",
    "acknowledgement.it_answers.given": "Antwort auf {about} des Partners.",
    "acknowledgement.show_answered.received": "Zeigen, was wir gesendet haben",
    "acknowledgement.show_answered.given": "Zeigen, was der Partner gesendet hat",
    "acknowledgement.show_message": "Die Nachricht zeigen, in der sie kam",
    "acknowledgement.next": "Was zu tun ist",
    "acknowledgement.next.received.nothing": "Nichts: der Partner hat es.",
    "acknowledgement.next.received.noted": "Der Partner hat es verarbeitet. Berichtigen Sie das Vermerkte künftig.",
    "acknowledgement.next.received.partly": (
        "Berichtigen Sie das Abgelehnte, und senden Sie nur das noch einmal: das Angenommene wäre sonst doppelt da."
    ),
    "acknowledgement.next.received.rejected": (
        "Der Partner hat es nicht verarbeitet. Berichtigen Sie das Markierte, und senden Sie es noch einmal; ist unklar, "
        "was gemeint ist, schicken Sie dem Partner den Text unten."
    ),
    "acknowledgement.next.received.unknown": "Fragen Sie den Partner, was gemeint ist; der Text unten ist dafür bereit.",
    "acknowledgement.next.given.nothing": "Nichts: der Partner weiß, dass wir es haben.",
    "acknowledgement.next.given.noted": (
        "Es wurde verarbeitet. Sagen Sie dem Partner mit dem Text unten, was künftig anders sein muss."
    ),
    "acknowledgement.next.given.partly": (
        "Der Partner muss das Abgelehnte berichtigen und noch einmal senden. Sagen Sie es ihm mit dem Text unten."
    ),
    "acknowledgement.next.given.rejected": (
        "Es wurde hier nicht verarbeitet. Der Partner muss es berichtigen und noch einmal senden: schicken Sie ihm den Text."
    ),
    "acknowledgement.next.given.unknown": "Sehen Sie nach, was geantwortet wurde, bevor Sie dem Partner etwas sagen.",
    "acknowledgement.stray": "Sie passt zu nichts, das wir kennen.",
    "acknowledgement.stray_link": "Zuordnen oder verwerfen",
    "acknowledgement.match": "Jetzt zuordnen",
    "acknowledgement.match_effect": (
        "Sie wird von selbst wieder versucht. Ordnen Sie sie jetzt zu, wenn das, worauf sie antwortet, inzwischen da ist."
    ),
    "acknowledgement.dismiss": "Verwerfen …",
    "acknowledgement.dismiss_title": "Diese Bestätigung verwerfen?",
    "acknowledgement.dismiss_effect": (
        "Sie wartet dann nicht mehr und wird nicht wieder versucht; der Fehler dazu ist erledigt. "
        "Sie bleibt gespeichert, mit dem Grund."
    ),
    "acknowledgement.dismiss_button": "Verwerfen",
    "acknowledgement.says.received": "Was der Partner sagt",
    "acknowledgement.says.given": "Was wir sagen",
    "acknowledgement.document.received": "Unser Dokument",
    "acknowledgement.document.given": "Das Dokument des Partners",
    "acknowledgement.helps": "Was hilft:",
    "acknowledgement.to_line": "zur Zeile",
    "acknowledgement.complaints": "Punkte",
    "acknowledgement.left_out": "Hier fehlen Zeilen",
    "acknowledgement.shown": "{shown} von {count} Zeilen: die gemeinten, und einige um sie herum.",
    "acknowledgement.no_right": "Die Zeilen des Dokuments werden nicht gezeigt: dazu braucht es das Recht, Inhalte zu sehen.",
    "acknowledgement.purged": "Das Dokument wird nicht mehr aufbewahrt, ist nicht bekannt, oder zu groß, um es hier zu zeigen.",
    "acknowledgement.text": "Text für den Partner",
    "acknowledgement.subject": "Betreff",
    "acknowledgement.copy_subject": "Den Betreff kopieren",
    "acknowledgement.copy_text": "Den Text kopieren",
}
