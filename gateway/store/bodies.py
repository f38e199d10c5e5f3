"""Bodies on their way into the database and out of it: the one place where they are encrypted.

Whatever reads or writes `bytes` or `json` of the tables below does it through this. Without a cipher nothing is copied.
"""

from collections.abc import Sequence
from typing import Final, overload
from uuid import UUID

from gateway.domain.record import BodyRow, OutboundRow
from gateway.domain.sealed_body import header, is_marked, key_of, place_of
from gateway.domain.transfer import TransferBodyRow
from gateway.errors import KeyMissing
from gateway.ports import Piece
from gateway.ports.encryption import BodyCipher

RAW, CANONICAL, ROUTED = "raw_body", "canonical_body", "routed_body"
OUTBOUND, TRANSFER = "outbound", "transfer_body"

_CLEAR: Final = header("")


class Bodies:
    """Seals what is written with the key in use, and opens what is read, whichever key it was sealed with."""

    def __init__(self, cipher: BodyCipher | None = None) -> None:
        self.cipher = cipher
        self._sealing = cipher if cipher is not None and cipher.active else None

    @property
    def sealing(self) -> bool:
        """Whether what is stored now is encrypted."""
        return self._sealing is not None

    def seal(self, table: str, row: UUID, body: Piece, ordinal: int = 0) -> Piece:
        """What is stored of a body in a row of a table."""
        if self._sealing is not None:
            return self._sealing.seal(body, place=place_of(table, row.bytes, ordinal))
        return b"".join((_CLEAR, body)) if is_marked(body) else body

    @overload
    def open(self, table: str, row: UUID, stored: bytes, ordinal: int = 0) -> bytes: ...

    @overload
    def open(self, table: str, row: UUID, stored: None, ordinal: int = 0) -> None: ...

    @overload
    def open(self, table: str, row: UUID, stored: bytes | None, ordinal: int = 0) -> bytes | None: ...

    def open(self, table: str, row: UUID, stored: bytes | None, ordinal: int = 0) -> bytes | None:
        """The body of a row. Raises KeyMissing or BodyUnreadable."""
        if stored is None or not is_marked(stored):
            return stored
        name, end = key_of(stored)
        if not name:
            return stored[end:]
        if self.cipher is None:
            raise KeyMissing(name)
        return self.cipher.open(stored, place=place_of(table, row.bytes, ordinal))

    def pieces(self, pieces: Sequence[tuple[UUID, int, Piece]]) -> Sequence[tuple[UUID, int, Piece]]:
        """Pieces of transmissions, to be stored."""
        return [(row, ordinal, self.seal(RAW, row, piece, ordinal)) for row, ordinal, piece in pieces]

    def documents(self, table: str, rows: Sequence[BodyRow]) -> Sequence[BodyRow]:
        """Documents to be stored, as they were read (CANONICAL) or as their route made them (ROUTED)."""
        if self._sealing is None:
            return rows  # JSON never looks like something sealed
        return [row._replace(json=bytes(self.seal(table, row.document, row.json))) for row in rows]

    def outbounds(self, rows: Sequence[OutboundRow]) -> Sequence[OutboundRow]:
        """Interchanges for partners, to be stored."""
        if self._sealing is None:
            return rows  # nor does what we write for partners: it begins with letters
        return [row._replace(bytes=bytes(self.seal(OUTBOUND, row.id, row.bytes))) for row in rows]

    def transfer(self, row: TransferBodyRow) -> TransferBodyRow:
        """A piece of a message as it went over the wire, to be stored."""
        return row._replace(bytes=self.seal(TRANSFER, row.transfer, row.bytes, row.ordinal))
