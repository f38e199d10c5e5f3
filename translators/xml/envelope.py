"""How an XML document is an interchange: who sends it to whom, under what number, on trial or not.

A StandardBusinessDocumentHeader says so where there is one, in cXML the Header; otherwise the document itself does, by the
electronic addresses or the identifiers of its parties.
"""

from dataclasses import dataclass

from translators.contract import Envelope, Family, Identity, Separators
from translators.xml.kinds import CXML, Kind, kind_for, known_kinds
from translators.xml.namespaces import split
from translators.xml.node import Node, local
from translators.xml.parser import Parsed

NO_SEPARATORS = Separators("", "", "")
SBDH = "sbdh:StandardBusinessDocument"
_HEADER = "sbdh:StandardBusinessDocumentHeader"
_TRIAL = frozenset(("test", "trial", "1", "t"))


@dataclass(frozen=True, slots=True)
class Payload:
    """A business document in an interchange: its root, its kind when we know it, its version where the root does not say.

    `around` is the cXML document, with its header, that it stands in.
    """

    root: Node
    kind: Kind | None
    version: str = ""
    around: Node | None = None


def payloads(root: Node, namespace: str) -> list[Payload]:
    """The business documents: the root itself, or what follows the header of a StandardBusinessDocument."""
    if root.name == SBDH:
        return [Payload(child, kind_of(child, None)) for child in root.children if child.name != _HEADER]
    if root.name == CXML:
        inner = _cxml_payload(root)
        return [Payload(inner, kind_for(inner, CXML, inner.name), _cxml_version(root), root)]
    return [Payload(root, kind_of(root, namespace))]


def _cxml_payload(root: Node) -> Node:
    """What a cXML document is about: the request, message or response inside, or a response that only has a status."""
    for name in ("Request", "Message", "Response"):
        if (holder := root.child(name)) is not None:
            return next((child for child in holder.children if child.name != "Status"), holder)
    return root


def _cxml_version(root: Node) -> str:
    stated = root.attribute("version").strip()
    return f"cXML-{stated}" if stated else "cXML"


def kind_of(root: Node, namespace: str | None) -> Kind | None:
    """The kind of a document by the namespace and name of its root; by its name alone where our prefixes hid the namespace."""
    stated, name = split(root.name)
    if stated or namespace is not None:
        return kind_for(root, stated or namespace or "", local(name))
    same = (kind for kind in known_kinds() if kind.type == local(name) and not kind.is_cxml)
    return next((kind for kind in same if kind.fits(root)), None)


def envelope_of(parsed: Parsed, start: int) -> Envelope:
    """The envelope of a document; empty identities where it could not be parsed or names nobody."""
    root = parsed.root or parsed.partial
    if root is None:
        return _envelope(start, ("", ""), Identity("", ""), Identity("", ""), number="", version="", test=False, prepared="")
    if root.name == SBDH:
        return _of_header(root, start)
    if root.name == CXML:
        return _of_cxml(root, start)
    kind = kind_of(root, parsed.namespace if parsed.root is not None else None)
    sender = identity_of(root.find(*kind.sender)) if kind else Identity("", "")
    receiver = identity_of(root.find(*kind.receiver)) if kind else Identity("", "")
    return _envelope(
        start,
        (local(root.name), root.value("cbc:CustomizationID"), root.value("cbc:ProfileID")),
        sender,
        receiver,
        number=root.value("cbc:UUID") or _number(root),
        version=version_of(root, kind),
        test=root.value("cbc:ProfileExecutionID").lower() in _TRIAL,
        prepared=" ".join(filter(None, (root.value("cbc:IssueDate"), root.value("cbc:IssueTime")))),
    )


def _number(root: Node) -> str:
    """The number of a document that has no UUID; types count apart, so an order and an invoice may bear the same number."""
    number = root.value("cbc:ID") or root.value("rsm:ExchangedDocument", "ram:ID")
    return f"{local(root.name)}/{number}" if number else ""


def version_of(root: Node, kind: Kind | None) -> str:
    """The version on the wire, as `UBL-2.1`; that of our table where the document does not say."""
    stated = root.value("cbc:UBLVersionID")
    if kind is None:
        return f"UBL-{stated}" if stated else ""
    return f"{kind.version.partition('-')[0]}-{stated}" if stated else kind.version


def versions_of(payload: Payload) -> tuple[str, ...]:
    """The version that a document states, and the one whose table it is read by, where there is one."""
    stated = payload.version or version_of(payload.root, payload.kind)
    return (stated, payload.kind.version) if payload.kind is not None else (stated,)


def identity_of(party: Node | None) -> Identity:
    """The identity of a party: its electronic address, else its first identifier, else its registration, else its name."""
    if party is None:
        return Identity("", "")
    for way in (
        ("cbc:EndpointID",),
        ("cac:PartyIdentification", "cbc:ID"),
        ("cac:PartyLegalEntity", "cbc:CompanyID"),
        ("cac:PartyTaxScheme", "cbc:CompanyID"),
        ("cac:PartyName", "cbc:Name"),
        ("cac:PartyLegalEntity", "cbc:RegistrationName"),
        ("ram:URIUniversalCommunication", "ram:URIID"),
        ("ram:GlobalID",),
        ("ram:ID",),
        ("ram:SpecifiedLegalOrganization", "ram:ID"),
        ("ram:Name",),
    ):
        found = party.find(*way)
        if found is not None and found.text and found.text.strip():
            return Identity(found.attribute("schemeID").strip(), found.text.strip())
    return Identity("", "")


def _of_header(root: Node, start: int) -> Envelope:
    """The envelope that a StandardBusinessDocumentHeader makes."""
    header = root.child(_HEADER) or Node(_HEADER)
    sides = []
    for side in ("sbdh:Sender", "sbdh:Receiver"):
        found = header.find(side, "sbdh:Identifier") or Node("")
        sides.append(Identity(found.attribute("Authority").strip(), (found.text or "").strip()))
    identification = header.child("sbdh:DocumentIdentification") or Node("")
    return _envelope(
        start,
        (identification.value("sbdh:Type"), identification.value("sbdh:Standard")),
        *sides,
        number=identification.value("sbdh:InstanceIdentifier"),
        version=f"SBDH-{header.value('sbdh:HeaderVersion') or '1.0'}",
        test=_scoped_test(header),
        prepared=identification.value("sbdh:CreationDateAndTime"),
    )


def _of_cxml(root: Node, start: int) -> Envelope:
    """The envelope of a cXML document: From and To, the payload's id, the mode of the request or message."""
    holders = [child for child in root.children if child.name in ("Request", "Message", "Response")]
    return _envelope(
        start,
        (_cxml_payload(root).name, root.attribute("payloadID")),
        _credential(root.find("Header", "From")),
        _credential(root.find("Header", "To")),
        number=root.attribute("payloadID").strip(),
        version=_cxml_version(root),
        test=any(holder.attribute("deploymentMode").strip().lower() == "test" for holder in holders),
        prepared=root.attribute("timestamp").strip(),
    )


def _credential(party: Node | None) -> Identity:
    """The first credential of a party: its domain and identity."""
    credential = party.child("Credential") if party is not None else None
    if credential is None:
        return Identity("", "")
    return Identity(credential.attribute("domain").strip(), credential.value("Identity"))


def _scoped_test(header: Node) -> bool:
    """Whether a scope of the header marks a test (`TESTINDICATOR`)."""
    scopes = header.child("sbdh:BusinessScope")
    return scopes is not None and any(
        scope.value("sbdh:Type").replace("_", "").upper() == "TESTINDICATOR"
        and scope.value("sbdh:InstanceIdentifier").lower() in {"true", *_TRIAL}
        for scope in scopes.children
    )


def _envelope(
    start: int,
    header: tuple[str, ...],
    sender: Identity,
    receiver: Identity,
    *,
    number: str,
    version: str,
    test: bool,
    prepared: str,
) -> Envelope:
    return Envelope(
        family=Family.XML,
        sender=sender,
        receiver=receiver,
        control_number=number,
        version=version,
        test=test,
        acknowledgement_requested="",
        prepared=prepared,
        offset=start,
        header=header,
        separators=NO_SEPARATORS,
    )
