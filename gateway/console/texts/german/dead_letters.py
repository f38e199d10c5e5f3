"""Aufgegebenes, und was damit geschieht."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.dead_letters": "Liegengeblieben",
    "dead_letters.needs": "Was sie brauchen",
    "dead_letters.need.approval": "Zu genehmigen",
    "dead_letters.need.in_doubt": "Im Zweifel",
    "dead_letters.need.refused": "Abgewiesen",
    "dead_letters.need.dead": "Aufgegeben",
    "dead_letters.need.unreadable": "Unlesbar",
    "dead_letters.about.approval": "Sie werden ausgeführt, sobald jemand zustimmt, unter dessen Namen. Wer nein sagt, verwirft.",
    "dead_letters.about.in_doubt": (
        "Sie wurden gesendet, und es kam keine Antwort. Sehen Sie beim Ziel nach: melden Sie dann, dass sie ankamen, "
        "oder liefern Sie neu."
    ),
    "dead_letters.about.refused": "Das Ziel hat nein gesagt und wird es wieder. Beheben Sie die Ursache, dann liefern Sie neu.",
    "dead_letters.about.dead": "Alle Versuche sind verbraucht. Prüfen Sie, dass das Ziel wieder läuft, dann liefern Sie neu.",
    "dead_letters.about.unreadable": (
        "Sie kamen und waren nicht zu lesen. Verbessern Sie die Vereinbarung und wiederholen Sie, "
        "oder bitten Sie den Absender um bessere und verwerfen Sie diese."
    ),
    "dead_letters.caption": ("{count} Liegengebliebenes", "{count} Liegengebliebene, das neueste zuerst"),
    "dead_letters.column.numbers": "Was",
    "dead_letters.column.partner": "Partner",
    "dead_letters.column.target": "Ziel",
    "dead_letters.column.why": "Warum",
    "dead_letters.column.code": "Code",
    "dead_letters.column.attempts": "Versuche",
    "dead_letters.column.owner": "Zuständig",
    "dead_letters.column.since": "Seit",
    "dead_letters.failure": "Störung",
    "dead_letters.no_number": "ohne Nummer",
    "dead_letters.all": "Alle zeigen",
    "dead_letters.select": "Auswählen, dann:",
    "dead_letters.select_all": "Alle auf dieser Seite auswählen",
    "dead_letters.select_one": "{what} auswählen",
    "dead_letters.selected": ("{count} ausgewählt", "{count} ausgewählt"),
    "dead_letters.none_selected": "Wählen Sie zuerst mindestens eines aus.",
    "dead_letters.act.approve": "Genehmigen",
    "dead_letters.act.discard": "Verwerfen",
    "dead_letters.act.found": "Es ist angekommen",
    "dead_letters.act.redelivery": "Neu liefern",
    "dead_letters.act.replay": "Wiederholen",
    "dead_letters.ask.approve": ("Dies genehmigen?", "Diese {count} genehmigen?"),
    "dead_letters.ask.discard": ("Dies verwerfen?", "Diese {count} verwerfen?"),
    "dead_letters.ask.found": ("Ist dies angekommen?", "Sind diese {count} angekommen?"),
    "dead_letters.effect.approve": "Jedes wird jetzt ausgeführt, einmal, unter Ihrem Namen.",
    "dead_letters.effect.discard": "Es wird endgültig aufgegeben, und was danach kommen sollte, auch. Gesendet wird nichts.",
    "dead_letters.effect.found": "Es gilt als geliefert, und was darauf wartet, geht weiter. Sehen Sie zuerst beim Ziel nach.",
    "dead_letters.no_act": "Das geht mit Liegengebliebenem nicht.",
    "said.dead_letters.approve": ("Genehmigt: es wird jetzt ausgeführt.", "{count} genehmigt: sie werden jetzt ausgeführt."),
    "said.dead_letters.discard": ("Verworfen.", "{count} verworfen."),
    "said.dead_letters.found": ("Es gilt als geliefert.", "{count} gelten als geliefert."),
    "dead_letters.none.title": "Hier liegt nichts",
    "dead_letters.none.text": "Was sich nicht liefern oder lesen lässt und auf jemanden wartet, steht hier.",
    "dead_letters.none.other": "Das braucht gerade nichts. Sehen Sie die anderen Arten oben an.",
    "dead_letters.none.filtered": "Nichts ist so. Zeigen Sie alle.",
}
