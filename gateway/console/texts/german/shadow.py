"""Schattenbetrieb neben einem anderen Gateway."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.shadow": "Schatten",
    "partner.tab.shadow": "Schatten",
    "shadow.title": "Schattenbetrieb",
    "shadow.text": (
        "Was noch ein anderes Gateway bedient, entscheidet und schreibt dieses auch, und sendet nichts davon. Verglichen mit "
        "dem, was das andere sandte, zeigt es, wann eine Vereinbarung umgestellt werden kann."
    ),
    "shadow.in_shadow": ("{count} Vereinbarung ist im Schatten.", "{count} Vereinbarungen sind im Schatten."),
    "shadow.caption": ("{count} Vereinbarung", "{count} Vereinbarungen"),
    "shadow.agreement": "Vereinbarung",
    "shadow.document": "Dokument",
    "shadow.standing": "Stand",
    "shadow.standing.own": "Von diesem Gateway bedient",
    "shadow.standing.ready": "Im Schatten, und alles ist gleich",
    "shadow.standing.differs": "Im Schatten, und noch nicht gleich",
    "shadow.standing.not_compared": "Im Schatten, noch nichts verglichen",
    "shadow.state.same": "Gleich",
    "shadow.state.different": "Verschieden",
    "shadow.state.only_ours": "Nur bei uns",
    "shadow.state.only_legacy": "Nur dort",
    "shadow.withheld": "zurückgehalten seit",
    "shadow.since": "Zurückgehalten seit",
    "shadow.until": "Zuletzt zurückgehalten",
    "shadow.compared": "Verglichen",
    "shadow.never": "nie",
    "shadow.counted": "Quittungen zählen bei jeder Vereinbarung des Partners, die welche schuldet.",
    "shadow.first.title": "Nichts ist im Schatten",
    "shadow.first.text": (
        "Ein Partner, den heute ein anderes Gateway bedient, kommt ohne Sprung herüber: Geben Sie beiden dieselben Dateien, und "
        "schreiben Sie in routes.toml:"
    ),
    "shadow.first.compare": (
        "Vergleichen Sie dann, was das andere sandte. Seine Dateien bleiben, wo sie liegen: Die Kommandozeile liest sie dort und "
        "behält hier, was herauskam."
    ),
    "shadow.not.title": "Nichts von diesem Partner ist im Schatten",
    "shadow.not.text": (
        "Bedient ihn noch ein anderes Gateway, so geben Sie beiden dieselben Dateien. Dieses entscheidet und schreibt dann alles "
        "und sendet nichts. Schreiben Sie in routes.toml:"
    ),
    "shadow.nothing.title": "Noch wurde nichts verglichen",
    "shadow.nothing.text": (
        "Die Kommandozeile vergleicht, dort, wo die Dateien liegen, die das andere Gateway sandte; hier hochgeladen werden sie "
        "nicht. Was herauskam, ist aufbewahrt und steht dann hier."
    ),
    "shadow.differs": "Was abweicht",
    "shadow.elements": ("{count} Element weicht ab", "{count} Elemente weichen ab, das häufigste zuerst"),
    "shadow.element": "Element",
    "shadow.documents": "In Dokumenten",
    "shadow.may_not_see": "Was beide davon sagen, ist für die, die den Inhalt von Dokumenten sehen dürfen.",
    "shadow.nothing_differs": "Nichts von dem, was verglichen wurde, weicht ab.",
    "shadow.missing": "Fehlt auf einer Seite",
    "shadow.missing_hint": (
        "Nur bei uns: Das andere Gateway sandte es nicht, oder seine Datei wurde nicht verglichen. Nur dort: Dieses "
        "hätte es nicht gesandt."
    ),
    "shadow.again": "Vergleichen Sie nach einer Änderung neu; der spätere Vergleich tritt an die Stelle des früheren:",
    "shadow.examples": "Dokumente, die nicht gleich sind",
    "shadow.comparison": "Vergleich",
    "shadow.what": "Was abweicht",
    "shadow.file": "Datei des anderen",
    "shadow.no_number": "ohne Nummer",
    "shadow.ours": "unseres",
    "shadow.theirs": "das andere",
    "shadow.has_nothing": "nichts",
    "shadow.more": ("und {count} weiterer Unterschied", "und {count} weitere"),
    "shadow.cut_over": "{agreement} umstellen",
    "shadow.go_back": "{agreement} zurückgeben",
    "shadow.not_ready": "Nicht alles Verglichene ist gleich, oder nichts wurde verglichen. Sehen Sie erst das an.",
    "shadow.step.take": "Nehmen Sie das Dokument ({document}) dem anderen Gateway weg, damit nichts zweimal geschieht.",
    "shadow.step.numbers": "Lassen Sie Kontrollnummern dessen, was wir senden, weiterzählen, wo das andere Gateway aufhörte.",
    "shadow.step.propose": "Schlagen Sie die Konfiguration vor, in der dieses Gateway sie bedient.",
    "shadow.step.write": "Schreiben Sie die Zeilen unten in die Konfiguration, und setzen Sie sie in Kraft.",
    "shadow.withheld_stays": (
        "Was zurückgehalten wurde, bleibt es: Das andere Gateway hat es getan. Wurde davon etwas nicht getan, so verarbeiten Sie "
        "seine Nachricht neu. Der Weg zurück steht danach auf dieser Seite."
    ),
    "shadow.back_text": (
        "Von da an sendet dieses Gateway nichts davon, und das andere muss sie wieder bedienen; seine Kontrollnummern zählen "
        "weiter, wo unsere aufhörten. Was jetzt unterwegs ist, wird hier zu Ende gebracht."
    ),
    "shadow.by_hand": "Oder von Hand",
    "shadow.line": "In {file}, Zeile {line}:",
}
