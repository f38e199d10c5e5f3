"""A schema of an operator: orders of UBL, but stricter, in three files of two folders."""

from tests.translators.xml.samples import CAC, CBC
from translators.xml_terms import Schema

XS = "http://www.w3.org/2001/XMLSchema"
ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"


def xsd(body: str, target: str = "", more: str = "") -> bytes:
    named = f'targetNamespace="{target}" xmlns="{target}" elementFormDefault="qualified"' if target else ""
    return f'<xs:schema xmlns:xs="{XS}" {named} {more}>\n{body}\n</xs:schema>\n'.encode()


MAIN = xsd(
    f'<xs:import namespace="{CBC}" schemaLocation="../common/basic.xsd"/>\n'
    f'<xs:import namespace="{CAC}" schemaLocation="../common/aggregate.xsd"/>\n'
    '<xs:element name="Order"><xs:complexType><xs:sequence>\n'
    '<xs:element ref="cbc:UBLVersionID" minOccurs="0"/>\n<xs:element ref="cbc:ID"/>'
    '<xs:element ref="cbc:IssueDate"/><xs:element ref="cbc:DocumentCurrencyCode"/>\n'
    '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>\n'
    "</xs:sequence></xs:complexType></xs:element>",
    ORDER,
    f'xmlns:cbc="{CBC}" xmlns:cac="{CAC}"',
)
BASIC = xsd(
    '<xs:element name="ID"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{1,8}"/></xs:restriction>'
    "</xs:simpleType></xs:element>\n"
    '<xs:element name="IssueDate" type="xs:date"/>\n'
    '<xs:element name="DocumentCurrencyCode"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="EUR"/>'
    '</xs:restriction></xs:simpleType></xs:element>\n<xs:element name="UBLVersionID" type="xs:string"/>',
    CBC,
)
AGGREGATE = xsd(
    '<xs:element name="OrderLine"><xs:complexType><xs:sequence><xs:element name="LineItem" maxOccurs="1">\n'
    '<xs:complexType><xs:sequence><xs:any namespace="##any" processContents="lax" maxOccurs="unbounded"/></xs:sequence>'
    "</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>",
    CAC,
)
FILES = {"maindoc/order.xsd": MAIN, "common/basic.xsd": BASIC, "common/aggregate.xsd": AGGREGATE}


def schema(**changed: bytes) -> Schema:
    """The schema, with files changed: `maindoc__order=…`."""
    files = FILES | {f"{name.replace('__', '/')}.xsd": content for name, content in changed.items()}
    return Schema("order", "maindoc/order.xsd", tuple(files.items()))
