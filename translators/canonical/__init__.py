"""The canonical data model: what a document says, free of the syntax it came in. One file per document, versioned."""

from importlib import import_module

from translators.canonical.base import CanonicalDocument

_MODELS = {"purchase_order": ("translators.canonical.purchase_order", "PurchaseOrder")}

NAMES = tuple(_MODELS)
"""The canonical documents there are."""


def model_of(name: str) -> type[CanonicalDocument]:
    """The model of a canonical document by its name, imported on first use. Raises KeyError for a name that is none."""
    module, model = _MODELS[name]
    found: type[CanonicalDocument] = getattr(import_module(module), model)
    return found
