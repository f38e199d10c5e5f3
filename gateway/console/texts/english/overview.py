"""The overview."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "overview.title": "Overview",
    "overview.tiles": "What needs somebody",
    "overview.calm": "Nothing needs you now.",
    "overview.way": "On its way",
    "overview.volumes": "The last 24 hours",
    "overview.hour": "Hour",
    "overview.received": "Received",
    "overview.sent": "Sent",
    "overview.failures": "open failures",
    "overview.unattended": "{count} with nobody on it",
    "overview.overdue": "acknowledgements overdue",
    "overview.rejected": "rejected by partners",
    "overview.dead_letters": "dead letters",
    "overview.breakers": "systems out of reach",
    "overview.held": "held by hand",
    "overview.orders_late": "orders late",
    "overview.orders_held": "orders held",
    "overview.unmatched": "acknowledgements that match nothing",
    "overview.to_read": "to be read",
    "overview.to_deliver": "to be delivered",
    "overview.to_publish": "to be published",
    "overview.since": "the oldest since",
    "overview.certificates": "Certificates that end soon",
    "overview.ends": "Ends",
    "overview.certificate": "Certificate",
}
