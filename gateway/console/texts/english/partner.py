"""The page of a partner."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "partner.tabs": "Sides of the partner",
    "partner.tab.agreed": "Agreed",
    "partner.tab.certificates": "Certificates",
    "partner.tab.numbers": "Control numbers",
    "partner.tab.unmapped": "Not mapped",
    "partner.tab.test": "Test the connection",
    "partner.id": "Id",
    "partner.owner": "Owner",
    "partner.region": "Region",
    "partner.zone": "Time zone",
    "partner.last_received": "Last received",
    "partner.last_sent": "Last sent",
    "partner.day": "Interchanges of a day",
    "partner.week": "Of a week",
    "partner.volume": "{received} in, {sent} out",
    "partner.links": "What there is about this partner",
    "partner.messages": "Messages",
    "partner.failures": ("{count} open failure", "{count} open failures"),
    "partner.acknowledgements": ("Acknowledgements, {count} overdue", "Acknowledgements, {count} overdue"),
    "partner.agreements": "Agreements",
    "partner.agreement": "Agreement",
    "partner.direction": "Way",
    "partner.way.in": "they send",
    "partner.way.out": "we send",
    "partner.document": "Document",
    "partner.format": "Format",
    "partner.owed": "We acknowledge",
    "partner.we_send": "with {what}",
    "partner.expected": "They acknowledge",
    "partner.within": "{what} within {time}",
    "partner.channel": "Channel",
    "partner.no_agreements.title": "Nothing was agreed",
    "partner.no_agreements.text": (
        "Without an agreement its documents are read but go nowhere. Add an [[agreement]] with this partner to routes.toml."
    ),
    "partner.channels": "Channels",
    "partner.type": "Type",
    "partner.place": "Where",
    "partner.use": "For",
    "partner.both": "receiving and sending",
    "partner.sends": "sending",
    "partner.receives": "receiving",
    "partner.state": "State",
    "partner.dead": "Dead letters",
    "partner.channel_works": "Works",
    "partner.channel_down": "Out of reach: one delivery at a time tries it",
    "partner.channel_held": "Held by {person}",
    "partner.no_channels.title": "No way leads to this partner",
    "partner.no_channels.text": ("Add a [[channel]] with this partner to routes.toml: AS2, SFTP, FTPS, HTTP, mail or a folder."),
    "partner.identities": "Identities",
    "partner.no_identities": "None: documents are its own by the channel they come by.",
    "partner.hold": "Hold",
    "partner.hold_title": "Hold {partner}?",
    "partner.hold_text": (
        (
            "{count} delivery of this partner waits now. It, and all that come, stay where they are until "
            "somebody releases the partner."
        ),
        (
            "{count} deliveries of this partner wait now. They, and all that come, stay where they are until "
            "somebody releases the partner."
        ),
    ),
    "partner.hold_more": (
        "What the partner sends is still received, read and acknowledged. What is being sent at this moment "
        "goes on. No attempt is used up."
    ),
    "partner.reason": "Why",
    "partner.reason_hint": "For colleagues and for the audit.",
    "partner.remark": "Why (if you like)",
    "partner.release": "Release",
    "partner.release_title": "Release {partner}?",
    "partner.release_text": (
        "{count} delivery waits. It goes on at once.",
        "{count} deliveries wait. They go on at once, in their order.",
    ),
    "partner.retry": "Try again now",
    "partner.retry_title": "Try what waits of {partner} now?",
    "partner.retry_text": (
        "{count} delivery of this partner is not made yet. If it waits for its next attempt, that is made now.",
        (
            "{count} deliveries of this partner are not made yet. Those that wait for their next attempt are "
            "tried now; those that wait for others before them are not."
        ),
    ),
    "said.partner.held": "The partner is held.",
    "said.partner.released": "The partner is released.",
    "said.partner.seeded": "The counter is set.",
    "said.partner.retried": ("{count} delivery is tried now.", "{count} deliveries are tried now."),
    "partner.unmapped_text": (
        "What documents of this partner brought that means nothing in Odoo: a product, a unit, an address. "
        "Map it in its table, then replay the failure."
    ),
    "partner.unmapped_count": ("{count} thing, the most frequent first", "{count} things, the most frequent first"),
    "partner.why": "What was met",
    "partner.times": "Times",
    "partner.application": "Application",
    "partner.code": "Code",
    "partner.failure": "Failure",
    "partner.all_mapped.title": "Everything is mapped",
    "partner.all_mapped.text": "No open failure of this partner is about something that Odoo does not know.",
    "partner.test_text": (
        "Each channel is tried step by step: name, connection, TLS, login. Nothing of the partner's business "
        "is sent. It may take a minute."
    ),
    "partner.test_message": "Send an AS2 partner a message that says it is a test, and wait for the receipt",
    "partner.test_now": "Test now",
    "partner.test_result": "What was found",
    "partner.passed": "Everything that was tried works.",
    "partner.not_passed": "Something does not work. What comes after a failed step of a channel was not tried.",
    "partner.step.ok": "works",
    "partner.step.warn": "look at it",
    "partner.step.fail": "failed",
    "partner.counters": "Counters",
    "partner.counts": "Counts",
    "partner.counts.interchange": "interchanges",
    "partner.counts.group": "groups",
    "partner.family": "Standard",
    "partner.sender": "From",
    "partner.receiver": "To",
    "partner.of": "Of",
    "partner.of_test": "Test",
    "partner.of_production": "Production",
    "partner.last": "Last number",
    "partner.change": "Change",
    "partner.seed": "Set",
    "partner.no_counters.title": "No numbers were used yet",
    "partner.no_counters.text": (
        "A counter begins at 1 with the first interchange that is sent. If the system before has sent "
        "already, set the last number that it used."
    ),
    "partner.seed_form": "Set a counter",
    "partner.seed_hint": (
        "For a change of systems: say which number was used last; the next one is one more. Partners refuse "
        "numbers that they have seen."
    ),
    "partner.group": "Group (GS01), else interchanges",
    "partner.last_used": "Number that was used last",
    "partner.seed_ask": "Look what comes of it",
    "partner.seed_title": "Set this counter?",
    "partner.seed_number": "The last number has to be a whole number of 15 digits at most.",
    "partner.seed_new": "There is no such counter yet.",
    "partner.seed_before": "The last number was {number}.",
    "partner.seed_next": "The next one will be {number}.",
    "partner.seed_left_out": ("{count} number is left out.", "{count} numbers are left out."),
    "partner.seed_back": "Numbers that were used come again. A partner that has seen them refuses what we send.",
    "partner.seed_sure_back": "The partner knows that, and takes them",
    "partner.seed_now": "Set the counter",
}
