"""Messages of partners: stored with all that they prove, then answered; what is wrong is told to them and to its owner."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.channels.as2 import Admission, Quota
from gateway.channels.as2.relationship import load_agreed, load_pair
from gateway.channels.http.limits import Limits
from gateway.errors import CommitUnknown, StoreUnavailable
from gateway.protocols.as2 import Cipher, Compression, Digest, Encryption, MdnOutcome, ReceiptRequest, Signing
from gateway.store.database import Database
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.channels.as2.partner import ASKED, UNSIGNED, Gathered, Partner
from tests.gateway.channels.as2.site import Site, as2_site, options

RECEIPTS = "select * from gateway.transfer_receipt"


async def states(site: Site) -> list[tuple[str, str]]:
    return [(r["state"], r["receipt_state"]) for r in await site.rows("select * from gateway.transfer order by at")]


# ------------------------------------------------------------------------------------------------ taken


async def test_a_message_is_stored_with_its_receipt_and_announced(site: Site, bigbox: Partner) -> None:
    built = bigbox.build(b"ISA*00*", subject="orders")
    answered = await bigbox.post(site.url, built)
    assert (answered.status, answered.disposition) == (200, "processed")
    assert bigbox.judge(answered, built).outcome is MdnOutcome.ACCEPTED
    assert await site.held() == [("orders.edi", b"ISA*00*", "received")]
    (view,) = await site.transfers.find(built.message_id)
    assert (view["channel"], view["partner"], view["subject"]) == ("bigbox-as2", "bigbox", "orders")
    assert view["signed_by"] == bigbox.key.certificate.fingerprint
    assert view["encrypted_for"] == view["receipt_signed_by"] == bigbox.certificate.fingerprint
    assert site.announced == list(view["transmissions"])
    wire = await site.transfers.wire(view["id"])
    assert wire is not None
    assert wire.body == built.body
    stored = await site.transfers.stored_receipt(view["id"])
    assert stored is not None
    assert stored.body == answered.body
    assert await site.failures() == []
    assert site.observer.counts["edi_transmissions_received_total"] == 1


async def test_a_message_whose_header_is_folded_as_in_a_mail_is_taken(site: Site, bigbox: Partner) -> None:
    built = bigbox.build(b"ISA*00*")
    names = {name.lower(): value for name, value in built.headers} | {"content-length": str(len(built.body))}
    assert "; " in names["content-type"]
    head = "".join(f"{name}: {value}\r\n" for name, value in names.items()).replace("; ", ";\r\n\t")
    url = urlsplit(site.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n{head}\r\n".encode() + built.body)
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    assert await site.held() == [("orders.edi", b"ISA*00*", "received")]


async def test_the_journal_says_what_a_message_was_secured_with(site: Site, bigbox: Partner) -> None:
    await bigbox.send(site.url)
    (event,) = await site.rows("select stage, steps from gateway.event")
    assert event["stage"] == "receive"
    for word in ("as2_message", "aes256-cbc", "sha256", bigbox.key.certificate.fingerprint):
        assert word in event["steps"]


async def test_nothing_is_answered_before_the_commit(site: Site, bigbox: Partner) -> None:
    async with site.database.transaction() as connection:
        await connection.execute("lock table gateway.transfer in share mode")
        answering = asyncio.create_task(bigbox.send(site.url))
        await site.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
        assert not answering.done()
    assert (await answering).status == 200


async def test_attachments_are_transmissions_of_their_own(site: Site, bigbox: Partner) -> None:
    names = ["a.edi", "..\\..\\folder/b.edi", None]
    answered = await bigbox.send(site.url, b"ISA one", b"ISA two", b"ISA three", names=names)
    assert answered.disposition == "processed"
    held = await site.held()
    assert [(name, content) for name, content, _ in held[:2]] == [("a.edi", b"ISA one"), ("b.edi", b"ISA two")]
    assert held[2][1] == b"ISA three"
    assert len(site.announced) == 3


@pytest.mark.parametrize(
    ("sealed", "terms"),
    [
        ({"signing": None, "encryption": None}, {"require_signature": False, "require_encryption": False}),
        ({"signing": None}, {"require_signature": False}),
        ({"encryption": None}, {"require_encryption": False}),
        ({"compression": Compression.BEFORE_SIGNING}, {}),
        ({"compression": Compression.AFTER_SIGNING}, {}),
    ],
)
@pytest.mark.parametrize("receipt", [ASKED, UNSIGNED, None])
async def test_what_was_agreed_is_taken_and_what_was_asked_is_answered(
    database: Database, bigbox: Partner, sealed: dict, terms: dict, receipt: ReceiptRequest | None
) -> None:
    async with as2_site(database, {"bigbox-as2": options(**terms)}) as site:
        built = bigbox.build(receipt=receipt, **sealed)
        answered = await bigbox.post(site.url, built)
        assert answered.status == 200
        assert await site.held() == [("orders.edi", b"ISA*00*", "received")]
        if receipt is None:
            assert answered.body == b""
            assert await states(site) == [("processed", "none")]
        else:
            assert answered.signed == receipt.signed
            assert bigbox.judge(answered, built).outcome is MdnOutcome.ACCEPTED


async def test_a_large_message_comes_whole(site: Site, bigbox: Partner) -> None:
    content = b"ISA*00*" * 500_000
    built = bigbox.build(content)
    answered = await bigbox.post(site.url, built)
    assert bigbox.judge(answered, built).outcome is MdnOutcome.ACCEPTED
    assert [held for _, held, _ in await site.held()] == [content]


async def test_a_receipt_may_always_be_signed(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(sign_receipts="always")}) as site:
        assert (await bigbox.send(site.url, receipt=UNSIGNED)).signed


async def test_a_partners_certificates_overlap_and_ours_do(database: Database, bigbox: Partner) -> None:
    old, new = pair("BIGBOX"), pair("BIGBOX of next year")
    ours = (pair("NORDIC of next year").own, pair("NORDIC").own)
    async with as2_site(database, {"bigbox-as2": options(certificates=(new.agreed, old.agreed), keys=ours)}) as site:
        for signing in (Signing(bigbox.key), Signing(load_pair(new.own))):
            assert (await bigbox.send(site.url, signing=signing)).mdn.disposition_text.endswith("processed")
        for_next = Encryption((load_agreed(pair("NORDIC of next year").agreed),))
        await bigbox.send(site.url, encryption=for_next)
    used = [row["signed_by"] for row in await site.rows("select signed_by from gateway.transfer order by at")]
    assert used == [bigbox.key.certificate.fingerprint, load_agreed(new.agreed).fingerprint, bigbox.key.certificate.fingerprint]


async def test_weak_algorithms_are_taken_through_their_day_only(database: Database, bigbox: Partner) -> None:
    weak = {
        "signing": Signing(bigbox.key, digest=Digest.SHA1),
        "encryption": Encryption((bigbox.certificate,), Cipher.TRIPLE_DES_CBC),
    }
    today = datetime.now(UTC).date()
    for last, taken in ((today, True), (today - timedelta(days=1), False), (date(2020, 1, 1), False)):
        terms = options(allow_until=(("sha1", last), ("3des-cbc", last)))
        async with as2_site(database, {"bigbox-as2": terms}) as site:
            answered = await bigbox.send(site.url, **weak)
            assert (answered.disposition == "processed") is taken


# ------------------------------------------------------------------------------------------------ copies


async def test_a_copy_is_answered_with_the_same_bytes_and_not_processed(site: Site, bigbox: Partner) -> None:
    built = bigbox.build()
    first = await bigbox.post(site.url, built)
    for _ in range(2):
        again = await bigbox.post(site.url, built)
        assert (again.status, again.body, dict(again.headers)["Content-Type"]) == (
            200, first.body, dict(first.headers)["Content-Type"],
        )  # fmt: skip
    assert len(await site.held()) == 1
    (view,) = await site.transfers.find(built.message_id)
    assert view["copies"] == 2


async def test_copies_sealed_anew_are_copies(site: Site, bigbox: Partner) -> None:
    first = await bigbox.send(site.url, message_id="<1@bigbox>")
    again = await bigbox.send(site.url, message_id="<1@bigbox>")
    assert again.body == first.body
    assert len(await site.held()) == 1


async def test_copies_that_come_together_are_one(site: Site, bigbox: Partner) -> None:
    built = bigbox.build()
    answers = await asyncio.gather(*(bigbox.post(site.url, built) for _ in range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(await site.held()) == 1


async def test_copies_that_come_to_two_nodes_together_are_one(database: Database, site: Site, bigbox: Partner) -> None:
    built = bigbox.build()
    async with as2_site(database, {"bigbox-as2": options()}) as other:
        answers = await asyncio.gather(*(bigbox.post(url, built) for url in (site.url, other.url) * 3))
    assert len({answer.body for answer in answers}) == 1
    assert len(await site.held()) == 1


async def test_a_copy_waits_for_the_first_and_is_sent_away_when_that_takes_too_long(database: Database, bigbox: Partner) -> None:
    built = bigbox.build()
    async with as2_site(database, {"bigbox-as2": options()}, admission=Admission(patience=0.05)) as site:
        async with database.transaction() as connection:
            await connection.execute("lock table gateway.transfer in share mode")
            first = asyncio.create_task(bigbox.post(site.url, built))
            await site.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
            copy = await bigbox.post(site.url, built)
            assert copy.status == 503
            assert dict(copy.headers)["Retry-After"]
        assert (await first).status == 200
        assert len(await site.held()) == 1


async def test_a_copy_may_be_told_that_it_is_one(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(duplicates="warn")}) as site:
        built = bigbox.build()
        await bigbox.post(site.url, built)
        answered = await bigbox.post(site.url, built)
        assert answered.disposition == "processed/warning: duplicate-document"
        assert bigbox.judge(answered, built).outcome is MdnOutcome.ACCEPTED_WITH_WARNING
        assert len(await site.held()) == 1


async def test_a_receipt_that_only_the_copy_asks_for_is_made_and_kept(site: Site, bigbox: Partner) -> None:
    await bigbox.send(site.url, message_id="<1@bigbox>", receipt=None)
    first = await bigbox.send(site.url, message_id="<1@bigbox>")
    assert first.disposition == "processed"
    assert (await bigbox.send(site.url, message_id="<1@bigbox>")).body == first.body
    assert len(await site.rows(RECEIPTS)) == 1


async def test_the_same_id_for_other_content_is_an_error_with_an_owner(site: Site, bigbox: Partner) -> None:
    first = await bigbox.send(site.url, b"ISA one", message_id="<1@bigbox>")
    other = await bigbox.send(site.url, b"ISA two", message_id="<1@bigbox>")
    assert (other.status, other.disposition) == (200, "processed/error: invalid-message-id")
    assert await site.failures() == [("message-id-reused", "edi")]
    assert next((content, state) for _, content, state in await site.held()) == (b"ISA one", "received")
    assert (await site.held())[1][2] == "failed"
    assert sorted(await states(site)) == [("conflict", "answered"), ("processed", "answered")]
    assert (await bigbox.send(site.url, b"ISA one", message_id="<1@bigbox>")).body == first.body


async def test_without_an_id_the_content_is_the_key(site: Site, bigbox: Partner) -> None:
    for content in (b"ISA one", b"ISA one", b"ISA two"):
        answered = await bigbox.post(site.url, bigbox.build(content), headers={"Message-ID": None})
        assert answered.status == 200
    assert [content for _, content, _ in await site.held()] == [b"ISA one", b"ISA two"]


async def test_a_message_that_failed_is_processed_when_it_comes_again(site: Site, bigbox: Partner) -> None:
    stranger = Encryption((load_agreed(pair("SOMEBODY").agreed),))
    failed = await bigbox.send(site.url, message_id="<1@bigbox>", encryption=stranger)
    assert failed.disposition == "processed/error: decryption-failed"
    assert (await bigbox.send(site.url, message_id="<1@bigbox>")).disposition == "processed"
    assert [state for _, _, state in await site.held()] == ["failed", "received"]


# ------------------------------------------------------------------------------------------------ what is wrong


async def test_what_cannot_be_decrypted_is_stored_as_it_came(site: Site, bigbox: Partner) -> None:
    built = bigbox.build(encryption=Encryption((load_agreed(pair("SOMEBODY").agreed),)))
    answered = await bigbox.post(site.url, built)
    assert answered.signed
    assert answered.disposition == "processed/error: decryption-failed"
    ((name, content, state),) = await site.held()
    assert (name, content, state) == (built.message_id, built.body, "failed")
    assert await site.failures() == [("decryption-failed", "edi")]
    assert await states(site) == [("quarantined", "answered")]
    assert site.announced == []


@pytest.mark.parametrize(
    ("sealed", "disposition"),
    [
        ({"signing": None}, "insufficient-message-security"),
        ({"encryption": None}, "insufficient-message-security"),
        ({"signing": "stranger"}, "authentication-failed"),
    ],
)
async def test_what_proves_too_little_is_refused_and_kept(site: Site, bigbox: Partner, sealed: dict, disposition: str) -> None:
    if sealed.get("signing"):
        sealed = {"signing": Signing(load_pair(pair("SOMEBODY").own))}
    answered = await bigbox.send(site.url, **sealed)
    assert answered.disposition == f"processed/error: {disposition}"
    assert await site.failures() == [(disposition, "edi")]
    assert [state for _, _, state in await site.held()] == ["failed"]


async def test_changed_bytes_are_noticed(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(require_encryption=False)}) as site:
        built = bigbox.build(encryption=None)
        answered = await bigbox.post(site.url, built, body=built.body.replace(b"ISA*00*", b"ISA*01*"))
        assert answered.disposition == "processed/error: integrity-check-failed"
        assert await site.failures() == [("integrity-check-failed", "edi")]


async def test_a_stranger_is_told_so_and_what_he_sent_is_kept(site: Site) -> None:
    async with Partner("SOMEBODY", "NORDIC") as stranger:
        answered = await stranger.send(site.url)
        assert answered.signed
        assert answered.disposition == "processed/error: unknown-trading-partner"
    assert await site.failures() == [("unknown-trading-partner", "operations")]
    assert [state for _, _, state in await site.held()] == ["failed"]
    (view,) = await site.rows("select channel, partner, state from gateway.transfer")
    assert view == {"channel": "as2", "partner": None, "state": "quarantined"}


async def test_partners_who_agreed_on_other_names_are_told_so(database: Database, bigbox: Partner) -> None:
    both = {"bigbox-as2": options(), "acme-as2": options(ours="OTHER", theirs="ACME")}
    async with as2_site(database, both) as site:
        built = bigbox.build()
        answered = await bigbox.post(site.url, built, headers={"AS2-To": "OTHER"})
        assert b"unknown-trading-relationship" in answered.body


async def test_a_message_without_a_receipt_that_cannot_be_taken_is_no_success(site: Site, bigbox: Partner) -> None:
    assert (await bigbox.send(site.url, signing=None, receipt=None)).status == 400


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"micalgs": ("md4",), "micalgs_required": True}, "unsupported MIC-algorithms"),
        ({"protocol": "pgp", "protocol_required": True}, "unsupported format"),
    ],
)
async def test_a_receipt_that_cannot_be_given_fails_the_message(site: Site, bigbox: Partner, asked: dict, words: str) -> None:
    answered = await bigbox.send(site.url, receipt=replace(ASKED, **asked))
    assert answered.disposition == f"failed/failure: {words}"
    assert [code for code, _ in await site.failures()] == [words.replace(" ", "-")]
    assert [state for _, _, state in await site.held()] == ["failed"]


async def test_without_a_usable_key_of_ours_the_message_is_kept_and_its_owner_told(database: Database, bigbox: Partner) -> None:
    ended = pair("NORDIC of last year", days=-1, begun=30)
    async with as2_site(database, {"bigbox-as2": options(keys=(ended.own, pair("NORDIC").own))}) as site:
        assert (await bigbox.send(site.url)).signed
    later = replace(pair("NORDIC").own.certificate, use_from=datetime.now(UTC) + timedelta(days=1))
    async with as2_site(database, {"bigbox-as2": options(keys=(replace(pair("NORDIC").own, certificate=later),))}) as site:
        answered = await bigbox.send(site.url)
        assert not answered.signed
        assert ("receipt-unsigned", "edi") in await site.failures()


async def test_what_is_no_as2_is_refused(site: Site, bigbox: Partner) -> None:
    answered = await bigbox.post(site.url, bigbox.build(), headers={"AS2-From": None})
    assert answered.status == 400
    assert b"AS2-From" in answered.body
    assert await site.held() == []


# ------------------------------------------------------------------------------------------------ asynchronous receipts


def asynchronous(url: str, receipt: ReceiptRequest = ASKED) -> ReceiptRequest:
    return replace(receipt, url=url)


async def test_an_asynchronous_receipt_is_a_delivery_of_its_own(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(receipt_hosts=("127.0.0.1",))}) as site:
        gathered = Gathered([503, 500])
        built = bigbox.build(receipt=asynchronous(await bigbox.listen(gathered.handle)))
        answered = await bigbox.post(site.url, built)
        assert (answered.status, answered.body) == (204, b"")
        await site.until("select 1 from gateway.transfer where receipt_state = 'answered'")
        assert len(gathered.bodies) == 3
        request, body = bigbox.requests[-1]
        came = bigbox.read(200, tuple(request.headers.items()), body)
        assert bigbox.judge(came, built).outcome is MdnOutcome.ACCEPTED
        await site.until("select 1 from gateway.delivery where state = 'delivered' and action = 'receipt'")
        attempts = await site.rows("select outcome, code from gateway.attempt order by attempt")
        assert [(a["outcome"], a["code"]) for a in attempts] == [("retry", "http-503"), ("retry", "http-500"), ("delivered", "")]


async def test_a_copy_gets_the_asynchronous_receipt_again(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(receipt_hosts=("127.0.0.1",))}) as site:
        gathered = Gathered()
        built = bigbox.build(receipt=asynchronous(await bigbox.listen(gathered.handle)))
        await bigbox.post(site.url, built)
        await site.until("select 1 from gateway.delivery where state = 'delivered'")
        assert (await bigbox.post(site.url, built)).status == 204
        await site.until("select 1 from (select count(*) from gateway.delivery where state = 'delivered') c(n) where n = 2")
        assert len(gathered.bodies) == 2
        assert gathered.bodies[0] == gathered.bodies[1]
        assert len(await site.held()) == 1


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "http://127.0.0.1:9/in", "http://localhost:9/in", "file:///etc/passwd", "http://[::1]:9/"]
)
async def test_receipts_go_to_no_address_inside_that_was_not_agreed(site: Site, bigbox: Partner, url: str) -> None:
    assert (await bigbox.send(site.url, receipt=asynchronous(url))).status == 204
    (delivery,) = await site.until("select code, message from gateway.delivery where state = 'failed'")
    assert delivery["code"] == "receipt-address-refused"
    assert await site.until("select 1 from gateway.failure where code = 'receipt-address-refused'")
    assert [state for _, _, state in await site.held()] == ["received"]


async def test_who_proves_nothing_has_no_receipt_sent_anywhere(site: Site, bigbox: Partner) -> None:
    asked = asynchronous("http://192.0.2.1/in")
    assert (await bigbox.send(site.url, receipt=asked, signing=None)).disposition.endswith("insufficient-message-security")
    async with Partner("SOMEBODY", "NORDIC") as stranger:
        assert (await stranger.send(site.url, receipt=asked)).disposition.endswith("unknown-trading-partner")
    assert await site.rows("select 1 from gateway.delivery") == []


async def test_who_fails_gets_his_asynchronous_receipt_where_it_was_agreed(database: Database, bigbox: Partner) -> None:
    gathered = Gathered()
    url = await bigbox.listen(gathered.handle)
    async with as2_site(database, {"bigbox-as2": options(url=url)}) as site:
        assert (await bigbox.send(site.url, receipt=asynchronous(url), signing=None)).status == 204
        await site.until("select 1 from gateway.delivery where state = 'delivered'")
    assert b"insufficient-message-security" in gathered.bodies[0]


# ------------------------------------------------------------------------------------------------ limits and troubles


async def test_a_body_over_the_limit_is_refused_before_it_is_read(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(max_bytes=10_000)}) as site:
        answered = await bigbox.send(site.url, bytes(20_000), encryption=None)
        assert answered.status == 413
        assert await site.held() == []
        assert (await bigbox.send(site.url)).status == 200


async def test_a_compressed_body_that_grows_beyond_the_limit_is_refused_and_kept(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options(max_bytes=200_000)}) as site:
        answered = await bigbox.send(site.url, bytes(20_000_000), compression=Compression.BEFORE_SIGNING)
        assert answered.disposition == "processed/error: decompression-failed"
        ((_, content, state),) = await site.held()
        assert state == "failed"
        assert len(content) < 200_000


async def test_a_sender_that_dawdles_is_cut_off(database: Database) -> None:
    limits = Admission(body=Limits(body_within=0.1))
    async with as2_site(database, {"bigbox-as2": options()}, admission=limits) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        writer.write(b"POST /as2 HTTP/1.1\r\nHost: x\r\nAS2-From: BIGBOX\r\nAS2-To: NORDIC\r\nContent-Length: 100\r\n\r\nslow")
        answer = await asyncio.wait_for(reader.readline(), 10)
        assert b" 408 " in answer
        writer.close()


@pytest.mark.parametrize("flood", [b"X: y\r\n" * 5_000, b"X: " + b"y" * 100_000 + b"\r\n"])
async def test_a_flood_of_headers_is_refused(site: Site, flood: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(b"POST /as2 HTTP/1.1\r\nHost: x\r\nAS2-From: BIGBOX\r\nAS2-To: NORDIC\r\n" + flood + b"\r\n")
    assert b" 400 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    assert await site.held() == []


async def test_only_so_many_are_worked_on_at_once(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, {"bigbox-as2": options()}, admission=Admission(body=Limits(at_once=1))) as site:
        async with database.transaction() as connection:
            await connection.execute("lock table gateway.transfer in share mode")
            first = asyncio.create_task(bigbox.send(site.url))
            await site.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
            assert (await bigbox.send(site.url)).status == 429
        assert (await first).status == 200


async def test_strangers_have_a_quota_that_partners_do_not_share(database: Database, bigbox: Partner) -> None:
    admission = Admission(quota=Quota(messages=2, every=0.0))
    async with (
        as2_site(database, {"bigbox-as2": options()}, admission=admission) as site,
        Partner("SOMEBODY", "NORDIC") as stranger,
    ):
        statuses = [(await stranger.send(site.url)).status for _ in range(4)]
        assert statuses == [200, 200, 429, 429]
        assert (await bigbox.send(site.url, signing=None)).status == 200
        assert (await bigbox.send(site.url)).disposition == "processed"
    assert len(await site.held()) == 4


async def test_the_quota_holds_between_two_counts(database: Database) -> None:
    admission = Admission(quota=Quota(size=5_000, every=3_600))
    async with (
        as2_site(database, {"bigbox-as2": options()}, admission=admission) as site,
        Partner("SOMEBODY", "NORDIC") as stranger,
    ):
        statuses = [(await stranger.send(site.url, bytes(1_000))).status for _ in range(5)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("trouble", "code"), [(StoreUnavailable("down"), b"store-unavailable"), (CommitUnknown("lost"), b"commit-unknown")]
)
async def test_when_the_store_is_in_trouble_the_sender_is_told_to_come_again(
    site: Site, bigbox: Partner, monkeypatch: pytest.MonkeyPatch, trouble: Exception, code: bytes
) -> None:
    async def fails(*_: Any) -> Any:
        raise trouble

    built = bigbox.build()
    with monkeypatch.context() as patched:
        patched.setattr(site.transfers, "arrive", fails)
        answered = await bigbox.post(site.url, built)
    assert answered.status == 503
    assert code in answered.body
    assert (await bigbox.post(site.url, built)).disposition == "processed"
    assert len(await site.held()) == 1


@pytest.mark.parametrize("asked", [b"", b"Disposition-Notification-To: x\r\n"])
@pytest.mark.parametrize(
    ("name", "answerable"), [(b"\xff\xfe", False), (b"A" * 1_000, False), (b'"a \\" b"', True), (b'"unclosed', True)]
)
async def test_names_and_ids_that_nobody_expects_are_stored_readably(
    site: Site, name: bytes, answerable: bool, asked: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    head = b"POST /as2 HTTP/1.1\r\nHost: x\r\nAS2-From: %b\r\nAS2-To: NORDIC\r\nMessage-ID: <\xff%b" % (name, b"x" * 300)
    writer.write(head + b">\r\n%bContent-Length: 3\r\nConnection: close\r\n\r\nISA" % asked)
    status = b" 200 " if asked and answerable else b" 400 "
    assert status in await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    assert [(content, state) for _, content, state in await site.held()] == [(b"ISA", "failed")]


async def test_a_fault_of_ours_loses_no_message(site: Site, bigbox: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    built = bigbox.build()
    with monkeypatch.context() as patched:
        patched.setattr("gateway.channels.as2.inbound.read", breaks)
        answered = await bigbox.post(site.url, built)
    assert answered.disposition == "processed/error: unexpected-processing-error"
    assert [(content, state) for _, content, state in await site.held()] == [(built.body, "failed")]
    assert (await bigbox.post(site.url, built)).disposition == "processed"


@pytest.mark.parametrize(("tolerated", "disposition"), [(None, "processed/error: authentication-failed"), (0, "processed")])
async def test_an_expired_certificate_is_taken_only_where_that_was_agreed(
    database: Database, tolerated: int | None, disposition: str
) -> None:
    ended = pair("BIGBOX ended", days=-1, begun=30)
    until = None if tolerated is None else datetime.now(UTC).date()
    async with (
        as2_site(database, {"bigbox-as2": options(certificates=(ended.agreed,), expired_until=until)}) as site,
        Partner("BIGBOX", "NORDIC") as bigbox,
    ):
        answered = await bigbox.send(site.url, signing=Signing(load_pair(ended.own)))
        assert answered.disposition == disposition
