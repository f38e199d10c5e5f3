"""Die Übersicht."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "overview.title": "Übersicht",
    "overview.tiles": "Was jemanden braucht",
    "overview.calm": "Gerade braucht Sie nichts.",
    "overview.way": "Unterwegs",
    "overview.volumes": "Die letzten 24 Stunden",
    "overview.hour": "Stunde",
    "overview.received": "Empfangen",
    "overview.sent": "Gesendet",
    "overview.failures": "offene Fehler",
    "overview.unattended": "um {count} kümmert sich niemand",
    "overview.overdue": "Bestätigungen überfällig",
    "overview.rejected": "von Partnern abgelehnt",
    "overview.dead_letters": "aufgegeben",
    "overview.breakers": "Systeme nicht erreichbar",
    "overview.held": "von Hand angehalten",
    "overview.orders_late": "Aufträge verspätet",
    "overview.orders_held": "Aufträge angehalten",
    "overview.unmatched": "Bestätigungen, die zu nichts passen",
    "overview.to_read": "zu lesen",
    "overview.to_deliver": "zu liefern",
    "overview.to_publish": "zu veröffentlichen",
    "overview.since": "das Älteste seit",
    "overview.certificates": "Zertifikate, die bald enden",
    "overview.ends": "Endet",
    "overview.certificate": "Zertifikat",
}
