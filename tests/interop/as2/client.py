"""curl as the client of a partner: posts a message, gives the answer as it came."""

import shutil
import subprocess
from dataclasses import dataclass

from tests.interop.as2.entity import Headers
from tests.interop.as2.openssl import file_of
from tests.interop.as2.recipe import Prepared
from tests.servers.process import ServerMissing


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, header fields and body of an HTTP answer."""

    status: int
    headers: Headers
    body: bytes

    def get(self, name: str) -> str:
        """A header field."""
        return next((value for field, value in self.headers if field.lower() == name.lower()), "")


class NoAnswer(Exception):
    """curl got none; the message holds its words."""


def program() -> str:
    """The `curl` of the machine. Raises ServerMissing."""
    found = shutil.which("curl")
    if found is None:
        raise ServerMissing("curl is missing: install the Debian package `curl`")
    return found


def as2_headers(sender: str, recipient: str, message_id: str, *, receipt: str | None = None, to: str = "") -> Headers:
    """The header fields of AS2 (RFC 4130, 6.2). `receipt` are the options of a signed receipt, or empty for one without a
    signature, or None for no receipt. `to` is where an asynchronous one is to be sent."""
    asked = [("Disposition-Notification-To", f"edi@{sender}.example")] if receipt is not None else []
    asked += [("Disposition-Notification-Options", receipt)] if receipt else []
    asked += [("Receipt-Delivery-Option", to)] if to else []
    own = [("AS2-Version", "1.2"), ("AS2-From", sender), ("AS2-To", recipient), ("Message-ID", message_id)]
    return (*own, ("MIME-Version", "1.0"), ("Subject", "EDI"), *asked)


def _answer(head: bytes, body: bytes) -> Answer:
    lines = head.decode("latin-1").rstrip("\r\n").split("\r\n\r\n")[-1].split("\r\n")
    fields = (line.partition(":") for line in lines[1:])
    return Answer(int(lines[0].split()[1]), tuple((name, value.strip()) for name, _, value in fields), body)


def post(url: str, headers: Headers, body: bytes, *, chunked: bool = False, timeout: float = 30) -> Answer:
    """One POST over a connection of its own. Raises NoAnswer."""
    more = (("Expect", ""), *((("Transfer-Encoding", "chunked"),) if chunked else ()))
    lines = "".join(f"{name}: {value}\r\n" if value else f"{name}:\r\n" for name, value in (*headers, *more))
    with file_of(lines.encode()) as fields, file_of(body) as data, file_of(b"") as head:
        given = ["--header", f"@{fields}", "--data-binary", f"@{data}", "--dump-header", str(head)]
        arguments = [program(), "--silent", "--show-error", "--max-time", str(timeout), "--noproxy", "*", *given, url]
        done = subprocess.run(arguments, capture_output=True, check=False)
        if done.returncode:
            raise NoAnswer(done.stderr.decode(errors="replace").strip())
        return _answer(head.read_bytes(), done.stdout)


def send(url: str, prepared: Prepared, headers: Headers, *, chunked: bool = False) -> Answer:
    """A prepared message under these AS2 header fields."""
    return post(url, (*headers, *prepared.headers), prepared.body, chunked=chunked)
