"""A partner whose AS2 is libas2 behind a plain HTTP server: it opens what comes and answers libas2's own receipt."""

from tests.interop.as2.entity import Entity, Headers, parse
from tests.interop.as2.identities import Identity
from tests.interop.as2.node_peer import NodePeer
from tests.interop.as2.opened import Opened
from tests.interop.as2.server import Arrived, PartnerServer


class Libas2Server(PartnerServer):
    """As `PartnerServer`, but libas2 reads and answers. `decrypt` and `verify` are what it expects of a message."""

    def __init__(self, own: Identity, partner: Identity, libas2: NodePeer, *, decrypt: bool, verify: bool) -> None:
        super().__init__(own, partner)
        self._libas2, self._expects = libas2, {"decrypt": decrypt, "verify": verify}

    def take(self, arrived: Arrived) -> tuple[int, Headers, bytes] | None:
        """Hand the request to libas2; what it found goes to `arrivals`, its receipt to the sender."""
        wire = Entity(arrived.headers, arrived.body).wire
        found = self._libas2.open(wire, host=self.own, partner=self.partner, receiptSigned="sha-256", **self._expects)
        opened = Opened(payload=Entity((), found.get("content", b"")))
        refused = "" if found["notification"]["processed"] else found["notification"]["explanation"]
        self.arrivals.put(Arrived(arrived.path, arrived.headers, arrived.body, opened, refused))
        receipt = parse(found["receipt"])
        return 200, receipt.headers, receipt.body
