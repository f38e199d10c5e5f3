"""Zeitpläne und ihre Läufe."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.schedules": "Zeitpläne",
    "schedules.title": "Zeitpläne",
    "schedules.caption": ("{count} Zeitplan", "{count} Zeitpläne"),
    "schedules.name": "Zeitplan",
    "schedules.does": "Tut",
    "schedules.times": "Zeiten",
    "schedules.next": "Nächstes Mal",
    "schedules.last": "Letztes Mal",
    "schedules.ended": "Wie es ging",
    "schedules.owner": "Zuständig",
    "schedules.action": "Tun",
    "schedules.never": "nie",
    "schedules.job.reconcile": "Abgleich",
    "schedules.state.asked": "angefordert",
    "schedules.state.running": "läuft",
    "schedules.state.done": "fertig",
    "schedules.state.failed": "gescheitert",
    "schedules.state.skipped": "ausgelassen",
    "schedules.run": "Jetzt ausführen",
    "schedules.run_title": "{schedule} jetzt ausführen?",
    "schedules.run_text": ("{job}: Ein laufendes Gateway beginnt in Sekunden damit. Die üblichen Zeiten bleiben, wie sie sind."),
    "schedules.runs": "Läufe",
    "schedules.runs_of": "Läufe von {schedule}",
    "schedules.all_runs": "Die Läufe von allen",
    "schedules.newest": "Der neueste zuerst",
    "schedules.due": "Fällig",
    "schedules.result": "Was daraus wurde",
    "schedules.started": "Begonnen",
    "schedules.finished": "Beendet",
    "schedules.by": "Durch",
    "schedules.clock": "die Uhr",
    "schedules.skipped": ("{count} Mal davor wurde ausgelassen", "{count} Male davor wurden ausgelassen"),
    "schedules.attempt": "Versuch {number}",
    "schedules.no_runs.title": "Noch keine Läufe",
    "schedules.no_runs.text": (
        "Der erste beginnt zu seiner Zeit auf einem laufenden Gateway, oder wenn ihn jemand jetzt ausführt."
    ),
    "schedules.first.title": "Nichts ist geplant",
    "schedules.first.text": (
        "Schreiben Sie einen [[schedule]] in routes.toml, etwa um jede Nacht mit dem zu vergleichen, was Odoo"
        " hat. Siehe docs/how-to/reconciliation.md."
    ),
    "said.schedules.asked": "Es ist angefordert; ein laufendes Gateway beginnt in Sekunden damit.",
}
