"""Wohin Lieferungen gehen."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.applications": "Anwendungen",
    "applications.title": "Anwendungen",
    "applications.text": (
        "Alles, wohin Lieferungen gehen: Systeme des Hauses, Kanäle der Partner, und wem Ereignisse mitgeteilt werden."
    ),
    "applications.kind.application": "Anwendungen",
    "applications.kind.channel": "Kanäle der Partner",
    "applications.kind.subscriber": "Abonnenten",
    "applications.kind.gone": "Nicht mehr konfiguriert",
    "applications.one.application": "Anwendung",
    "applications.one.channel": "Kanal eines Partners",
    "applications.one.subscriber": "Abonnent",
    "applications.column.name": "Name",
    "applications.column.state": "Stand",
    "applications.column.waiting": "Wartend",
    "applications.column.oldest": "Älteste",
    "applications.column.sending": "Unterwegs",
    "applications.column.dead": "Aufgegeben",
    "applications.column.limits": "Grenzen",
    "applications.rate": "{rate} je Sekunde",
    "applications.concurrency": "{count} zugleich",
    "applications.no_limit": "nur durch seine Antworten",
    "applications.first.title": "Noch nichts, wohin geliefert wird",
    "applications.first.text": (
        "Schreiben Sie eine [[application]] in routes.toml: ein Odoo oder ein anderes System mit HTTP. Lassen"
        " Sie dann eine Route dorthin liefern."
    ),
    "applications.not_configured": (
        "Es steht nicht mehr in routes.toml. Was darauf wartet, wartet, bis es wieder da ist oder anderswohin geliefert wird."
    ),
    "applications.queue": "Was dort wartet",
    "applications.waiting": "Warten auf die Reihe oder den nächsten Versuch",
    "applications.count.due": "davon jetzt fällig",
    "applications.count.sending": "Unterwegs",
    "applications.count.in_sequence": "Hinter früheren ihres Auftrags",
    "applications.count.after_others": "Nach einem anderen Ziel ihrer Route",
    "applications.count.put_aside": "Partner ist angehalten",
    "applications.count.dead": "Aufgegeben",
    "applications.next": "Nächster Versuch",
    "applications.messages": "Nachrichten dafür",
    "applications.keeps": "Was es aufhält",
    "applications.breaker": "Sicherung",
    "applications.breaker_closed": "Geschlossen: es antwortet",
    "applications.breaker_open": "Offen: es antwortet nicht; seit",
    "applications.probe": "Wieder probiert",
    "applications.held": "Angehalten",
    "applications.held_by": "von {person}: {reason}, seit",
    "applications.no": "nein",
    "applications.maintenance": "Wartung",
    "applications.until": "bis",
    "applications.what": "Was es ist",
    "applications.kinds": "Art",
    "applications.partner": "Partner",
    "applications.place": "Wo",
    "applications.hold": "Anhalten",
    "applications.hold_title": "{name} anhalten?",
    "applications.hold_text": (
        "{count} Lieferung wartet gerade. Sie und alle weiteren bleiben, wo sie sind, bis jemand es freigibt.",
        "{count} Lieferungen warten gerade. Sie und alle weiteren bleiben, wo sie sind, bis jemand es freigibt.",
    ),
    "applications.hold_sending": (
        "{count} Lieferung ist unterwegs und läuft weiter.",
        "{count} Lieferungen sind unterwegs und laufen weiter.",
    ),
    "applications.hold_more": (
        "Inzwischen wird kein Versuch verbraucht. Was Partner schicken, wird weiter empfangen und gelesen."
    ),
    "applications.reason": "Warum",
    "applications.reason_hint": "Für Kollegen und das Protokoll.",
    "applications.remark": "Warum (wenn Sie mögen)",
    "applications.release": "Freigeben",
    "applications.release_title": "{name} freigeben?",
    "applications.release_text": (
        "{count} Lieferung wartet. Sie geht sofort weiter.",
        "{count} Lieferungen warten. Sie gehen sofort weiter, in ihrer Reihenfolge und innerhalb der Grenzen.",
    ),
    "applications.retry": "Jetzt wieder versuchen",
    "applications.retry_title": "Was auf {name} wartet, jetzt versuchen?",
    "applications.retry_text": (
        "{count} Lieferung, die auf ihren nächsten Versuch wartet, wird jetzt versucht.",
        "{count} Lieferungen, die auf ihren nächsten Versuch warten, werden jetzt versucht.",
    ),
    "applications.retry_probe": "Es antwortet nicht: Eine davon probiert es; die anderen folgen, wenn das gelingt.",
    "said.applications.held": "Es ist angehalten.",
    "said.applications.released": "Es ist freigegeben.",
    "said.applications.retried": ("{count} Lieferung wird jetzt versucht.", "{count} Lieferungen werden jetzt versucht."),
}
