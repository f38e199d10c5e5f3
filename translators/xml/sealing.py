"""The final bytes of a document: the XML declaration, and a StandardBusinessDocumentHeader where it is agreed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from translators.contract import Identity, OutboundDocument, OutboundInterchange
from translators.errors import NotWritable
from translators.xml.cxml.envelope import sealed
from translators.xml.kinds import CXML
from translators.xml.namespaces import NAMESPACES
from translators.xml.node import Node, serialise
from translators.xml.ubl.acknowledgement import NUMBERED, numbered

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SBDH = "SBDH"


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The bytes. A version `SBDH-1.0` wraps the documents under a header with sender, receiver and number, one of cXML stands
    in its own envelope; others stand alone.

    Groups do not exist in XML and their numbers are not used. Raises NotWritable when several documents are to stand alone.
    """
    if outbound.version.startswith(CXML):
        return f"{DECLARATION}{sealed(outbound, control_number=control_number, prepared=prepared)}".encode()
    documents = [_with_number(each, control_number, prepared) for group in outbound.groups for each in group.documents]
    if outbound.version.startswith(_SBDH):
        return f"{DECLARATION}{_wrapped(outbound, documents, control_number, prepared)}".encode()
    if len(documents) != 1 or len(group_numbers) != len(outbound.groups):
        raise NotWritable(f"an XML file holds one document, not {len(documents)}; several need a StandardBusinessDocumentHeader")
    return f"{DECLARATION}{documents[0].body}".encode()


def _with_number(document: OutboundDocument, control_number: int, prepared: datetime) -> OutboundDocument:
    """The document, with a number and a time where it has none of its own."""
    if document.header != NUMBERED:
        return document
    return replace(document, body=numbered(document.body, control_number, prepared))


def _wrapped(outbound: OutboundInterchange, documents: Sequence[OutboundDocument], number: int, prepared: datetime) -> str:
    if not documents:
        raise NotWritable("a StandardBusinessDocumentHeader without a document says nothing")
    header = Node("sbdh:StandardBusinessDocumentHeader")
    header.add("sbdh:HeaderVersion", "1.0")
    for side, identity in (("sbdh:Sender", outbound.sender), ("sbdh:Receiver", outbound.receiver)):
        _partner(header.add(side), identity)
    identification = header.add("sbdh:DocumentIdentification")
    first = documents[0]
    for name, text in (
        ("sbdh:Standard", _namespace(first.body)),
        ("sbdh:TypeVersion", "2.1"),
        ("sbdh:InstanceIdentifier", str(number)),
        ("sbdh:Type", first.type),
        ("sbdh:CreationDateAndTime", f"{prepared:%Y-%m-%dT%H:%M:%S}Z"),
    ):
        identification.add(name, text)
    if outbound.test:
        scope = header.add("sbdh:BusinessScope").add("sbdh:Scope")
        scope.add("sbdh:Type", "TESTINDICATOR")
        scope.add("sbdh:InstanceIdentifier", "true")
    head = serialise(header, None)
    declared = f'xmlns:sbdh="{NAMESPACES["sbdh"]}"'
    inner = head.replace(f" {declared}", "", 1) + "".join(document.body for document in documents)
    return f"<sbdh:StandardBusinessDocument {declared}>\n{inner}</sbdh:StandardBusinessDocument>\n"


def _partner(node: Node, identity: Identity) -> None:
    identifier = node.add("sbdh:Identifier", identity.id)
    if identity.qualifier:
        identifier.set_attribute("Authority", identity.qualifier)


def _namespace(body: str) -> str:
    """The namespace of a rendered document's root."""
    return body.partition('xmlns="')[2].partition('"')[0]
