"""Texts by their keys, and how the modules of a language become its catalogue."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType

Entry = str | tuple[str, str]
"""A text with its places in braces; or two of them, for one thing and for several."""

Catalogue = Mapping[str, Entry]


def joined(language: ModuleType) -> Catalogue:
    """All texts of a language. Raises ValueError for one that two of its modules have."""
    texts: dict[str, Entry] = {}
    for found in pkgutil.iter_modules(language.__path__):
        module = importlib.import_module(f"{language.__name__}.{found.name}")
        twice = texts.keys() & module.TEXTS.keys()
        if twice:
            raise ValueError(f"Two modules of {language.__name__} have texts for {', '.join(sorted(twice))}.")
        texts.update(module.TEXTS)
    return texts
