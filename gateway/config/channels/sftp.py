"""Channels of the type `sftp`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table, Text
from gateway.domain.channel import SftpOptions
from gateway.domain.file_name import FileNameTemplate
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.sftp_terms import SftpServer, fingerprint_of

OldAlgorithm = Literal[
    "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc", "hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"
]


def _host_key(value: str) -> str:
    fingerprint_of(value)
    return value


def _template(value: str) -> str:
    FileNameTemplate.parse(value)
    return value


def _with_name(value: str) -> str:
    if "/" in value or ("{name}" not in value and "{stem}" not in value) or value == "{name}":
        raise ValueError('write a name with {name} in it, as in "{name}.part", in the same folder')
    return value


BesideName = Annotated[str, AfterValidator(_with_name)]
"""The name of a file that lies beside another one."""


class SftpLogin(Table):
    """A server and our login there."""

    host: str = Field(pattern=r"^[^\s/:]+$|^[0-9a-fA-F:.]+$", description="Name or address of the server.")
    port: int = Field(default=22, ge=1, le=65535)
    user: Text = Field(description="Our user there.")
    password: Secret | None = Field(
        default=None, description="Its password, by reference; beside a key where both are asked for."
    )
    key: Secret | None = Field(
        default=None, description='Our private key in OpenSSH or PEM form, by reference: "${file:/run/secrets/partner_key}".'
    )
    passphrase: Secret | None = Field(default=None, description="The key's passphrase, by reference.")
    certificate: Text | None = Field(
        default=None, description="Certificate of the key (OpenSSH, ...-cert.pub), relative to routes.toml; read at each login."
    )
    host_keys: list[Annotated[str, AfterValidator(_host_key)]] = Field(
        default=[],
        description='Fingerprints of the server, "SHA256:...", or its public keys; several in a change. Confirm them with the '
        "partner: without one nothing is sent. `gateway partners test` tells what the server shows.",
    )
    old_algorithms: list[OldAlgorithm] = Field(
        default=[], description="Ciphers and digests for servers that have no better ones."
    )

    @model_validator(mode="after")
    def _some_login(self) -> "SftpLogin":
        if self.password is None and self.key is None:
            raise ValueError("a login needs a key, a password, or both")
        if self.key is None and (self.certificate or self.passphrase):
            raise ValueError("a certificate and a passphrase belong to a key")
        return self

    def server(self, folder: Path) -> SftpServer:
        """What the channel is told of it."""
        secrets = {name: getattr(self, name) for name in ("password", "key", "passphrase")}
        return SftpServer(
            host=self.host,
            port=self.port,
            user=self.user,
            certificate=str(folder / self.certificate) if self.certificate else None,
            host_keys=tuple(self.host_keys),
            old_algorithms=tuple(self.old_algorithms),
            **{name: secret.get_secret_value() if secret is not None else None for name, secret in secrets.items()},
        )


class SftpJumpTable(SftpLogin):
    """A server that the way to the partner's leads through; its host key is confirmed as well."""


class SftpInboxTable(Table):
    """The folder that is read."""

    folder: Text = Field(description='The folder, from the login on ("out") or from the root ("/data/out").')
    pattern: Text = Field(default="*", description='Names that are taken, by pattern: "*.edi". Case does not matter.')
    ignore: list[Text] = Field(default=["*.tmp", "*.part", "*.filepart", ".*"], description="Names that are never taken.")
    complete: Literal["stable", "renamed", "marker"] = Field(
        default="stable",
        description="How a file is known to be whole. stable: it has not changed for `settle`; renamed: the partner renames it "
        "when it is whole; marker: the file named by `marker` lies beside it.",
    )
    settle: Duration = written("5s", "How long a file must not have changed, where complete is stable.")
    marker: BesideName = Field(
        default="{name}.ready",
        description="Name of a marker; {stem} is the name without its ending. It is removed with the file.",
    )
    claim: bool = Field(
        default=True,
        description="Rename a file to <name>.<id>.taken before it is read, where the server allows it. "
        "false: read it as it lies, and compare before and after.",
    )
    after: Literal["remove", "rename", "move"] = Field(default="remove", description="What is done with a file that is stored.")
    suffix: str = Field(default=".done", pattern=r"^[^/\\*?\[\]]+$", description="after = rename: what is put behind its name.")
    done: Text | None = Field(default=None, description="after = move: the folder; it must exist, and be another one.")
    poll: Duration = written("1m", "How often to look.")

    @field_validator("done", mode="after")
    @classmethod
    def _elsewhere(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value.rstrip("/") == str(info.data.get("folder", "")).rstrip("/"):
            raise ValueError("done must be another folder, or stored files would be read again")
        return value

    @model_validator(mode="after")
    def _has_folder(self) -> "SftpInboxTable":
        if self.after == "move" and self.done is None:
            raise ValueError('after = "move" needs done, the folder that files are moved to')
        return self

    def inbox(self) -> RemoteInbox:
        """What the channel is told of it."""
        return RemoteInbox(
            folder=self.folder,
            pattern=self.pattern,
            ignore=tuple(self.ignore),
            complete=self.complete,
            settle=self.settle.total_seconds(),
            marker=self.marker,
            claim=self.claim,
            after=self.after,
            suffix=self.suffix,
            done=self.done,
            poll=self.poll.total_seconds(),
        )


class SftpOutboxTable(Table):
    """The folder that is written."""

    folder: Text = Field(description="The folder that the partner takes files from.")
    name: Annotated[str, AfterValidator(_template)] = Field(
        default="{name}",
        description='Names of files, as in "ORDRSP_{date}_{sequence:06}.edi". Fields: name, stem, ending, date, time, sequence, '
        "control_number, document, partner, id. A name must not come twice: use sequence, control_number or id.",
    )
    temporary: BesideName | None = Field(default="{name}.part", description="Name of a file while it is written.")
    direct: bool = Field(default=False, description="Write under the final name: for servers that refuse to rename.")
    marker: BesideName | None = Field(default=None, description="Name of an empty file that says the other one is whole.")

    def outbox(self) -> RemoteOutbox:
        """What the channel is told of it."""
        temporary = None if self.direct else self.temporary
        return RemoteOutbox(folder=self.folder, name=self.name, temporary=temporary, marker=self.marker)


class SftpTable(SftpLogin, TargetTerms):
    """Files on a partner's SFTP server, fetched from one folder and left in another."""

    id: Id
    type: Literal["sftp"]
    partner: Id | None = Field(default=None, description="Whose server this is; without one the envelope alone says who sent.")
    inbox: SftpInboxTable | None = Field(default=None, description="The folder that is read.")
    outbox: SftpOutboxTable | None = Field(default=None, description="The folder that is written.")
    jump: SftpJumpTable | None = Field(default=None, description="A server that the way leads through.")
    connections: int = Field(default=2, ge=1, le=16, description="Connections at one time, as agreed with the partner.")
    in_flight: int = Field(default=64, ge=1, le=1024, description="Requests under way on each; 1 for servers that stand no more.")
    keep_alive: Duration = written("30s", "How often a sign of life is sent.")
    timeout: Duration = written("30s", "Patience with one answer.")

    @model_validator(mode="after")
    def _some_folder(self) -> "SftpTable":
        if self.inbox is None and self.outbox is None:
            raise ValueError("an sftp channel needs an inbox, an outbox, or both")
        return self

    def options(self, folder: Path) -> SftpOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return SftpOptions(
            server=self.server(folder),
            jump=self.jump.server(folder) if self.jump else None,
            inbox=self.inbox.inbox() if self.inbox else None,
            outbox=self.outbox.outbox() if self.outbox else None,
            connections=self.connections,
            in_flight=self.in_flight,
            keep_alive=self.keep_alive.total_seconds(),
            patience=self.timeout.total_seconds(),
        )
