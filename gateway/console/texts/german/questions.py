"""Was gefragt wird, bevor etwas mit mehreren Dingen geschieht."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "question.nothing": "Es ist nichts ausgewählt.",
    "question.nothing_remedy": "Gehen Sie zurück und wählen Sie mindestens eines aus: nichts heißt niemals alles.",
    "question.back": "Zurück zur Liste",
    "question.more": ("und {count} weiteres", "und {count} weitere"),
    "question.undone": ("{count} ging nicht. Die übrigen sind erledigt.", "{count} gingen nicht. Die übrigen sind erledigt."),
    "question.may_be_empty": "(darf leer bleiben)",
    "question.reason": "Warum",
    "question.to": "An wen",
    "question.lasting": "Wie lange",
    "question.until": "oder bis (UTC)",
    "question.reference": "Wie das Ziel es nennt",
}
