"""Checks of channels beyond their own tables: what will not work until a person did something about it."""

import ssl
from pathlib import Path

from gateway.config.channels.ftps import FtpsTable
from gateway.config.channels.mail import MailTable
from gateway.config.channels.sftp import SftpLogin, SftpTable
from gateway.config.check import Checked
from gateway.config.positions import KeyPath


def check_channels(checked: Checked, folder: Path) -> None:
    """Host keys that nobody confirmed, certificates that are missing. `folder` is what relative paths start from."""
    for index, channel in enumerate(checked.configuration.channel):
        if isinstance(channel, SftpTable):
            path: KeyPath = ("channel", index)
            _login(checked, channel, path, folder, test=f"gateway partners test {channel.partner or channel.id}")
            if channel.jump is not None:
                _login(checked, channel.jump, (*path, "jump"), folder, test=f"ssh-keyscan {channel.jump.host}")
        elif isinstance(channel, FtpsTable):
            _authorities(checked, channel.authorities, ("channel", index), folder)
        elif isinstance(channel, MailTable):
            for name, server in (("imap", channel.imap), ("smtp", channel.smtp)):
                _authorities(checked, server.authorities if server else None, ("channel", index, name), folder)


def _authorities(checked: Checked, name: str | None, path: KeyPath, folder: Path) -> None:
    """A file of authorities must be there and hold at least one certificate."""
    if name is None:
        return
    try:
        ssl.create_default_context(cafile=str(folder / name))
    except ssl.SSLError:
        checked.complaints.add("R064", (*path, "authorities"), f"{name} holds no certificate in PEM form")
    except OSError:
        checked.complaints.add("R064", (*path, "authorities"), f"there is no file {name}")


def _login(checked: Checked, login: SftpLogin, path: KeyPath, folder: Path, *, test: str) -> None:
    if not login.host_keys:
        message = f"nobody confirmed the key of {login.host} yet, so nothing is sent there: `{test}` tells what it shows"
        checked.complaints.add("R063", (*path, "host"), message)
    if login.certificate is not None and not (folder / login.certificate).is_file():
        checked.complaints.add("R064", (*path, "certificate"), f"there is no file {login.certificate}")
