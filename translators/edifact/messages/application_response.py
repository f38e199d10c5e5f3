"""APERAK: what an application says of messages it was sent."""

from translators.edifact.messages import codes, shared
from translators.edifact.messages.parts import CodedUnless, Moment
from translators.edifact.messages.terms import ContactName
from translators.mapping.binding import one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value, take
from translators.mapping.words import Words

ANSWERS = Words(codes.APPLICATION_ANSWERS)
ANSWERED = Words(codes.ANSWERED_REFERENCES)
NAMES = Words(codes.ANSWERED_NAMES, prefix="document", longest=3)
_ERROR_TEXT = "error"
_ISSUED = Qualified("DTM", (1, 1), Moment(), fields=dict.fromkeys(("171", "137", "182", "4"), "issued"))

ERROR: list[Clause] = [
    Once(
        "ERC",
        {"code": Text((1, 1)), "original_codes.code_list": Text((1, 2)), "original_codes.agency": Text((1, 3))},
        always=True,
    ),
    shared.FREE_TEXT,
    shared.reference_member("LI", "line"),
    shared.REFERENCE_GROUP,
]
HEADER: list[Clause] = [
    Once(
        "BGM",
        {
            "original_codes.name": CodedUnless((1, 1), Words({}), usual="305"),
            "number": Text((2, 1)),
            "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
            "status": Coded((4, 1), ANSWERS, other="other"),
        },
        default={(1, 1): "305"},
    ),
    Qualified("DTM", (1, 1), Moment(), fields={"137": "issued"}, others="other_dates", names=shared.ALL_DATES),
    shared.FREE_TEXT,
    Group(
        "DOC", [Once("DOC", {"kind": Coded((1, 1), NAMES), "number": Text((2, 1))}), _ISSUED], into="answered", needs=("number",)
    ),
    Group(
        "RFF",
        [Once("RFF", {"kind": Coded((1, 1), ANSWERED), "number": Text((1, 2)), "line": Text((1, 3))}), _ISSUED],
        into="answered",
        where=one_of((1, 1), *codes.ANSWERED_REFERENCES),
        needs=("number",),
    ),
    shared.REFERENCE_GROUP,
    shared.parties(
        more=(
            Each(
                "CTA", "contacts", {"function": Coded(1, Words(codes.CONTACTS, longest=3)), "": ContactName(2)}, needs=("name",)
            ),
        )
    ),
    Group("ERC", ERROR, into="errors"),
]


def _whole(response: Value, _context: Reading) -> Value:
    """The verdict, the documents it is about, and what is wrong with the first of them."""
    errors = response.pop("errors", [])
    if "status" not in response:
        response["status"] = _said(response, errors)
        response.setdefault("original_codes", {})["status"] = ""
    for error in errors:
        _error_in_words(error)
    documents: list[Value] = [{"status": response["status"], "document": one} for one in response.pop("answered", ())]
    if errors:
        documents = documents or [{"status": response["status"]}]
        documents[0]["errors"] = errors
    if documents:
        response["documents"] = documents
    return response


def _said(response: Value, errors: list[Value]) -> str:
    """The verdict where no type of response says it: by the function of the message, else by whether there are errors."""
    function = response.get("original_codes", {}).get("purpose", "")
    return codes.RESPONSE_FUNCTIONS.get(function) or ("with_errors" if errors else "accepted")


def _error_in_words(error: Value) -> None:
    """A text without a language or code is what the error is in words."""
    texts = error.get("texts", [])
    if len(texts) == 1 and texts[0].keys() <= {"purpose", "lines", "original_codes"} and texts[0]["lines"]:
        (text,) = error.pop("texts")
        error["text"] = "\n".join(text["lines"])
        if text.get("purpose") != _ERROR_TEXT:
            kept = text.get("original_codes", {}).get("purpose") or shared.TEXTS.code(text.get("purpose", "")) or ""
            error.setdefault("original_codes", {})["text"] = kept


def _in_segments(response: Value, context: Writing) -> Value:
    """Documents and errors one behind the other; a verdict that no type of response stands for is that of its errors."""
    documents = response.pop("documents", None) or []
    answered: list[Value] = []
    errors: list[Value] = []
    for answer in documents:
        if (document := answer.pop("document", None)) is not None:
            answered.append({"kind": "message", **document})
        errors += answer.pop("errors", None) or []
        if answer.pop("status", None) != response.get("status"):
            context.unwritten.append("documents[].status")
    left = [answer for answer in documents if answer]
    if left:
        response["documents"] = left
    silent = take(response, ("original_codes",), "status") == ""
    said = _said(response, errors) == response.get("status")
    if said and (silent or ANSWERS.code(response["status"]) is None):
        del response["status"]
    for error in errors:
        _words_in_text(error)
    response.update({name: found for name, found in (("answered", answered), ("errors", errors)) if found})
    return response


def _words_in_text(error: Value) -> None:
    words = error.pop("text", None)
    if words is None:
        return
    kept = take(error, ("original_codes",), "text")
    text: Value = {"lines": words.split("\n")}
    purpose = _ERROR_TEXT if kept is None else shared.TEXTS.word(kept) if kept else ""
    if purpose:
        text["purpose"] = purpose
        if kept and not shared.TEXTS.preferred(kept):
            text["original_codes"] = {"purpose": kept}
    error.setdefault("texts", []).insert(0, text)


MAPPING = DocumentMapping("application_response", HEADER, unfold=_whole, fold=_in_segments)
