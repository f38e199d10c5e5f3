"""The shape of canonical documents, read off their models: which paths exist, and which values are numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.domain.document_path import DocumentPath
from translators.canonical import NAMES, model_of

DOCUMENTS = NAMES
"""The canonical documents that routes can name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One node: an object has `fields`, a list or a map an `element`, a value neither. `number` values are decimals.

    A map has members of any name. `annotation` is what values are checked against. `defaults` are the fields whose absence
    means a value: documents are written without members that were not set.
    """

    annotation: Any
    fields: dict[str, "Shape"] = field(default_factory=dict)
    element: "Shape | None" = None
    many: bool = False
    number: bool = False
    defaults: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether members may have any name (a map)."""
        return self.element is not None and not self.many

    def member(self, name: str) -> "Shape | None":
        """What stands under a name, or None when nothing can."""
        return self.element if self.open else self.fields.get(name)

    def accepts(self, value: Any) -> bool:
        """Whether a value fits here."""
        try:
            TypeAdapter(self.annotation).validate_python(value)
        except ValidationError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Misstep:
    """Where a path leaves the document: the step that does not exist, and what is near."""

    message: str
    suggestion: str | None = None


@lru_cache(maxsize=64)
def shape_of(document: str) -> Shape | None:
    """The shape of a canonical document by its name."""
    return _model(model_of(document), {}) if document in DOCUMENTS else None


def follow(shape: Shape, path: DocumentPath) -> Shape | Misstep:
    """The shape at the end of a path, or where the path goes wrong."""
    node = shape
    walked = ""
    for step in path.steps:
        child = node.member(step.name)
        if child is None:
            close = get_close_matches(step.name, node.fields, 1)
            message = f'"{step.name}" is no field of {walked or "the document"}'
            return Misstep(message, ".".join(filter(None, (walked, close[0]))) if close else None)
        walked = f"{walked}.{step.name}" if walked else step.name
        if step.each and not child.many:
            return Misstep(f'"{walked}" is no list: write it without []', walked)
        if child.many and not step.each and step is not path.steps[-1]:
            return Misstep(f'"{walked}" is a list', f"{walked}[]")
        walked += "[]" if step.each else ""
        node = child.element if step.each and child.element is not None else child
    return node


def _model(model: type[BaseModel], known: dict[type[BaseModel], Shape]) -> Shape:
    if model in known:
        return known[model]
    model.model_rebuild()  # parts of documents are built when they are first needed
    shape = known[model] = Shape(model)
    for name, info in model.model_fields.items():
        shape.fields[info.alias or name] = _shape(info.annotation, known)
        if isinstance(info.default, str):
            shape.defaults[info.alias or name] = str(info.default)
    return shape


def _shape(annotation: Any, known: dict[type[BaseModel], Shape]) -> Shape:
    bare = next(_bare(annotation))
    origin = get_origin(bare)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return _model(bare, known)
    if origin is list:
        return Shape(annotation, element=_shape(get_args(bare)[0], known), many=True)
    if origin is dict:
        return Shape(annotation, element=_shape(get_args(bare)[1], known))
    return Shape(annotation, number=bare is Decimal)


def _bare(annotation: Any) -> Iterator[Any]:
    """The members of an optional or a union, without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _bare(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            if member is not NoneType:
                yield from _bare(member)
    else:
        yield annotation
