"""Service levels."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.service_levels": "Service levels",
    "service_levels.title": "Service levels",
    "service_levels.range.1d": "1 day",
    "service_levels.range.7d": "7 days",
    "service_levels.range.30d": "30 days",
    "service_levels.range.90d": "90 days",
    "service_levels.caption": ("{count} service level", "{count} service levels"),
    "service_levels.some_missed": (
        "{count} service level does not reach its goal",
        "{count} service levels do not reach their goals",
    ),
    "service_levels.all_kept": "Everything that was promised is kept.",
    "service_levels.level": "Service level",
    "service_levels.measure": "Measures",
    "service_levels.measure.delivery": "From receipt to delivery",
    "service_levels.measure.answer": "Our acknowledgement",
    "service_levels.measure.acknowledgement": "What partners owe us",
    "service_levels.measure.milestone": "Deadline of orders",
    "service_levels.measure.exception": "Failures until they are over",
    "service_levels.measure.advice": "Advice before the goods",
    "service_levels.within": "Within",
    "service_levels.goal": "Goal",
    "service_levels.kept": "Kept",
    "service_levels.percent": "{share} %",
    "service_levels.undecided": "nothing decided yet",
    "service_levels.met": "Met",
    "service_levels.missed": "Missed",
    "service_levels.running": "In time yet",
    "service_levels.by_partner": "By partner and agreement",
    "service_levels.agreement": "Agreement",
    "service_levels.by_day": "By day (UTC)",
    "service_levels.day": "Day",
    "service_levels.nothing": "There was nothing to measure in this time.",
    "service_levels.first.title": "Nothing is promised yet",
    "service_levels.first.text": "Write a [[service_level]] into routes.toml: what is measured, within which time, "
    "how often it must be met. Its owner is told before it is missed.",
}
