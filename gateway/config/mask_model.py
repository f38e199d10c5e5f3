"""Fields that are hidden in views, in routes.toml."""

from typing import Annotated

from pydantic import AfterValidator

from gateway.domain.masks import parse_masks


def _understood(text: str) -> str:
    parse_masks([text])
    return text


MaskText = Annotated[str, AfterValidator(_understood)]
"""A member of canonical documents or an element of segments."""
