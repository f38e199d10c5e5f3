"""What is agreed about encryption at rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EncryptionTerms:
    """Keys of 32 bytes by their id, and the one that new bodies are sealed with; empty: they are stored in the clear again."""

    keys: Mapping[str, bytes] = field(repr=False)
    active: str
