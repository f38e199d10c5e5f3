"""Mails come in whole, once, stored before they are put away; what cannot be taken is kept where people see it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.channels.mail import Mailbox
from gateway.channels.mail.mailbox import MailboxUnusable
from gateway.domain.mail_terms import ImapOptions
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from tests.gateway.channels.mail.conftest import FARM, Reading, written
from tests.servers.dovecot import DovecotServer
from tests.servers.fixtures import provide
from tests.servers.line import Line

EDI = b"ISA*00*\x1d\x00\xff\r\n\n.\n"


async def test_each_attachment_is_a_transmission_and_the_mail_moves_when_all_are_stored(reading: Reading) -> None:
    mail = written(files=(("a.edi", EDI), ("b.edi", b"UNB+")), message_id="<1@farm.example>")
    async with reading.running():
        await reading.listening.reach(1)
        await asyncio.to_thread(reading.post.deliver, mail)
        await reading.away.reach(1)
    assert [(handover.name, handover.body) for handover in reading.intake.begun] == [("a.edi", EDI), ("b.edi", b"UNB+")]
    first = reading.intake.begun[0]
    assert (first.channel, first.partner, first.remote) == ("farm-mail", "farm", f"{FARM} <1@farm.example>")
    assert reading.post.mails("INBOX") == []
    assert len(reading.post.mails("Processed")) == 1


async def test_mails_come_in_the_order_in_which_they_arrived(reading: Reading) -> None:
    reading.post.deliver(*(written(files=(("a.edi", str(number).encode()),)) for number in range(20)))
    async with reading.running():
        await reading.away.reach(20)
    assert [int(handover.body) for handover in reading.intake.begun] == list(range(20))


async def test_the_server_tells_of_a_new_mail_before_the_next_poll(reading: Reading) -> None:
    async with reading.running(poll=1000):
        for number in (1, 2, 3):
            await reading.listening.reach(number)
            reading.post.deliver(written(files=(("a.edi", b"1"),)))
            await reading.away.reach(number)
    assert reading.pauses == []


async def test_a_mail_that_comes_between_the_list_and_the_ear_is_heard_at_once(reading: Reading) -> None:
    reading.meanwhile = [lambda: reading.post.deliver(written(files=(("a.edi", EDI),)))]
    async with reading.running(poll=1000):
        await reading.away.reach(1)
    assert reading.pauses == []


async def test_a_mail_whose_putting_away_failed_is_recognised_and_put_away(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    reading.failing = [MailboxUnusable("the connection was lost")]
    async with reading.running():
        await reading.go_on()
        await reading.away.reach(1)
    assert len(reading.intake.begun) == 2
    assert len(reading.intake.stored) == 1


async def test_the_same_mail_delivered_twice_is_one_transmission(reading: Reading) -> None:
    mail = written(files=(("a.edi", EDI),), message_id="<1@farm.example>")
    reading.post.deliver(mail, b"Received: by another way\n" + mail)
    async with reading.running():
        await reading.away.reach(2)
    assert len(reading.intake.stored) == 1


async def test_a_message_id_used_again_for_another_document_is_another_transmission(reading: Reading) -> None:
    mails = [written(files=(("orders.edi", content),), message_id="<always@farm.example>") for content in (b"1", b"2")]
    reading.post.deliver(*mails)
    async with reading.running():
        await reading.away.reach(2)
    assert sorted(reading.intake.bodies) == [b"1", b"2"]


async def test_without_a_message_id_each_mail_is_its_own(reading: Reading) -> None:
    mail = written(files=(("a.edi", EDI),), message_id="<x@farm.example>").replace(b"Message-ID: <x@farm.example>\n", b"")
    assert b"Message-ID" not in mail
    reading.post.deliver(mail, mail)
    async with reading.running():
        await reading.away.reach(2)
    assert reading.intake.bodies == [EDI, EDI]


async def test_two_equal_attachments_are_two_transmissions(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI), ("a.edi", EDI))))
    async with reading.running():
        await reading.away.reach(1)
    assert reading.intake.bodies == [EDI, EDI]


@pytest.mark.parametrize("trouble", [StoreUnavailable("down"), CommitUnknown("broke")])
async def test_while_the_store_is_down_a_mail_stays_where_it_is(reading: Reading, trouble: StoreUnavailable) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    reading.intake.down = trouble
    async with reading.running():
        for _ in range(3):
            await reading.go_on()
        await reading.resting()
        assert len(reading.post.mails("INBOX")) == 1
        assert reading.pauses == [2.0, 4.0, 8.0, 16.0]
        reading.intake.down = None
        await reading.go_on()
        await reading.away.reach(1)
    assert reading.intake.bodies == [EDI]


async def test_a_commit_whose_answer_is_lost_is_not_doubled(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI), ("b.edi", b"2"))))
    reading.intake.commits_then_fails = CommitUnknown("broke")
    async with reading.running():
        await reading.resting()
        reading.intake.commits_then_fails = None
        await reading.go_on()
        await reading.away.reach(1)
    assert reading.intake.bodies == [EDI, b"2"]


async def test_a_mail_that_is_refused_for_now_holds_up_no_other(reading: Reading) -> None:
    reading.post.deliver(*(written(files=(("a.edi", content),)) for content in (b"first", b"second")))
    reading.intake.troubles = [Refused("over quota", status=429)]
    async with reading.running(poll=0.01):
        await reading.away.reach(2)
    assert reading.intake.bodies == [b"second", b"first"]
    assert reading.outcomes == ["refused"]


async def test_a_mail_that_is_refused_again_and_again_has_an_owner_until_it_is_taken(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", b"first"),)))
    reading.intake.troubles = [Refused("over quota", status=429, remedy="raise the quota")] * 3
    async with reading.running(poll=0.01):
        await reading.away.reach(1)
        await reading.told.ends.reach(1)
    ((side, trouble),) = reading.told.begun
    assert (side.channel, trouble.code, trouble.remedy) == ("farm-mail", "mail-not-taken", "raise the quota")
    assert "over quota" in trouble.message
    assert reading.told.open == {}


async def test_a_strangers_mail_is_moved_counted_and_not_stored(reading: Reading) -> None:
    reading.post.deliver(written(sender="spam@elsewhere.example", files=(("a.edi", EDI),)))
    async with reading.running(after="delete"):
        await reading.aside.reach(1)
    assert reading.intake.begun == []
    assert reading.outcomes == ["sender-refused"]
    assert len(reading.post.mails("Refused")) == 1


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (written(), "no attachment"),
        (written(files=(("winmail.dat", b"\x78\x9f\x3e\x22"),)), "Rich Text"),
        (written(Auto_Submitted="auto-replied"), "automatic reply"),
    ],
    ids=["empty", "winmail.dat", "absent"],
)
async def test_a_mail_without_a_document_is_stored_with_the_reason_and_set_aside(
    reading: Reading, mail: bytes, reason: str
) -> None:
    reading.post.deliver(mail)
    async with reading.running():
        await reading.aside.reach(1)
    (told,) = reading.intake.stored.values()
    assert told.name.startswith("refused mail, because")
    assert reason in told.name
    assert len(reading.post.mails("Refused")) == 1


async def test_what_can_be_read_of_a_faulty_mail_is_taken_and_the_mail_set_aside(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI), ("winmail.dat", b"TNEF"))))
    async with reading.running():
        await reading.aside.reach(1)
    assert [handover.name.split(",")[0] for handover in reading.intake.begun] == ["a.edi", "refused mail"]


async def test_a_mail_too_large_is_never_fetched_and_its_header_is_stored(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", b"x" * 50_000),), message_id="<huge@farm.example>"))
    async with reading.running(most_bytes=20_000):
        await reading.aside.reach(1)
    (told,) = reading.intake.stored.values()
    assert "at most 20000" in told.name
    assert "<huge@farm.example>" in (told.remote or "")
    assert len(told.body) < 5_000


async def test_an_attachment_that_the_intake_finds_too_large_is_told_with_the_mail(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI), ("b.edi", b"2"))))
    reading.intake.troubles = [Refused("larger than 5 bytes", status=413)]
    async with reading.running():
        await reading.aside.reach(1)
    assert next(handover.name for handover in reading.intake.stored.values()) == "b.edi"
    assert "a.edi was refused: larger than 5 bytes" in reading.intake.begun[-1].name
    assert reading.outcomes == ["too-large"]


async def test_a_mailbox_may_flag_what_is_taken_and_leaves_it_there(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running(after="flag"):
        await reading.away.reach(1)
    async with reading.running(after="flag", poll=0.01):
        reading.post.deliver(written(files=(("b.edi", b"2"),)))
        await reading.away.reach(2)
    assert [handover.name for handover in reading.intake.begun] == ["a.edi", "b.edi"]
    assert ["$EdiTaken" in flags and "\\Seen" in flags for flags in reading.post.flags()] == [True, True]


async def test_a_mailbox_may_delete_what_is_taken(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running(after="delete"):
        await reading.away.reach(1)
    assert reading.post.mails("INBOX") == reading.post.mails("Processed") == []


async def test_a_server_that_forgets_that_mails_were_put_away_is_told_and_not_asked_without_end(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "put_away", lambda _mailbox, _uid: None)
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running():
        await reading.resting()
    assert "although they were put away" in reading.told.open[""].message
    assert len(reading.intake.stored) == 1


async def test_a_folder_with_a_name_in_any_script_is_made(reading: Reading) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running(done="Erledigt ✓ Müller & Co"):
        await reading.away.reach(1)
    assert reading.post.mails('"Erledigt &JxM- M&APw-ller &- Co"')


async def test_starttls_is_spoken_where_agreed(reading: Reading, dovecot: DovecotServer) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running(security="starttls", port=dovecot.port):
        await reading.away.reach(1)


async def test_a_pinned_certificate_is_enough(reading: Reading, dovecot: DovecotServer) -> None:
    reading.post.deliver(written(files=(("a.edi", EDI),)))
    async with reading.running(authorities=None, fingerprints=("00" * 32, dovecot.certificate.fingerprint)):
        await reading.away.reach(1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"authorities": None}, "certificate"),
        ({"fingerprints": ("00" * 32,)}, "not a pinned one"),
        ({"password": "wrong"}, "Authentication failed"),
        ({"folder": "Orders"}, "Orders"),
        ({"port": 1}, "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_mailbox_that_cannot_be_used_says_why(dovecot: DovecotServer, changes: dict[str, object], told: str) -> None:
    options = ImapOptions(
        "127.0.0.1", "x", "secret-of-the-mailbox", (), port=dovecot.tls_port, authorities=str(dovecot.certificate.certificate)
    )
    mailbox = Mailbox(replace(options, **changes), timeout=10)  # type: ignore[arg-type]
    with pytest.raises(MailboxUnusable, match=told):
        mailbox.open()
    mailbox.close()


async def test_a_lost_connection_is_made_anew(reading: Reading, dovecot: DovecotServer) -> None:
    async with Line(dovecot.tls_port) as line, reading.running(port=line.port):
        reading.post.deliver(written(files=(("a.edi", b"1"),)))
        await reading.listening.reach(1)
        line.cut()
        reading.post.deliver(written(files=(("b.edi", b"2"),)))
        await reading.go_on()
        await reading.away.reach(2)
    assert sorted(reading.intake.bodies) == [b"1", b"2"]


async def test_a_person_is_told_of_a_mailbox_that_stays_away_and_when_it_is_back(
    reading: Reading, dovecot: DovecotServer
) -> None:
    line = Line(dovecot.tls_port)
    reading.post.deliver(written(files=(("a.edi", b"1"),)))
    async with reading.running(port=line.port):
        await reading.go_on()
        await reading.go_on()
        assert reading.told.open == {}
        await reading.resting()
        assert "127.0.0.1" in reading.told.open[""].message
        async with line:
            await reading.go_on()
            await reading.told.ends.reach(1)
    assert reading.told.open == {}


async def test_a_refused_login_is_told_at_once_and_repeated_seldom(reading: Reading) -> None:
    async with reading.running(password="wrong"):
        await reading.resting()
    assert reading.told.begins.value == 1
    assert reading.pauses == [60.0]


@pytest.fixture(scope="module")
def plain_dovecot() -> Iterator[DovecotServer]:
    """A server that can do nothing but RFC 3501."""
    yield from provide(lambda: DovecotServer(capability="IMAP4rev1"))


@pytest.mark.parametrize("after", ["move", "delete"])
async def test_an_old_server_without_idle_move_and_uidplus_will_do(plain_dovecot: DovecotServer, after: str) -> None:
    reading = Reading(plain_dovecot)
    reading.post.deliver(written(files=(("a.edi", b"1"),)))
    async with reading.running(after=after):
        await reading.away.reach(1)
        reading.post.deliver(written(files=(("b.edi", b"2"),)))
        await reading.go_on()
        await reading.away.reach(2)
        await reading.resting()
    assert [handover.name for handover in reading.intake.begun] == ["a.edi", "b.edi"]
    assert reading.post.mails("INBOX") == []
    assert len(reading.post.mails("Processed")) == (2 if after == "move" else 0)
    reading.post.close()
