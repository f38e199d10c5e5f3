"""UBL ApplicationResponse to the canonical verdict on documents, and back."""

from translators.mapping.value import Value
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import PARTY
from translators.xml.ubl.rules import Notes, Stamp
from translators.xml.values import Code, Fixed, Leaf

ERROR: tuple[Rule, ...] = (
    Inside("cac:LineReference", Leaf("cbc:LineID", "line", absent="NA"), required=True),
    Inside("cac:Response", Leaf("cbc:ResponseCode", "code"), Leaf("cbc:Description", "text"), required=True),
)

ANSWERED: tuple[Rule, ...] = (
    Inside(
        "cac:Response",
        Code("cbc:ResponseCode", "status", codes.ANSWERS, other="other"),
        Notes("cbc:Description", codes.TEXTS),
    ),
    Inside(
        "cac:DocumentReference",
        Leaf("cbc:ID", "document.number"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "document.issued"),
        Code("cbc:DocumentTypeCode", "document.kind", codes.ANSWERED),
    ),
    Each("cac:LineResponse", "errors", *ERROR),
)


def _overall(documents: list[Value]) -> str:
    """The verdict on all documents together."""
    verdicts = {document.get("status", "other") for document in documents}
    if len(verdicts) == 1:
        return str(verdicts.pop())
    return "partly_accepted" if "rejected" in verdicts else "other"


def _after_reading(value: Value) -> None:
    for document in value.get("documents", ()):
        document.setdefault("status", "other")
    value["status"] = _overall(value.get("documents", []))


def _before_writing(value: Value) -> None:
    """The documents say the verdict."""
    documents = value.get("documents") or []
    if value.get("status") == _overall(documents):
        del value["status"]
    for document in documents:
        if document.get("status") == "other" and "original_codes" not in document:
            del document["status"]


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Each("cac:SenderParty", "other_parties", *PARTY, means={"role": "sender"}, most=1),
        Each("cac:ReceiverParty", "other_parties", *PARTY, means={"role": "receiver"}, most=1),
        Each("cac:DocumentResponse", "documents", *ANSWERED, scope=True),
    ),
    _after_reading,
    _before_writing,
)
