"""What routes.toml says about keeping: for how long, and under which keys."""

import base64
import binascii
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table

_Kept = Annotated[Duration | None, Field(ge=timedelta(hours=1))]
KEY_BYTES = 32
"""AES-256."""


class PartnerRetentionTable(Table):
    """How long what is a partner's is kept, where that is not what [gateway.retention] says."""

    payload: _Kept = Field(default=None, description="Bytes received and sent, also as they went over the wire.")
    canonical: _Kept = Field(default=None, description="Canonical documents, as read and as routed.")
    journal: _Kept = Field(default=None, description="Journal, attempts, findings, receipts.")
    envelope: _Kept = Field(
        default=None, description="What is searched: envelopes, numbers, keys, deliveries, expectations, orders that are over."
    )


class RetentionTable(PartnerRetentionTable):
    """How long things are kept: `payload = "400d"`. What is not named is kept for ever, and so is what is held or needed."""

    audit: _Kept = Field(default=None, description="Who did what, the history of failures that are over, messages to owners.")


class EncryptionKeyTable(Table):
    """A key for bodies at rest."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        max_length=63,
        description='Name of the key, stored with every body: "2026". Never used again for another one.',
    )
    key: Secret = Field(description='32 bytes by reference, hexadecimal or base64: "${file:/run/secrets/bodies_2026}".')

    def content(self) -> bytes:
        """The key. Raises ValueError when it is not 32 bytes."""
        text = self.key.get_secret_value().strip()
        try:
            key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != KEY_BYTES:
            raise ValueError("it is no key: 32 bytes are needed, as 64 hexadecimal digits or in base64")
        return key


class EncryptionTable(Table):
    """Encryption at rest of what partners and we wrote: bytes, canonical documents, messages as they went over the wire."""

    keys: list[EncryptionKeyTable] = Field(min_length=1, description="All keys that bodies are still encrypted with.")
    active: str | None = Field(
        default=None, description="The key for new bodies; old ones are brought to it. Not named: everything is decrypted again."
    )
