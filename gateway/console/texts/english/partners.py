"""The list of partners."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.partners": "Partners",
    "partners.title": "Partners",
    "partners.find": "Find a partner",
    "partners.search": "Find",
    "partners.views": "Which partners",
    "partners.view.all": "All",
    "partners.view.needing": "Those that need somebody",
    "partners.caption": ("{count} partner, who needs somebody first", "{count} partners, those that need somebody first"),
    "partners.column.partner": "Partner",
    "partners.column.health": "How it stands",
    "partners.column.last_received": "Last received",
    "partners.column.last_sent": "Last sent",
    "partners.column.volume": "In / out, 24 h",
    "partners.column.waiting": "Waiting",
    "partners.column.certificate": "Certificate until",
    "partners.test": "test",
    "partners.never": "not in 90 days",
    "partners.health.ok": "Works",
    "partners.health.attention": "Somebody should look",
    "partners.health.failing": "Nothing gets through",
    "partners.health.held": "Held",
    "partners.held_by": "by {person}: {reason}",
    "partners.reason.unavailable": "a channel is out of reach",
    "partners.reason.failures": ("{count} open failure", "{count} open failures"),
    "partners.reason.overdue": ("{count} acknowledgement overdue", "{count} acknowledgements overdue"),
    "partners.reason.rejected": ("{count} rejection", "{count} rejections"),
    "partners.reason.certificates": "a certificate ends",
    "partners.none.title": "No partner is like that",
    "partners.none.text": "Try a part of the name or of the id, or look at all of them.",
    "partners.first.title": "No partners yet",
    "partners.first.text": (
        "Partners are written into routes.toml: who they are, how they are reached, what was agreed. See "
        "docs/how-to/add-a-partner.md."
    ),
    "partners.first.step": "Then check the file:",
}
