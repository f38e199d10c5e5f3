"""SFTP packets: what we ask goes out as the draft says, and nothing that comes in can do more than be refused."""

import stat
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols import sftp
from gateway.protocols.sftp import Attributes, Code, Data, Entry, Frames, Handle, Kind, Names, ProtocolBroken, Refusal, Status


def text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogateescape")
    return struct.pack(">I", len(data)) + data


def test_a_request_is_its_length_its_kind_its_number_and_its_fields() -> None:
    body = text("/in/a") + text("/in/b")
    assert sftp.rename("/in/a", "/in/b").frame(7) == struct.pack(">IBI", len(body) + 5, 18, 7) + body


def test_a_read_says_where_and_how_much_and_announces_the_size_of_its_answer() -> None:
    request = sftp.read(Handle(b"h1"), 1 << 33, 32768)
    assert request.frame(1)[9:] == text("h1") + struct.pack(">QI", 1 << 33, 32768)
    assert request.answer > 32768


def test_a_write_carries_its_bytes() -> None:
    assert sftp.write(Handle(b"h"), 5, b"\0\xff").body == text("h") + struct.pack(">Q", 5) + struct.pack(">I", 2) + b"\0\xff"


def test_writing_makes_the_file_or_empties_it() -> None:
    assert sftp.open_to_write("a").body == text("a") + struct.pack(">II", 0x1A, 0)
    assert sftp.open_to_read("a").body == text("a") + struct.pack(">II", 0x1, 0)


def test_extensions_of_openssh_are_named() -> None:
    assert sftp.replace("a", "b").body == text("posix-rename@openssh.com") + text("a") + text("b")
    assert sftp.flush(Handle(b"h")).body == text("fsync@openssh.com") + text("h")


@pytest.mark.parametrize(
    "request_",
    [
        sftp.close(Handle(b"h")),
        sftp.attributes_of("a"),
        sftp.attributes_of_opened(Handle(b"h")),
        sftp.open_folder("a"),
        sftp.more_names(Handle(b"h")),
        sftp.remove("a"),
        sftp.real_path("."),
    ],
)
def test_every_other_request_has_one_text(request_: sftp.Request) -> None:
    (length,) = struct.unpack_from(">I", request_.body)
    assert len(request_.body) == 4 + length


def test_a_name_that_is_no_utf8_goes_back_as_it_came() -> None:
    name = b"Bestellung_\xe4.edi".decode("utf-8", "surrogateescape")
    assert b"Bestellung_\xe4.edi" in sftp.remove(name).body


def names_packet(*entries: bytes) -> bytes:
    return bytes((Kind.NAME,)) + struct.pack(">II", 3, len(entries)) + b"".join(entries)


def test_a_listing_is_read_with_all_that_servers_add() -> None:
    full = text("a") + text("-rw-r--r-- a") + struct.pack(">IQIIIII", 0xF, 12, 1, 2, stat.S_IFREG | 0o600, 5, 6)
    extended = text("b") + text("") + struct.pack(">II", 0x80000000, 1) + text("x@y") + text("z")
    assert sftp.answer(names_packet(full, extended)) == (
        3,
        Names([Entry("a", Attributes(12, stat.S_IFREG | 0o600, 6)), Entry("b", Attributes())]),
    )


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (None, "file"),
        (0o644, "file"),
        (stat.S_IFREG, "file"),
        (stat.S_IFDIR, "folder"),
        (stat.S_IFLNK, "link"),
        (stat.S_IFIFO, "other"),
        (stat.S_IFSOCK, "other"),
    ],
)
def test_a_mode_says_what_an_entry_is(mode: int | None, kind: str) -> None:
    assert Entry("a", Attributes(mode=mode)).kind == kind


def test_a_status_without_text_is_read_as_old_servers_send_it() -> None:
    assert sftp.answer(bytes((Kind.STATUS,)) + struct.pack(">II", 9, Code.FAILURE)) == (9, Status(Code.FAILURE))


def test_a_status_says_done_or_is_raised() -> None:
    sftp.succeeded(Status(Code.OK))
    with pytest.raises(Refusal, match="Permission denied") as refused:
        sftp.succeeded(Status(Code.PERMISSION_DENIED, "Permission denied"))
    assert refused.value.code == Code.PERMISSION_DENIED
    with pytest.raises(Refusal, match="status 4"):
        sftp.succeeded(Status(Code.FAILURE))


def test_an_answer_of_another_kind_than_asked_for_is_refused() -> None:
    assert sftp.expected(Data, Data(b"x")) == Data(b"x")
    with pytest.raises(Refusal):
        sftp.expected(Data, Status(Code.NO_SUCH_FILE))
    with pytest.raises(ProtocolBroken):
        sftp.expected(Data, Handle(b"h"))
    with pytest.raises(ProtocolBroken):
        sftp.expected(Data, Status(Code.OK))
    with pytest.raises(ProtocolBroken):
        sftp.succeeded(Data(b""))


def test_a_greeting_tells_what_the_server_can() -> None:
    packet = bytes((Kind.VERSION,)) + struct.pack(">I", 3) + text("fsync@openssh.com") + text("1")
    assert sftp.extensions(packet) == {"fsync@openssh.com": "1"}
    with pytest.raises(ProtocolBroken):
        sftp.extensions(b"Welcome to our server")


def test_a_banner_in_place_of_a_packet_is_no_sftp() -> None:
    with pytest.raises(ProtocolBroken, match="no SFTP"):
        list(Frames().feed(b"Welcome to our server\r\n"))


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20), st.integers(1, 50))
def test_packets_are_the_same_however_they_are_cut(packets: list[bytes], step: int) -> None:
    stream = b"".join(struct.pack(">I", len(packet)) + packet for packet in packets)
    frames, found = Frames(), list[bytes]()
    for at in range(0, len(stream), step):
        found += frames.feed(stream[at : at + step])
    assert found == packets


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(packet: bytes) -> None:
    try:
        number, answer = sftp.answer(packet)
    except ProtocolBroken:
        return
    assert number >= 0
    assert isinstance(answer, Status | Attributes | Handle | Data | Names)


@given(st.integers(0, 255), st.binary(max_size=100))
def test_no_fields_do_more_than_be_refused(kind: int, fields: bytes) -> None:
    test_no_bytes_do_more_than_be_refused.hypothesis.inner_test(bytes((kind,)) + b"\0\0\0\1" + fields)  # type: ignore[attr-defined]
