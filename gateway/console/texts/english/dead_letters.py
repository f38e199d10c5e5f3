"""Dead letters, and what is done about them."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.dead_letters": "Dead letters",
    "dead_letters.needs": "What they need",
    "dead_letters.need.approval": "To approve",
    "dead_letters.need.in_doubt": "In doubt",
    "dead_letters.need.refused": "Refused",
    "dead_letters.need.dead": "Given up",
    "dead_letters.need.unreadable": "Unreadable",
    "dead_letters.about.approval": "They are done once somebody approves them, under that name. To refuse one, discard it.",
    "dead_letters.about.in_doubt": (
        "They were sent, and no answer came. Look whether the target has them: then say that they arrived, or redeliver them."
    ),
    "dead_letters.about.refused": "The target said no, and will say so again. Correct the cause, then redeliver or replay.",
    "dead_letters.about.dead": "All attempts are used up. See that the target works again, then redeliver.",
    "dead_letters.about.unreadable": (
        "They came, and could not be read. Correct the agreement and replay them, "
        "or ask the sender for better ones and discard these."
    ),
    "dead_letters.caption": ("{count} dead letter", "{count} dead letters, the newest first"),
    "dead_letters.column.numbers": "What",
    "dead_letters.column.partner": "Partner",
    "dead_letters.column.target": "Target",
    "dead_letters.column.why": "Why",
    "dead_letters.column.code": "Code",
    "dead_letters.column.attempts": "Attempts",
    "dead_letters.column.owner": "Owner",
    "dead_letters.column.since": "Since",
    "dead_letters.failure": "failure",
    "dead_letters.no_number": "without a number",
    "dead_letters.all": "Show all",
    "dead_letters.select": "Select some, then:",
    "dead_letters.select_all": "Select all on this page",
    "dead_letters.select_one": "Select {what}",
    "dead_letters.selected": ("{count} selected", "{count} selected"),
    "dead_letters.none_selected": "Select at least one first.",
    "dead_letters.act.approve": "Approve",
    "dead_letters.act.discard": "Discard",
    "dead_letters.act.found": "It has arrived",
    "dead_letters.act.redelivery": "Redeliver",
    "dead_letters.act.replay": "Replay",
    "dead_letters.ask.approve": ("Approve this?", "Approve these {count}?"),
    "dead_letters.ask.discard": ("Discard this?", "Discard these {count}?"),
    "dead_letters.ask.found": ("Has this arrived?", "Have these {count} arrived?"),
    "dead_letters.effect.approve": "Each is done now, once, under your name.",
    "dead_letters.effect.discard": "They are given up for good, and so is what was to come after them. Nothing is sent.",
    "dead_letters.effect.found": "They count as delivered, and what waits for them goes on. Look at the target first.",
    "dead_letters.no_act": "This cannot be done to dead letters.",
    "said.dead_letters.approve": ("Approved: it is done now.", "{count} approved: they are done now."),
    "said.dead_letters.discard": ("Discarded.", "{count} discarded."),
    "said.dead_letters.found": ("It counts as delivered.", "{count} count as delivered."),
    "dead_letters.none.title": "Nothing is here",
    "dead_letters.none.text": "What cannot be delivered or read, and waits for a person, is listed here with what it needs.",
    "dead_letters.none.other": "Nothing needs this now. Look at the other kinds above.",
    "dead_letters.none.filtered": "Nothing is like that. Show all of them.",
}
