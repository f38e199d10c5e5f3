"""How configurations come into force, in routes.toml."""

from typing import Literal

from pydantic import Field, model_validator

from gateway.config.table import Table
from gateway.domain.activation import ActivationTerms, Approval


class ActivationTable(Table):
    """How a configuration comes into force."""

    managed: bool = Field(
        default=False,
        description="Processes run what was activated in the database (gateway config activate), and follow it while they run; "
        "files are only what is proposed from. Default: a process runs its files.",
    )
    approval: Literal["nobody", "another-role"] = Field(
        default="nobody",
        description="Who must approve what somebody proposes: another person who has a role that the first one has not.",
    )

    @model_validator(mode="after")
    def _has_what_to_approve(self) -> "ActivationTable":
        if not self.managed and self.approval != "nobody":
            raise ValueError("only what is activated in the database can be approved: add managed = true")
        return self

    def terms(self) -> ActivationTerms:
        """As the gateway wants it."""
        return ActivationTerms(self.managed, Approval(self.approval))
