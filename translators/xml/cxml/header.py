"""The header of a cXML document: who sends it to whom. Its credentials identify the parties of the document inside.

What else it holds belongs to the envelope: the sender's secret, above all, is no part of any document.
"""

from translators.mapping.value import Value, descend, take
from translators.xml.context import Reading, Scope, Writing
from translators.xml.cxml.codes import CREDENTIALS
from translators.xml.envelope import Payload
from translators.xml.kinds import Kind
from translators.xml.node import Node

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SIDES = ("From", "To")
_SCHEMES = {domain.lower(): scheme for domain, scheme in CREDENTIALS.items()}
_DOMAINS = {scheme: domain for domain, scheme in reversed(CREDENTIALS.items())}


def read_header(payload: Payload, kind: Kind, target: Value, context: Reading) -> None:
    """Name the parties by the credentials of the header, and note the language that the document is in."""
    around = payload.around
    if around is None:
        return
    if not kind.roles[0]:  # a response, of which only its own number is known
        target["control_number"] = around.attribute("payloadID").strip() or None
        return
    language = around.attribute(_LANGUAGE).strip() or _first_language(payload.root)
    if language:
        target["language"] = context.language = language
    for side, role in zip(SIDES, kind.roles, strict=True):
        holder = around.find("Header", side)
        for child in holder.children if holder is not None and role else ():
            identity = child.value("Identity")
            if child.name == "Credential" and identity:
                identifiers = descend(target, (role, "identifiers"))
                scheme = _scheme(child.attribute("domain").strip())
                context.identify(identifiers, scheme, identity, child.child("Identity") or child)
            elif child.name != "Credential":
                _keep(child, side, context, target)


def _keep(node: Node, side: str, context: Reading, target: Value) -> None:
    """Keep a correspondent, of which documents know nothing."""
    scopes, stack = context.scopes, context.stack
    scopes.append(Scope(target, 0))
    header, party = Node("Header"), Node(side)
    header.children, party.children = [party], [node]
    stack += [Node(""), header, party]
    context.keep(node)
    del stack[-3:]
    scopes.pop()


def _first_language(root: Node) -> str:
    """The language of the first text that says one."""
    for node in root.walk():
        said = node.attribute(_LANGUAGE) if node.attributes else ""
        said = said or (node.text or "" if node.name == "@xml:lang" else "")
        if said.strip():
            return said.strip()
    return ""


def _scheme(domain: str) -> str:
    return _SCHEMES.get(domain.lower(), domain or "unspecified")


def domain_of(scheme: str) -> str:
    """The domain of credentials for a scheme of identifiers."""
    return _DOMAINS.get(scheme, scheme)


def written_header(value: Value, kind: Kind, context: Writing) -> tuple[str, ...]:
    """What the header is to say of the document: `xml:lang:sv`, and `From:DUNS:123` for each identifier of a party."""
    said = []
    language = value.pop("language", None)
    if language:
        context.language = language
        said.append(f"xml:lang:{language}")
    for side, role in zip(SIDES, kind.roles, strict=True):
        identifiers = take(value, (role,), "identifiers") or {}
        for scheme, known in identifiers.items():
            each = known if isinstance(known, list) else [known]
            said += [f"{side}:{domain_of(scheme)}:{identity}" for identity in each]
    return tuple(said)
