"""Every command there is. The table holds the words that the help needs, so that nothing else is imported for it.

A command's file holds a function of the command's name, which returns the exit status, and `EXAMPLES`: its help begins with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: the section it stands under in the help, one line about it, where its function is, commands below it.

    `usual` is the one of those below that is meant when none is named.
    """

    section: str
    summary: str
    module: str = ""
    function: str = ""
    below: Mapping[str, "Entry"] = field(default_factory=dict)
    usual: str = ""


_START, _FILES, _RUNNING = "Begin", "Read files (no server, database or configuration needed)", "Run and ask the gateway"

COMMANDS: Mapping[str, Entry] = {
    "demo": Entry(_START, "Show the whole way of an order in one process, with sample partners.", "demo", "demo"),
    "init": Entry(_START, "Write a commented routes.toml and what belongs beside it.", "init", "init"),
    "check": Entry(_START, "Check routes.toml: file, line, what is wrong, what to do.", "check", "check"),
    "test": Entry(_START, "Run the tests beside routes.toml; record one of a message.", "test", "test"),
    "doctor": Entry(_START, "Check what the gateway depends on, with a remedy for each fault.", "doctor", "doctor"),
    "version": Entry(_START, "Show the version, Python and the schema of the database.", "version", "version"),
    "detect": Entry(_FILES, "Say what files hold: format, partners, numbers, documents.", "detect", "detect"),
    "parse": Entry(_FILES, "Show segments with their names, one a line.", "parse", "parse"),
    "validate": Entry(_FILES, "Say what is wrong in files, where, and what to do.", "validate", "validate"),
    "explain": Entry(_FILES, "Show what each element became, with findings, as text or as a page.", "explain", "explain"),
    "translate": Entry(_FILES, "Write the canonical form of documents as JSON lines.", "translate", "translate"),
    "ack": Entry(_FILES, "Write the acknowledgement the sender would get.", "ack", "ack"),
    "run": Entry(_RUNNING, "Run the gateway.", "run", "run"),
    "send": Entry(_RUNNING, "Hand a file to the gateway as a partner would.", "send", "send"),
    "shadow": Entry(
        _RUNNING,
        "Beside another gateway: compare what both would send, until nothing differs.",
        below={
            "compare": Entry("Commands", "Compare files that the other gateway sent.", "shadow", "compare"),
            "status": Entry("Commands", "Show what differs, by element, and what is ready.", "shadow", "status"),
        },
    ),
    "simulate": Entry(
        _RUNNING,
        "Be a trading partner on this machine, one that misbehaves on demand, or Odoo.",
        below={
            "partner": Entry("Commands", "Send and answer as agreed, or otherwise.", "simulate", "partner"),
            "keys": Entry("Commands", "Make a certificate and a host key for one.", "simulate", "keys"),
            "odoo": Entry("Commands", "Be the Odoo of routes.toml, with people who deliver.", "simulate.odoo", "odoo"),
        },
    ),
    "publish": Entry(_RUNNING, "Hand canonical documents for a partner to the gateway.", "publish", "publish"),
    "messages": Entry(_RUNNING, "List messages by partner, type, state, number or time.", "messages", "messages"),
    "message": Entry(
        _RUNNING,
        "Show one message; ignore it, or reject it and tell its sender.",
        below={
            "show": Entry("Commands", "Show what came, what it held, what became of it.", "message", "message"),
            "ignore": Entry("Commands", "Do nothing more with it, with a reason.", "give_up", "ignore"),
            "reject": Entry("Commands", "The same, and its sender gets a negative answer.", "give_up", "reject"),
        },
        usual="show",
    ),
    "trace": Entry(_RUNNING, "Tell the whole story of an order or a control number.", "trace", "trace"),
    "order": Entry(_RUNNING, "Show what has become of an order: steps, quantities, who said what.", "order", "order"),
    "orders": Entry(_RUNNING, "List orders by state or partner, and those that are late.", "orders", "orders"),
    "holds": Entry(
        _RUNNING,
        "List orders that are held before a warehouse, and decide: release, approve, refuse.",
        below={
            "list": Entry("Commands", "List what holds them, by kind, owner, customer or order.", "holds", "list"),
            "release": Entry("Commands", "Let an order go whatever holds it, with a reason.", "holds", "release"),
            "approve": Entry("Commands", "Let an order pass one hold, with a reason.", "holds", "approve"),
            "refuse": Entry("Commands", "End an order: it goes to no warehouse, with a reason.", "holds", "refuse"),
        },
        usual="list",
    ),
    "acks": Entry(
        _RUNNING,
        "List what partners owe us for what we sent; waive, dismiss, match.",
        below={
            "list": Entry("Commands", "List it by state, partner, kind or number.", "acks", "list"),
            "waive": Entry("Commands", "No longer wait for one, with a reason.", "acks", "waive"),
            "dismiss": Entry("Commands", "Give up one that answers nothing of ours, with a reason.", "acks", "dismiss"),
            "match": Entry("Commands", "Match now what waits to be matched.", "acks", "match"),
        },
        usual="list",
    ),
    "failures": Entry(
        _RUNNING,
        "List what went wrong, and take it on: acknowledge, assign, mute, resolve.",
        below={
            "list": Entry("Commands", "List groups of failures by owner, stage, partner or code.", "failures", "list"),
            "show": Entry("Commands", "Show one: what to do, its cases, its history, who was told.", "failures", "show"),
            "acknowledge": Entry("Commands", "Take it on: nobody further is told.", "failures", "acknowledge"),
            "assign": Entry("Commands", "Give it to another owner.", "failures", "assign"),
            "mute": Entry("Commands", "Silence it until a time, with a reason.", "failures", "mute"),
            "resolve": Entry("Commands", "End it with its cases, with a reason.", "failures", "resolve"),
            "note": Entry("Commands", "Add a note.", "failures", "note"),
        },
        usual="list",
    ),
    "replay": Entry(_RUNNING, "Process messages again from their stored bytes: a plan first.", "replay", "replay"),
    "redeliver": Entry(_RUNNING, "Send the same bytes to their target again: a plan first.", "replay", "redeliver"),
    "correct": Entry(_RUNNING, "Process a corrected copy of a message.", "correct", "correct"),
    "events": Entry(
        _RUNNING,
        "Publish again what one listener is to have again.",
        below={"replay": Entry("Commands", "To its queue alone, as it was: a plan first.", "events", "replay")},
    ),
    "dlq": Entry(
        _RUNNING,
        "List dead letters by their cause; show, replay, discard.",
        below={
            "list": Entry("Commands", "List them by partner, target, state or cause.", "dlq", "list"),
            "show": Entry("Commands", "Show one with its history.", "dlq", "show"),
            "replay": Entry("Commands", "Send or process them again: a plan first.", "dlq", "replay"),
            "discard": Entry("Commands", "Give some up, with a reason.", "dlq", "discard"),
            "found": Entry("Commands", "Say that one in doubt has arrived.", "dlq", "found"),
            "approve": Entry("Commands", "Let be done what waits for a person's approval.", "dlq", "approve"),
        },
        usual="list",
    ),
    "batches": Entry(
        _RUNNING,
        "List bulk replays and redeliveries; show, confirm, cancel.",
        below={
            "list": Entry("Commands", "List them by state.", "batches", "list"),
            "show": Entry("Commands", "Show one with what became of its items.", "batches", "show"),
            "confirm": Entry("Commands", "Let one run that was planned.", "batches", "confirm"),
            "cancel": Entry("Commands", "Do nothing more of one.", "batches", "cancel"),
        },
        usual="list",
    ),
    "subscribers": Entry(
        _RUNNING,
        "List who milestones are posted to, what each was given; test, resend.",
        below={
            "list": Entry("Commands", "List them, with what waits and what failed.", "subscribers", "list"),
            "log": Entry("Commands", "Show what one was given, attempt by attempt.", "subscribers", "log"),
            "test": Entry("Commands", "Post an event that means nothing, now.", "subscribers", "probe"),
            "resend": Entry("Commands", "Post some of it again: a plan first.", "subscribers", "resend"),
        },
        usual="list",
    ),
    "partners": Entry(
        _RUNNING,
        "Add a partner; test the way to it, step by step; hold what is delivered of it.",
        below={
            "add": Entry("Commands", "Write the file of a new partner, from its sample documents.", "partners_add", "add"),
            "guide": Entry("Commands", "Write the guide that a partner is sent, as one page.", "partners_guide", "guide"),
            "checklist": Entry("Commands", "Show what is proved of a partner; waive, note.", "partners_checklist", "checklist"),
            "test": Entry("Commands", "Name, connection, TLS, login, and a message with its receipt.", "partners", "probe"),
            "hold": Entry("Commands", "Deliver nothing more of a partner, with a reason.", "targets", "hold_partner"),
            "release": Entry("Commands", "Let its deliveries go on.", "targets", "release_partner"),
        },
    ),
    "targets": Entry(
        _RUNNING,
        "List what deliveries go to and what keeps them; hold, release, retry.",
        below={
            "list": Entry("Commands", "List what waits at each, and why.", "targets", "list"),
            "show": Entry("Commands", "Show one, with its limits.", "targets", "show"),
            "hold": Entry("Commands", "Deliver nothing more to one, with a reason.", "targets", "hold"),
            "release": Entry("Commands", "Let its deliveries go on.", "targets", "release"),
            "retry-now": Entry("Commands", "Try now what waits for its next attempt.", "targets", "retry_now"),
        },
        usual="list",
    ),
    "odoo": Entry(
        _RUNNING,
        "What of documents and tables means nothing in Odoo.",
        below={"unmapped": Entry("Commands", "List what is not mapped.", "odoo", "unmapped")},
    ),
    "contract": Entry(
        _RUNNING,
        "What other services may rely on: schemas and exchanges, as files.",
        below={
            "export": Entry("Commands", "Write JSON Schemas and the AsyncAPI document.", "contract", "export"),
        },
    ),
    "docs": Entry(
        _START,
        "Pages about your configuration.",
        below={"flows": Entry("Commands", "Write the catalogue of flows: owners, latency, retries.", "docs", "flows")},
    ),
    "route": Entry(
        _RUNNING,
        "What would become of a document, and why.",
        below={"explain": Entry("Commands", "Show routes tried, rules, deliveries, answers.", "route", "explain")},
    ),
    "config": Entry(
        _RUNNING,
        "Compare configurations and what they would decide; activate, approve, go back.",
        below={
            "list": Entry("Commands", "List what was, is and is to be in force.", "configurations", "list"),
            "show": Entry("Commands", "Show one with its files, by default the one in force.", "configurations", "show"),
            "diff": Entry("Commands", "Show what differs by meaning, and whom it touches.", "config", "diff"),
            "replay": Entry("Commands", "Decide again about real messages under another one.", "config", "replay"),
            "activate": Entry("Commands", "Let one be in force, after checks and tests.", "configurations", "activate"),
            "approve": Entry("Commands", "Approve what somebody else has proposed.", "configurations", "approve"),
            "reject": Entry("Commands", "Say no, or call off what is to begin later.", "configurations", "reject"),
            "roll-back": Entry("Commands", "Go back to what was in force before.", "configurations", "roll_back"),
        },
        usual="list",
    ),
    "rights": Entry(
        _RUNNING,
        "Print the least rights: of a service at RabbitMQ, of each role at PostgreSQL.",
        below={
            "service": Entry("Commands", "What a service may read and publish.", "rights", "service"),
            "database": Entry("Commands", "SQL for owner, gateway and support.", "rights", "database"),
        },
    ),
    "as2": Entry(
        _RUNNING,
        "Find out why a signature, receipt or decryption failed.",
        below={"doctor": Entry("Commands", "Examine an AS2 message or its receipt.", "as2", "doctor")},
    ),
    "db": Entry(
        _RUNNING,
        "Migrate the database, show its state, restore control numbers.",
        below={
            "migrate": Entry("Commands", "Bring the schema up to this version.", "db", "migrate"),
            "status": Entry("Commands", "Show schema version, sizes and connections.", "db", "status"),
            "restored": Entry("Commands", "After a restore: move control numbers on.", "db", "restored"),
            "backup-check": Entry("Commands", "Say whether a backup can be used, and what to do then.", "backup", "check"),
        },
    ),
    "retention": Entry(
        _RUNNING,
        "How long things are kept, what would go, what is held.",
        below={
            "status": Entry("Commands", "Show how long each class is kept.", "retention", "status"),
            "plan": Entry("Commands", "Say what would go now, and what stays, and why.", "retention", "plan"),
            "hold": Entry("Commands", "Keep something, however old it gets.", "retention", "hold"),
            "holds": Entry("Commands", "List what is held.", "retention", "holds"),
            "release": Entry("Commands", "End a hold.", "retention", "release"),
        },
        usual="status",
    ),
    "reconcile": Entry(_RUNNING, "Compare what systems hold, and list what differs.", "reconcile", "reconcile"),
    "levels": Entry(_RUNNING, "Show what was promised (service levels) and how far it was kept.", "levels", "levels"),
    "schedules": Entry(
        _RUNNING,
        "What is done at times of the clock, with its history.",
        below={
            "list": Entry("Commands", "List schedules with their next and last times.", "schedules", "list"),
            "history": Entry("Commands", "Show the last runs.", "schedules", "history"),
            "run": Entry("Commands", "Have a schedule run now.", "schedules", "run"),
        },
        usual="list",
    ),
    "users": Entry(
        _RUNNING,
        "Who may come in: list, add, invite, change, close.",
        below={
            "list": Entry("Commands", "List accounts with what they may do.", "users", "list"),
            "add": Entry("Commands", "Add a person or a program.", "users", "add"),
            "invite": Entry("Commands", "Let somebody choose a new password.", "users", "invite"),
            "change": Entry("Commands", "Change what an account may do.", "users", "change"),
            "close": Entry("Commands", "End an account with its sessions and tokens.", "users", "close"),
            "sessions": Entry("Commands", "List who is signed in.", "users", "sessions"),
            "sign-out": Entry("Commands", "End all sessions of somebody.", "users", "sign_out"),
        },
        usual="list",
    ),
    "tokens": Entry(
        _RUNNING,
        "Tokens of programs: list, add, rotate, revoke.",
        below={
            "list": Entry("Commands", "List tokens, with when they were used last.", "tokens", "list"),
            "add": Entry("Commands", "Make a token; it is written once.", "tokens", "add"),
            "rotate": Entry("Commands", "Make a new one in the place of another.", "tokens", "rotate"),
            "revoke": Entry("Commands", "End a token at once.", "tokens", "revoke"),
        },
        usual="list",
    ),
    "audit": Entry(
        _RUNNING,
        "Who did what; and whether what is written about it was changed.",
        below={
            "list": Entry("Commands", "List who did what, the newest first.", "audit", "list"),
            "verify": Entry("Commands", "Check each line against its seal.", "audit", "verify"),
        },
        usual="list",
    ),
    "numbers": Entry(
        _RUNNING,
        "List, seed and void the control numbers of what we send.",
        below={
            "list": Entry("Commands", "List the counters.", "numbers", "list"),
            "seed": Entry("Commands", "Begin a counter where the system before left off.", "numbers", "seed"),
            "void": Entry("Commands", "Give up an interchange that was never sent.", "numbers", "void"),
        },
    ),
}
