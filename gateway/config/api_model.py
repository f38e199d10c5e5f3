"""The API in routes.toml."""

from pydantic import Field

from gateway.config.fields import written
from gateway.config.quantities import Rate
from gateway.config.table import Table
from gateway.domain.allowance import Allowed


class ApiTable(Table):
    """What each account may ask of the API. Each process counts for itself."""

    rate: Rate = written("20/s", "Requests of one account in the long run; more are told to come again.")
    burst: int = Field(default=100, ge=1, le=100_000, description="Requests of one account at once.")

    def allowed(self) -> Allowed:
        """As the gateway wants it."""
        return Allowed(self.rate, self.burst)
