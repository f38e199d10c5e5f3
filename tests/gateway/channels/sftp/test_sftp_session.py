"""Many procedures on one connection: each gets its own answers, and when the line breaks each knows whether it ended."""

import pytest

from gateway.channels.remote_folder.server import Attempt, Entry, Print, StillWritten, TooLarge
from gateway.channels.sftp import procedures
from gateway.channels.sftp.procedures import Procedure
from gateway.channels.sftp.session import Session
from gateway.channels.sftp.trouble import SftpTrouble
from gateway.protocols import sftp
from gateway.protocols.sftp import FSYNC, POSIX_RENAME, Code, Kind, ProtocolBroken, Refusal
from tests.gateway.channels.sftp.memory_server import MemoryServer


@pytest.fixture
def server() -> MemoryServer:
    server = MemoryServer()
    for number in range(200):
        server.put(f"/in/{number:03}", f"content of {number}".encode())
    return server


def session(server: MemoryServer) -> Session:
    return server.open(Attempt())


def take(server: MemoryServer, name: str, *, most: int = 10**6) -> Procedure[tuple[bytes, Print] | None]:
    file = server.files.get(name)
    return procedures.take(name, seen=Print(len(file.content) if file else 0, 1_000), most=most)


def test_the_server_says_what_it_can(server: MemoryServer) -> None:
    assert set(session(server).extensions) == {FSYNC, POSIX_RENAME}


def test_each_of_many_gets_its_own_answer(server: MemoryServer) -> None:
    results = session(server).run_all(take(server, f"/in/{number:03}") for number in range(200))
    assert [result[0] for result in results if isinstance(result, tuple)] == [f"content of {n}".encode() for n in range(200)]


def test_answers_may_come_in_any_order(server: MemoryServer) -> None:
    server.manners.backwards = True
    results = session(server).run_all(take(server, f"/in/{number:03}") for number in range(100))
    assert [result[0] for result in results if isinstance(result, tuple)] == [f"content of {n}".encode() for n in range(100)]


def test_never_more_requests_are_under_way_than_agreed(server: MemoryServer) -> None:
    sent: list[int] = []
    few = session(server)
    few._in_flight = 3
    real = few.send

    def send(data: bytes) -> None:
        sent.append(sum(1 for _ in sftp.Frames().feed(data)))
        real(data)

    few.send = send  # type: ignore[method-assign]
    assert len(few.run_all(take(server, f"/in/{number:03}") for number in range(50))) == 50
    assert max(sent) == 3


def test_what_one_raises_does_not_end_the_others(server: MemoryServer) -> None:
    procedures_ = [take(server, "/in/001"), procedures.look_at("/in/002"), procedures.remove("/in/003")]
    server.manners.remove = False
    first, second, third = session(server).run_all(procedures_)
    assert isinstance(first, tuple)
    assert second is not None
    assert isinstance(third, Refusal)


def test_one_alone_raises_what_it_raises(server: MemoryServer) -> None:
    server.manners.write = False
    with pytest.raises(Refusal):
        session(server).run(procedures.write_whole("/in/x", b"", flush=False))


def test_when_the_line_breaks_the_finished_keep_their_results_and_all_others_know_of_it(server: MemoryServer) -> None:
    server.manners.breaks_after = 400
    used = session(server)
    results = used.run_all(take(server, f"/in/{number:03}") for number in range(200))
    whole = [result for result in results if isinstance(result, tuple)]
    broken = [result for result in results if isinstance(result, SftpTrouble)]
    assert len(whole) + len(broken) == 200
    assert whole
    assert {trouble.code for trouble in broken} == {"connection-lost"}
    assert not used.alive


def test_an_answer_to_nothing_ends_the_connection(server: MemoryServer) -> None:
    used = session(server)
    used.receive = lambda: iter([(99, sftp.Status(Code.OK))])  # type: ignore[method-assign]
    with pytest.raises(SftpTrouble) as trouble:
        used.run(procedures.look_at("/in/001"))
    assert trouble.value.code == "not-sftp"


def test_a_procedure_that_gets_another_kind_of_answer_ends_the_connection(server: MemoryServer) -> None:
    def odd() -> Procedure[None]:
        yield (sftp.attributes_of("/in/001"),)
        raise ProtocolBroken("not what was asked")

    with pytest.raises(SftpTrouble, match="not what was asked"):
        session(server).run(odd())


# --------------------------------------------------------------------------------------------------------- procedures


def test_a_large_file_is_read_in_pieces_that_are_asked_for_together(server: MemoryServer) -> None:
    content = bytes(range(256)) * 1024
    server.put("/in/large", content)
    assert session(server).run(take(server, "/in/large")) == (content, Print(len(content), 1_000))
    assert len(server.asked(Kind.READ)) == len(content) // procedures.PIECE


def test_a_server_that_gives_less_than_asked_is_asked_again(server: MemoryServer) -> None:
    content = b"x" * 100_000
    server.put("/in/large", content)
    server.manners.read_at_most = 9_999
    found = session(server).run(take(server, "/in/large"))
    assert found is not None
    assert found[0] == content


def test_a_server_without_sizes_is_read_to_the_end(server: MemoryServer) -> None:
    server.manners.sizes = False
    found = session(server).run(procedures.take("/in/007", seen=Print(None, 1_000), most=100))
    assert found is not None
    assert found[0] == b"content of 7"
    with pytest.raises(TooLarge):
        session(server).run(procedures.take("/in/007", seen=Print(None, 1_000), most=3))


def test_an_empty_file_is_a_file(server: MemoryServer) -> None:
    server.put("/in/empty", b"")
    assert session(server).run(take(server, "/in/empty")) == (b"", Print(0, 1_000))


def test_a_file_that_is_gone_is_none(server: MemoryServer) -> None:
    assert session(server).run(take(server, "/in/gone")) is None
    assert session(server).run(procedures.move("/in/gone", "/in/x", at_once=True)) is False


@pytest.mark.parametrize("when", [Kind.OPEN, Kind.READ])
def test_a_file_that_changes_while_it_is_read_is_not_taken(server: MemoryServer, when: Kind) -> None:
    def grow(kind: Kind, path: str) -> None:
        if kind is when and path == "/in/001":
            server.put(path, b"content of 1 and more", modified=1_001)

    reading = take(server, "/in/001")
    server.during = grow
    with pytest.raises(StillWritten):
        session(server).run(reading)


def test_a_file_that_is_too_large_is_not_read(server: MemoryServer) -> None:
    with pytest.raises(TooLarge):
        session(server).run(take(server, "/in/001", most=3))
    assert server.asked(Kind.READ) == []


def test_what_was_opened_is_closed_whatever_happened(server: MemoryServer) -> None:
    session(server).run_all([take(server, "/in/001", most=3), take(server, "/in/002")])
    assert sorted(server.asked(Kind.CLOSE)) == ["/in/001", "/in/002"]


def test_what_the_server_has_less_of_than_was_written_is_told(server: MemoryServer) -> None:
    def lose(kind: Kind, path: str) -> None:
        if kind is Kind.FSTAT:
            server.files[path].content = b"x"

    server.during = lose
    with pytest.raises(Refusal, match="1 of 5 bytes"):
        session(server).run(procedures.write_whole("/out/a", b"12345", flush=True))


def test_a_listing_is_whole_in_whatever_order_it_comes_and_its_folder_is_closed(server: MemoryServer) -> None:
    server.manners.backwards, server.manners.listed_at_once = True, 7
    seen: list[str] = []
    used = session(server)
    used.run(procedures.list_folder("/in", lambda entry: seen.append(entry.name)))
    assert sorted(seen) == server.names()

    def refuse(_entry: Entry) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        used.run(procedures.list_folder("/in", refuse))
    assert len(server.asked(Kind.CLOSE)) == 2


def test_a_listing_of_a_hundred_thousand_is_shown_entry_by_entry() -> None:
    server = MemoryServer()
    for number in range(100_000):
        server.put(f"/in/{number}")
    seen = 0

    def see(_entry: Entry) -> None:
        nonlocal seen
        seen += 1

    session(server).run(procedures.list_folder("/in", see))
    assert seen == 100_000
