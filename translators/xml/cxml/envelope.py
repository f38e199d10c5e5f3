"""The envelope of a cXML document to send: header with credentials, number of the payload, time; the request inside."""

from collections.abc import Iterator
from datetime import datetime

from translators.contract import Identity, OutboundDocument, OutboundInterchange
from translators.errors import NotWritable
from translators.xml.cxml.header import SIDES
from translators.xml.kinds import CXML, known_kinds
from translators.xml.node import Node, serialise

RESPONSE = "Response"
USER_AGENT = "EDI gateway"
_VERSION = "1.2.063"
_DOCTYPE = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{version}/{dtd}.dtd">\n'
_LANGUAGE = "xml:lang:"


def sealed(outbound: OutboundInterchange, *, control_number: int, prepared: datetime) -> str:
    """The document type, and the document. Raises NotWritable when there is not exactly one request or response in it.

    A partner who wants a secret gets it from the channel, which knows it, not from here.
    """
    documents = [document for group in outbound.groups for document in group.documents]
    if len(documents) != 1:
        raise NotWritable(f"a cXML file holds one request, not {len(documents)}")
    document = documents[0]
    stated = outbound.version.partition("-")[2]
    version = stated if stated.count(".") == 2 else _VERSION
    root = Node(CXML)
    payload = f"{control_number}.{prepared:%Y%m%d%H%M%S}@{outbound.sender.id}"
    root.attributes = [("version", version), ("payloadID", payload), ("timestamp", f"{prepared:%Y-%m-%dT%H:%M:%S}+00:00")]
    if language := next((said.removeprefix(_LANGUAGE) for said in document.header if said.startswith(_LANGUAGE)), ""):
        root.attributes.append(("xml:lang", language))
    opening, closing = serialise(root).strip().removesuffix("/>"), f"</{CXML}>\n"
    doctype = _DOCTYPE.format(version=version, dtd=_dtd(document.type))
    if document.type == RESPONSE:
        return f"{doctype}{opening}>\n{document.body}{closing}"
    mode = "test" if outbound.test else "production"
    request = f'<Request deploymentMode="{mode}">\n{document.body}</Request>\n'
    return f"{doctype}{opening}>\n{serialise(_header(outbound, document))}{request}{closing}"


def _dtd(document_type: str) -> str:
    return next((kind.dtd for kind in known_kinds() if kind.is_cxml and kind.type == document_type), CXML)


def _header(outbound: OutboundInterchange, document: OutboundDocument) -> Node:
    """From and To: the address on the envelope first, then whatever else the document calls the party; and who sends."""
    header = Node("Header")
    for side, identity in zip(SIDES, (outbound.sender, outbound.receiver), strict=True):
        holder = header.add(side)
        credentials = [identity, *(each for each in _named(document, side) if each != identity)]
        for each in credentials:
            _credential(holder, each)
    sender = header.add("Sender")
    _credential(sender, outbound.sender)
    sender.add("UserAgent", USER_AGENT)
    return header


def _named(document: OutboundDocument, side: str) -> Iterator[Identity]:
    """What the document says of the party of a side."""
    for said in document.header:
        where, _, rest = said.partition(":")
        if where == side:
            yield Identity(*rest.split(":", 1))


def _credential(holder: Node, identity: Identity) -> None:
    node = holder.add("Credential")
    node.attributes = [("domain", identity.qualifier)]
    node.add("Identity", identity.id)
