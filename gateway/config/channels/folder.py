"""Channels of the type `folder`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Text
from gateway.domain.channel import FolderOptions


class FolderTable(TargetTerms):
    """Files in folders, on this machine or a mounted share."""

    id: Id
    type: Literal["folder"]
    partner: Id | None = Field(default=None, description="Whose folders these are; without one the envelope alone says who sent.")
    inbox: Text | None = Field(default=None, description="Folder that is read, relative to routes.toml.")
    outbox: Text | None = Field(default=None, description="Folder that acknowledgements and documents are put into.")
    pattern: Text = Field(default="*", description='Names that are read, by pattern: "*.edi". Case does not matter.')
    ignore: list[Text] = Field(
        default=["*.tmp", "*.part", ".*"], description="Names that are never read: files still being written."
    )
    settle: Duration = written("1s", "A file is complete when size and time have not changed for so long.")
    poll: Duration = written("5s", "How often to look, besides being told by the system.")

    @model_validator(mode="after")
    def _some_folder(self) -> "FolderTable":
        if self.inbox is None and self.outbox is None:
            raise ValueError("a folder channel needs an inbox, an outbox, or both")
        return self

    def options(self, folder: Path) -> FolderOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return FolderOptions(
            inbox=str(folder / self.inbox) if self.inbox else None,
            outbox=str(folder / self.outbox) if self.outbox else None,
            pattern=self.pattern,
            ignore=tuple(self.ignore),
            settle=self.settle.total_seconds(),
            poll=self.poll.total_seconds(),
        )
