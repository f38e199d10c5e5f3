"""The tables of routes.toml about the operator's XML schema, and about how large documents may be."""

from pydantic import Field

from gateway.config.quantities import Size
from gateway.config.table import Table, Text
from translators.xml_terms import DEEPEST, LARGEST


class SchemaTable(Table):
    """An XML schema (XSD) that documents are judged by, beside our own tables: the group `schema` of strictness."""

    folder: Text = Field(description="Folder of the schema and all it includes or imports, relative to routes.toml.")
    file: Text = Field(description='The schema of the document, relative to the folder: "maindoc/UBL-Order-2.1.xsd".')


class LimitsTable(Table):
    """How large the documents may be. What is left out is as usual."""

    bytes_: Size | None = Field(
        default=None, alias="bytes", ge=1, le=LARGEST, description='Bytes of a document; usual: "8MiB", at most "64MiB".'
    )
    segment: Size | None = Field(
        default=None, ge=1, le=LARGEST, description='X12, EDIFACT, flat files: bytes of a segment or line; usual: "1MiB".'
    )
    segments: int | None = Field(
        default=None, ge=1, le=1_000_000, description="X12, EDIFACT, flat files: segments or lines of a document; usual: 100000."
    )
    documents: int | None = Field(
        default=None, ge=1, le=999_999, description="X12, EDIFACT: documents of an interchange; usual: 999999."
    )
    findings: int | None = Field(
        default=None, ge=1, le=10_000, description="Findings that are listed of a document or an interchange; usual: 100."
    )
    elements: int | None = Field(default=None, ge=1, le=5_000_000, description="XML: elements of a document; usual: 400000.")
    depth: int | None = Field(
        default=None,
        ge=1,
        le=DEEPEST,
        description="XML: elements in one another; usual: 50. Documents without mapping: never more.",
    )
    text: Size | None = Field(
        default=None,
        ge=1,
        le=LARGEST,
        description="XML: characters of one text, as an attachment inside of the document is; usual: 10000000.",
    )
