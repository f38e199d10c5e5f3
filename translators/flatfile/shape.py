"""What a canonical document has where: its members by the annotations of its model, for checking the paths of a layout."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_LEAVES: dict[Any, str] = {
    str: "text",
    Decimal: "number",
    int: "number",
    float: "number",
    bool: "flag",
    date: "date",
    datetime: "date",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A place in a document: a part with members, a list, a map by name, or a leaf of a type.

    `of` is what a list or map holds. `words` are all that a leaf may say, empty when it is free.
    """

    kind: str
    model: type[BaseModel] | None = None
    of: "Any" = None
    words: frozenset[str] = frozenset()

    def member(self, name: str) -> "Shape | None":
        """The shape of a member, or of an entry of a map."""
        if self.kind == "map":
            return shape_of(self.of)
        return members(self.model).get(name) if self.model is not None else None

    def item(self) -> "Shape":
        """The shape of a list's items."""
        return shape_of(self.of)

    def names(self) -> tuple[str, ...]:
        """The members there are."""
        return tuple(members(self.model)) if self.model is not None else ()


@lru_cache(maxsize=256)
def members(model: type[BaseModel]) -> dict[str, Shape]:
    """The members of a model that a layout may fill, by their names in JSON."""
    model.model_rebuild()
    return {
        field.alias or name: shape_of(field.annotation)
        for name, field in model.model_fields.items()
        if name not in ("schema_", "extras")
    }


def shape_of(annotation: Any) -> Shape:
    """The shape of an annotation."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _union([choice for choice in get_args(annotation) if choice is not type(None)])
    if origin is list:
        return Shape("list", of=get_args(annotation)[0])
    if origin is dict:
        return Shape("map", of=get_args(annotation)[1])
    if origin is Literal:
        return Shape("text", words=frozenset(map(str, get_args(annotation))))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("part", model=annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Shape("text", words=frozenset(str(member.value) for member in annotation))
    return Shape(_LEAVES.get(annotation, "text"))


def _union(choices: list[Any]) -> Shape:
    """A member that may be one thing or another: the first that has members, else the first; identifiers may be lists."""
    shapes = [shape_of(choice) for choice in choices]
    if shapes[0].kind == "text" and shapes[-1].kind == "list":
        return Shape("text_or_list", of=str)
    return next((shape for shape in shapes if shape.kind == "part"), shapes[0])
