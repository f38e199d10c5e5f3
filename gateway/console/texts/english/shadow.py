"""Shadow beside another gateway."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "screen.shadow": "Shadow",
    "partner.tab.shadow": "Shadow",
    "shadow.title": "Shadow",
    "shadow.text": (
        "What another gateway still serves, this one decides and writes as well, and sends nothing of it. Compared with what "
        "the other one sent, it shows when an agreement can be cut over."
    ),
    "shadow.in_shadow": ("{count} agreement is in shadow.", "{count} agreements are in shadow."),
    "shadow.caption": ("{count} agreement", "{count} agreements"),
    "shadow.agreement": "Agreement",
    "shadow.document": "Document",
    "shadow.standing": "State",
    "shadow.standing.own": "Served by this gateway",
    "shadow.standing.ready": "In shadow, and all is the same",
    "shadow.standing.differs": "In shadow, and not the same yet",
    "shadow.standing.not_compared": "In shadow, nothing compared yet",
    "shadow.state.same": "The same",
    "shadow.state.different": "Different",
    "shadow.state.only_ours": "Only ours",
    "shadow.state.only_legacy": "Only theirs",
    "shadow.withheld": "withheld since",
    "shadow.since": "Withheld since",
    "shadow.until": "Last withheld",
    "shadow.compared": "Compared",
    "shadow.never": "never",
    "shadow.counted": "Acknowledgements count with every agreement of the partner that owes some.",
    "shadow.first.title": "Nothing is in shadow",
    "shadow.first.text": (
        "A partner that another gateway serves today comes over without a leap: hand both gateways the same files, and write "
        "into routes.toml:"
    ),
    "shadow.first.compare": (
        "Then compare what the other one sent. Its files stay where they lie: the command line reads them there, and keeps here "
        "what came of it."
    ),
    "shadow.not.title": "Nothing of this partner is in shadow",
    "shadow.not.text": (
        "If another gateway still serves it, hand both gateways the same files. This one then decides and writes everything, and "
        "sends nothing. Write into routes.toml:"
    ),
    "shadow.nothing.title": "Nothing was compared yet",
    "shadow.nothing.text": (
        "The command line compares, where the files that the other gateway sent lie; they are not uploaded here. What came of it "
        "is kept, and shown here."
    ),
    "shadow.differs": "What differs",
    "shadow.elements": ("{count} element differs", "{count} elements differ, the most frequent first"),
    "shadow.element": "Element",
    "shadow.documents": "In documents",
    "shadow.may_not_see": "What both say of them is for those who may see what documents hold.",
    "shadow.nothing_differs": "Nothing that was compared differs.",
    "shadow.missing": "Missing on one side",
    "shadow.missing_hint": (
        "Only ours: the other gateway did not send it, or its file was not compared. Only theirs: this one would not have "
        "sent it."
    ),
    "shadow.again": "After a change, compare again; a later comparison takes the place of the earlier one:",
    "shadow.examples": "Documents that are not the same",
    "shadow.comparison": "Comparison",
    "shadow.what": "What differs",
    "shadow.file": "File of the other one",
    "shadow.no_number": "without a number",
    "shadow.ours": "ours",
    "shadow.theirs": "the other",
    "shadow.has_nothing": "nothing",
    "shadow.more": ("and {count} more", "and {count} more"),
    "shadow.cut_over": "Cut over {agreement}",
    "shadow.go_back": "Give {agreement} back",
    "shadow.not_ready": "Not everything that was compared is the same, or nothing was. Look at that first.",
    "shadow.step.take": "Take the document ({document}) away from the other gateway, so that it is not done twice.",
    "shadow.step.numbers": "Let control numbers of what we send go on where the other gateway left off.",
    "shadow.step.propose": "Propose the configuration in which this gateway serves it.",
    "shadow.step.write": "Write the lines below into the configuration, and bring it into force.",
    "shadow.withheld_stays": (
        "What was withheld stays so: the other gateway has done it. If one of those was not done, replay its message. The way "
        "back is on this page afterwards."
    ),
    "shadow.back_text": (
        "From then on this gateway sends nothing of it, and the other one must serve it again; its control numbers go on where "
        "ours left off. What is on its way now is finished here."
    ),
    "shadow.by_hand": "Or by hand",
    "shadow.line": "Into {file}, line {line}:",
}
