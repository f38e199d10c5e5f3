"""Die Liste der Partner."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.partners": "Partner",
    "partners.title": "Partner",
    "partners.find": "Partner finden",
    "partners.search": "Finden",
    "partners.views": "Welche Partner",
    "partners.view.all": "Alle",
    "partners.view.needing": "Die jemanden brauchen",
    "partners.caption": ("{count} Partner; wer jemanden braucht, zuerst", "{count} Partner; wer jemanden braucht, zuerst"),
    "partners.column.partner": "Partner",
    "partners.column.health": "Wie es steht",
    "partners.column.last_received": "Zuletzt empfangen",
    "partners.column.last_sent": "Zuletzt gesendet",
    "partners.column.volume": "Ein / aus, 24 Std.",
    "partners.column.waiting": "Wartend",
    "partners.column.certificate": "Zertifikat bis",
    "partners.test": "Test",
    "partners.never": "nicht in 90 Tagen",
    "partners.health.ok": "Läuft",
    "partners.health.attention": "Jemand sollte nachsehen",
    "partners.health.failing": "Nichts kommt durch",
    "partners.health.held": "Angehalten",
    "partners.held_by": "von {person}: {reason}",
    "partners.reason.unavailable": "ein Kanal ist nicht erreichbar",
    "partners.reason.failures": ("{count} offener Fehler", "{count} offene Fehler"),
    "partners.reason.overdue": ("{count} Bestätigung überfällig", "{count} Bestätigungen überfällig"),
    "partners.reason.rejected": ("{count} Ablehnung", "{count} Ablehnungen"),
    "partners.reason.certificates": "ein Zertifikat endet",
    "partners.none.title": "Kein Partner ist so",
    "partners.none.text": "Versuchen Sie es mit einem Teil des Namens oder der Id, oder sehen Sie alle an.",
    "partners.first.title": "Noch keine Partner",
    "partners.first.text": (
        "Partner stehen in routes.toml: wer sie sind, wie man sie erreicht, was vereinbart ist. Siehe "
        "docs/how-to/add-a-partner.md."
    ),
    "partners.first.step": "Danach die Datei prüfen:",
}
