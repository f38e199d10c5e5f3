"""Die Seite eines Partners."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "partner.tabs": "Seiten des Partners",
    "partner.tab.agreed": "Vereinbart",
    "partner.tab.certificates": "Zertifikate",
    "partner.tab.numbers": "Kontrollnummern",
    "partner.tab.unmapped": "Nicht zugeordnet",
    "partner.tab.test": "Verbindung testen",
    "partner.id": "Id",
    "partner.owner": "Zuständig",
    "partner.region": "Region",
    "partner.zone": "Zeitzone",
    "partner.last_received": "Zuletzt empfangen",
    "partner.last_sent": "Zuletzt gesendet",
    "partner.day": "Übertragungsdateien eines Tages",
    "partner.week": "Einer Woche",
    "partner.volume": "{received} ein, {sent} aus",
    "partner.links": "Was es über diesen Partner gibt",
    "partner.messages": "Nachrichten",
    "partner.failures": ("{count} offener Fehler", "{count} offene Fehler"),
    "partner.acknowledgements": ("Bestätigungen, {count} überfällig", "Bestätigungen, {count} überfällig"),
    "partner.agreements": "Vereinbarungen",
    "partner.agreement": "Vereinbarung",
    "partner.direction": "Richtung",
    "partner.way.in": "sie senden",
    "partner.way.out": "wir senden",
    "partner.document": "Dokument",
    "partner.format": "Format",
    "partner.owed": "Wir bestätigen",
    "partner.we_send": "mit {what}",
    "partner.expected": "Sie bestätigen",
    "partner.within": "{what} in {time}",
    "partner.channel": "Kanal",
    "partner.no_agreements.title": "Nichts ist vereinbart",
    "partner.no_agreements.text": (
        "Ohne Vereinbarung werden seine Dokumente gelesen, gehen aber nirgendwohin. Ergänzen Sie in "
        "routes.toml ein [[agreement]] mit diesem Partner."
    ),
    "partner.channels": "Kanäle",
    "partner.type": "Art",
    "partner.place": "Wo",
    "partner.use": "Wofür",
    "partner.both": "Empfang und Versand",
    "partner.sends": "Versand",
    "partner.receives": "Empfang",
    "partner.state": "Stand",
    "partner.dead": "Aufgegeben",
    "partner.channel_works": "Läuft",
    "partner.channel_down": "Nicht erreichbar: jeweils eine Lieferung probiert es",
    "partner.channel_held": "Angehalten von {person}",
    "partner.no_channels.title": "Kein Weg führt zu diesem Partner",
    "partner.no_channels.text": (
        "Ergänzen Sie in routes.toml einen [[channel]] mit diesem Partner: AS2, SFTP, FTPS, HTTP, Mail oder ein Ordner."
    ),
    "partner.identities": "Kennungen",
    "partner.no_identities": "Keine: Dokumente sind seine durch den Kanal, auf dem sie kommen.",
    "partner.hold": "Anhalten",
    "partner.hold_title": "{partner} anhalten?",
    "partner.hold_text": (
        (
            "{count} Lieferung dieses Partners wartet gerade. Sie und alle weiteren bleiben, wo sie sind, bis "
            "jemand den Partner freigibt."
        ),
        (
            "{count} Lieferungen dieses Partners warten gerade. Sie und alle weiteren bleiben, wo sie sind, bis "
            "jemand den Partner freigibt."
        ),
    ),
    "partner.hold_more": (
        "Was der Partner schickt, wird weiter empfangen, gelesen und bestätigt. Was gerade gesendet wird, "
        "läuft weiter. Kein Versuch wird verbraucht."
    ),
    "partner.reason": "Warum",
    "partner.reason_hint": "Für Kollegen und das Protokoll.",
    "partner.remark": "Warum (wenn Sie mögen)",
    "partner.release": "Freigeben",
    "partner.release_title": "{partner} freigeben?",
    "partner.release_text": (
        "{count} Lieferung wartet. Sie geht sofort weiter.",
        "{count} Lieferungen warten. Sie gehen sofort weiter, in ihrer Reihenfolge.",
    ),
    "partner.retry": "Jetzt wieder versuchen",
    "partner.retry_title": "Was von {partner} wartet, jetzt versuchen?",
    "partner.retry_text": (
        "{count} Lieferung dieses Partners ist noch offen. Wartet sie auf ihren nächsten Versuch, folgt er jetzt.",
        (
            "{count} Lieferungen dieses Partners sind noch offen. Wer auf den nächsten Versuch wartet, wird jetzt"
            " versucht; wer auf andere davor wartet, nicht."
        ),
    ),
    "said.partner.held": "Der Partner ist angehalten.",
    "said.partner.released": "Der Partner ist freigegeben.",
    "said.partner.seeded": "Der Zähler ist gesetzt.",
    "said.partner.retried": ("{count} Lieferung wird jetzt versucht.", "{count} Lieferungen werden jetzt versucht."),
    "partner.unmapped_text": (
        "Was Dokumente dieses Partners brachten, das Odoo nicht kennt: ein Produkt, eine Einheit, eine "
        "Adresse. Ordnen Sie es in seiner Tabelle zu und wiederholen Sie dann den Fehler."
    ),
    "partner.unmapped_count": ("{count} Sache, die häufigste zuerst", "{count} Sachen, die häufigste zuerst"),
    "partner.why": "Was vorkam",
    "partner.times": "Wie oft",
    "partner.application": "Anwendung",
    "partner.code": "Code",
    "partner.failure": "Fehler",
    "partner.all_mapped.title": "Alles ist zugeordnet",
    "partner.all_mapped.text": "Kein offener Fehler dieses Partners handelt von etwas, das Odoo nicht kennt.",
    "partner.test_text": (
        "Jeder Kanal wird Schritt für Schritt probiert: Name, Verbindung, TLS, Anmeldung. Vom Geschäft mit "
        "dem Partner wird nichts gesendet. Es kann eine Minute dauern."
    ),
    "partner.test_message": "Einem AS2-Partner eine Nachricht schicken, die sich Test nennt, und die Quittung abwarten",
    "partner.test_now": "Jetzt testen",
    "partner.test_result": "Was sich zeigte",
    "partner.passed": "Alles, was probiert wurde, läuft.",
    "partner.not_passed": ("Etwas läuft nicht. Was nach einem gescheiterten Schritt eines Kanals kommt, wurde nicht probiert."),
    "partner.step.ok": "läuft",
    "partner.step.warn": "ansehen",
    "partner.step.fail": "gescheitert",
    "partner.counters": "Zähler",
    "partner.counts": "Zählt",
    "partner.counts.interchange": "Übertragungsdateien",
    "partner.counts.group": "Gruppen",
    "partner.family": "Standard",
    "partner.sender": "Von",
    "partner.receiver": "An",
    "partner.of": "Von welchen",
    "partner.of_test": "Test",
    "partner.of_production": "Echtbetrieb",
    "partner.last": "Letzte Nummer",
    "partner.change": "Ändern",
    "partner.seed": "Setzen",
    "partner.no_counters.title": "Noch keine Nummern verwendet",
    "partner.no_counters.text": (
        "Ein Zähler beginnt mit der ersten gesendeten Übertragungsdatei bei 1. Hat das System davor schon "
        "gesendet, setzen Sie die letzte Nummer, die es verwendet hat."
    ),
    "partner.seed_form": "Einen Zähler setzen",
    "partner.seed_hint": (
        "Für einen Systemwechsel: Nennen Sie die zuletzt verwendete Nummer; die nächste ist um eins höher. "
        "Partner weisen Nummern ab, die sie schon kennen."
    ),
    "partner.group": "Gruppe (GS01), sonst Übertragungsdateien",
    "partner.last_used": "Zuletzt verwendete Nummer",
    "partner.seed_ask": "Ansehen, was daraus wird",
    "partner.seed_title": "Diesen Zähler setzen?",
    "partner.seed_number": "Die letzte Nummer muss eine ganze Zahl mit höchstens 15 Stellen sein.",
    "partner.seed_new": "Diesen Zähler gibt es noch nicht.",
    "partner.seed_before": "Die letzte Nummer war {number}.",
    "partner.seed_next": "Die nächste wird {number} sein.",
    "partner.seed_left_out": ("{count} Nummer wird ausgelassen.", "{count} Nummern werden ausgelassen."),
    "partner.seed_back": "Verwendete Nummern kommen wieder. Ein Partner, der sie kennt, weist ab, was wir senden.",
    "partner.seed_sure_back": "Der Partner weiß das und nimmt sie an",
    "partner.seed_now": "Zähler setzen",
}
