"""Abonnenten und was sie bekamen."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "subscribers.given": "Was ihm mitgeteilt wird",
    "subscribers.events": "Ereignisse",
    "subscribers.partners": "Von Partnern",
    "subscribers.fields": "Angaben",
    "subscribers.all": "alle",
    "subscribers.delivered": "An einem Tag geliefert",
    "subscribers.failed": "Gescheitert",
    "subscribers.last": "Zuletzt geliefert",
    "subscribers.never": "nie",
    "subscribers.arrived": "Das Testereignis kam nach {time} an.",
    "subscribers.not_arrived": "Das Testereignis kam nicht an ({time}).",
    "subscribers.test": "Ein Testereignis schicken",
    "subscribers.test_text": (
        "Ein Ereignis der Art gateway.test wird jetzt geschickt. Es bedeutet nichts und steht in keiner Liste."
    ),
    "subscribers.log": "Was es bekam",
    "subscribers.find": "In dem suchen, was es bekam",
    "subscribers.order": "Auftrag",
    "subscribers.state": "Stand",
    "subscribers.any": "jeder",
    "subscribers.show": "Zeigen",
    "subscribers.state.waiting": "wartet",
    "subscribers.state.delivered": "geliefert",
    "subscribers.state.failed": "gescheitert",
    "subscribers.state.dead": "aufgegeben",
    "subscribers.state.sending": "unterwegs",
    "subscribers.state.blocked": "hinter früheren",
    "subscribers.state.voided": "ungültig",
    "subscribers.state.in_doubt": "im Zweifel",
    "subscribers.state.diverted": "anderswohin gesendet",
    "subscribers.caption": "Das Neueste zuerst",
    "subscribers.at": "Zeit",
    "subscribers.event": "Ereignis",
    "subscribers.partner": "Partner",
    "subscribers.answer": "Antwort",
    "subscribers.attempts": "Versuche",
    "subscribers.tries": "Die Versuche einzeln",
    "subscribers.next": "wieder",
    "subscribers.purged": "gelöscht",
    "subscribers.is_test": "Test",
    "subscribers.none.title": "Davon bekam es nichts",
    "subscribers.none.text": (
        "Ereignisse stehen hier, sobald Dokumente sie auslösen: ein Auftrag empfangen, bestätigt, versandt."
    ),
    "subscribers.again": "Was ihm entging, schickt ein Stapel noch einmal:",
}
