"""What is asked before something is done to several things."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "question.nothing": "Nothing was selected.",
    "question.nothing_remedy": "Go back and select at least one: nothing selected never means everything.",
    "question.back": "Back to the list",
    "question.more": ("and {count} more", "and {count} more"),
    "question.undone": ("{count} could not be done. The others are.", "{count} could not be done. The others are."),
    "question.may_be_empty": "(may stay empty)",
    "question.reason": "Why",
    "question.to": "To whom",
    "question.lasting": "For how long",
    "question.until": "or until (UTC)",
    "question.reference": "What the target calls it",
}
