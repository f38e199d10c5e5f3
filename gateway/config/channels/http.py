"""Channels of the type `http`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from gateway.config.fields import Id, written
from gateway.config.quantities import Size
from gateway.config.table import Secret, Table
from gateway.domain.channel import HttpOptions
from gateway.domain.token import HASH


class HttpTable(Table):
    """Interchanges posted to /v1/partners/<partner>/interchanges with a bearer token."""

    id: Id
    type: Literal["http"]
    partner: Id = Field(description="Who posts here.")
    token_hashes: list[Secret] = Field(
        min_length=1, description='Hashes of the tokens, "sha256:" and 64 hexadecimal digits, by reference.'
    )
    max_size: Size = written("64MiB", "Largest body that is taken.")

    @field_validator("token_hashes")
    @classmethod
    def _hashed(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(secret.get_secret_value() and not HASH.fullmatch(secret.get_secret_value()) for secret in value):
            raise ValueError('a token hash is "sha256:" and 64 lower-case hexadecimal digits')
        return value

    def options(self, folder: Path) -> HttpOptions:  # noqa: ARG002 - every kind of channel is asked the same way
        """What the channel is told."""
        return HttpOptions(tuple(secret.get_secret_value() for secret in self.token_hashes), self.max_size)
