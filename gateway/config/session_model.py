"""How long people stay signed in, in routes.toml."""

from datetime import timedelta
from typing import Self

from pydantic import model_validator

from gateway.config.fields import written
from gateway.config.quantities import Duration
from gateway.config.table import Table
from gateway.domain.sign_in import SessionTerms

_MINUTE = timedelta(minutes=1)


class SessionsTable(Table):
    """How long people stay signed in to the console."""

    idle: Duration = written("30m", "Who does nothing for so long is signed out.", ge=_MINUTE)
    longest: Duration = written("12h", "Everybody signs in again after so long.", ge=_MINUTE, le=timedelta(days=31))

    @model_validator(mode="after")
    def _one_within_the_other(self) -> Self:
        if self.idle > self.longest:
            raise ValueError("idle is longer than longest: nobody would ever be idle for so long")
        return self

    def terms(self) -> SessionTerms:
        """As the gateway wants it."""
        return SessionTerms(self.idle, self.longest)
