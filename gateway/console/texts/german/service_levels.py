"""Zugesagtes."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.service_levels": "Zusagen",
    "service_levels.title": "Zusagen",
    "service_levels.range.1d": "1 Tag",
    "service_levels.range.7d": "7 Tage",
    "service_levels.range.30d": "30 Tage",
    "service_levels.range.90d": "90 Tage",
    "service_levels.caption": ("{count} Zusage", "{count} Zusagen"),
    "service_levels.some_missed": ("{count} Zusage erreicht ihr Ziel nicht", "{count} Zusagen erreichen ihr Ziel nicht"),
    "service_levels.all_kept": "Alles Zugesagte wird eingehalten.",
    "service_levels.level": "Zusage",
    "service_levels.measure": "Misst",
    "service_levels.measure.delivery": "Vom Empfang bis zur Zustellung",
    "service_levels.measure.answer": "Unsere Quittung",
    "service_levels.measure.acknowledgement": "Was Partner uns schulden",
    "service_levels.measure.milestone": "Frist von Aufträgen",
    "service_levels.measure.exception": "Fehler bis zu ihrem Ende",
    "service_levels.measure.advice": "Avis vor der Ware",
    "service_levels.within": "Binnen",
    "service_levels.goal": "Ziel",
    "service_levels.kept": "Eingehalten",
    "service_levels.percent": "{share} %",
    "service_levels.undecided": "noch nichts entschieden",
    "service_levels.met": "Eingehalten",
    "service_levels.missed": "Verfehlt",
    "service_levels.running": "Noch in der Zeit",
    "service_levels.by_partner": "Nach Partner und Vereinbarung",
    "service_levels.agreement": "Vereinbarung",
    "service_levels.by_day": "Nach Tagen (UTC)",
    "service_levels.day": "Tag",
    "service_levels.nothing": "In dieser Zeit gab es nichts zu messen.",
    "service_levels.first.title": "Noch ist nichts zugesagt",
    "service_levels.first.text": "Schreiben Sie ein [[service_level]] in routes.toml: was gemessen wird, binnen welcher "
    "Zeit, wie oft es einzuhalten ist. Wem es gehört, der erfährt es, bevor es verfehlt wird.",
}
