"""Segmente, kanonische Felder, Korrekturen."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "raw.how": "Öffnen Sie eine Zeile: Dann stehen dort die Namen ihrer Elemente und was aus ihnen wurde.",
    "raw.copy": "Diese Zeilen kopieren",
    "raw.elements": "Elemente von {tag}",
    "raw.place": "Stelle",
    "raw.name": "Name",
    "raw.value": "Wert",
    "raw.became": "Wurde zu",
    "raw.first": "Von Anfang an",
    "raw.next": "Weitere Zeilen",
    "raw.no_origins": (
        "Was aus diesen Zeilen wurde, ist nicht bekannt: Keines dieser Dokumente wurde bis zu einer kanonischen Form gelesen."
    ),
    "canonical.origins": "Woher jedes Feld kam",
    "canonical.origins.text": "So, wie die jetzige Konfiguration es liest. Eine Stelle führt zu ihrer Zeile in den Bytes.",
    "canonical.member": "Feld",
    "canonical.places": "Aus",
    "canonical.no_origins": (
        "Woher seine Felder kamen, lässt sich nicht sagen: Es wurde in dieser Form übergeben, seine Bytes sind "
        "gelöscht, oder es wird heute nicht mehr so gelesen."
    ),
    "correct.title": "Korrigieren: {what}",
    "correct.what": (
        "Das Original bleibt, wie es ist. Der korrigierte Text wird als Kopie mit eigener Id verarbeitet; beide "
        "verweisen aufeinander."
    ),
    "correct.masked": "{mask} steht für verborgene Werte. Lassen Sie jedes stehen: Was es verbirgt, wird wieder eingesetzt.",
    "correct.text": "Text der Nachricht",
    "correct.reason": "Grund",
    "correct.acknowledge": "Dem Absender die Kopie bestätigen",
    "correct.changes": "Was Sie geändert haben",
    "correct.added": "neu:",
    "correct.gone": "alt:",
    "correct.would": ("{count} Nachricht würde verarbeitet.", "{count} Nachrichten würden verarbeitet."),
    "correct.look": "Änderungen zeigen",
    "correct.plan": "Planen",
    "correct.too_large": "Sie ist zu groß, um im Browser korrigiert zu werden.",
    "correct.too_large.remedy": "Korrigieren Sie sie dort, wo das Gateway läuft: gateway correct ID --edit",
}
