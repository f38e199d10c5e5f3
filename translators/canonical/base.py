"""The ground all canonical models stand on."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class CanonicalModel(BaseModel):
    """A frozen value whose JSON form is a public contract: unknown fields are refused, absent ones are left out.

    Validators are built with the document that is read first, not before: a document is a fraction of the parts there are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null", defer_build=True)


class CanonicalDocument(CanonicalModel):
    """A document. `NAME` and `VERSION` together are its `schema` on the wire (`purchase_order/1`)."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]

    def model_post_init(self, _context: object, /) -> None:
        """The schema is always part of what is written, also when a caller left it to its default."""
        self.__pydantic_fields_set__.add("schema_")

    @property
    def business_keys(self) -> tuple[tuple[str, str], ...]:
        """The (kind, value) pairs that people search by, as `("order", "4711")`."""
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """What makes this document the same as another: stable text of its key, without the sender."""
        raise NotImplementedError

    def to_json(self) -> bytes:
        """The bytes that are stored and published: UTF-8 JSON of the members that were set."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True, exclude_unset=True, by_alias=True)
