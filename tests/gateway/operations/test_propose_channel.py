"""The channel proposed for a new partner: addresses however they are written, names of secrets that a shell can set."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.onboarding.partner_file import Question, Setting
from gateway.domain.onboarding.wish import KnownApplication, Surroundings, Transport, Wish
from gateway.operations.propose_channel import channel_block, channel_id, server, variable

AROUND = Surroundings(
    ours={}, owner="edi", owners=["edi"], applications=[KnownApplication("odoo", "odoo", production=False)], production=False
)
ACME = Wish(partner="acme", transport=Transport.FOLDER)


def channel(
    transport: Transport, *, sends: bool = True, around: Surroundings = AROUND, **said: Any
) -> tuple[Mapping[str, Any], set[str]]:
    """What is written for a channel, and the codes of what is asked."""
    parts = channel_block(replace(ACME, transport=transport, **said), around, sends=sends).parts
    settings = {part.key: part.value for part in parts if isinstance(part, Setting)}
    return settings, {part.code for part in parts if isinstance(part, Question)}


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "host", "port"),
        [
            ("sftp.acme.example", "sftp.acme.example", None),
            ("sftp.acme.example:2222", "sftp.acme.example", 2222),
            ("sftp://sftp.acme.example:2222/out", "sftp.acme.example", 2222),
            ("sftp://sftp.acme.example", "sftp.acme.example", None),
            ("us@sftp.acme.example", "sftp.acme.example", None),
            ("[2001:db8::1]:22", "2001:db8::1", 22),
            ("${ACME_HOST}", "${ACME_HOST}", None),
            ("${ACME_HOST:-sftp.acme.example}", "${ACME_HOST:-sftp.acme.example}", None),
        ],
    )
    @pytest.mark.parametrize("transport", [Transport.SFTP, Transport.FTPS])
    def test_host_and_port_are_told_apart(self, transport: Transport, address: str, host: str, port: int | None) -> None:
        settings, asked = channel(transport, address=address)
        assert (settings["host"], settings.get("port")) == (host, port)
        assert "address" not in asked

    @pytest.mark.parametrize("address", ["http://[::1", "host:port", "host:99999", "https://", "/only/a/path"])
    def test_what_is_no_server_is_no_address(self, address: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            server(address)

    @given(st.text(max_size=40))
    def test_any_text_is_an_address_or_is_refused(self, text: str) -> None:
        try:
            host, port = server(text)
        except ValueError:
            return
        assert host or not text
        assert port is None or 0 <= port <= 65535

    @pytest.mark.parametrize(
        ("address", "url"),
        [
            ("https://edi.acme.example:8443/in?a=b", "https://edi.acme.example:8443/in?a=b"),
            ("http://10.0.0.1/in", "http://10.0.0.1/in"),
            ("edi.acme.example/in", "https://edi.acme.example/in"),
            ("edi.acme.example:8443", "https://edi.acme.example:8443/as2"),
            ("${ACME_URL}", "${ACME_URL}"),
            ("", "https://edi.acme.example/as2"),
        ],
    )
    def test_a_url_is_made_of_as_much_as_was_said(self, address: str, url: str) -> None:
        settings, asked = channel(Transport.AS2, address=address)
        assert settings["url"] == url
        assert ("address" in asked) == (not address)

    def test_what_is_posted_goes_to_the_address_that_was_said(self) -> None:
        settings, _ = channel(Transport.HTTP, address="edi.acme.example/in")
        assert settings["send"] == {"url": "https://edi.acme.example/in"}

    @pytest.mark.parametrize(
        ("transport", "address", "inbox"),
        [
            (Transport.FOLDER, "/data/acme", "/data/acme/inbox"),
            (Transport.FOLDER, "/data/acme/", "/data/acme/inbox"),
            (Transport.FOLDER, "", "${GATEWAY_DATA:-var}/partners/acme/inbox"),
            (Transport.SFTP_INBOX, "/sftp/acme", "/sftp/acme/inbox"),
            (Transport.SFTP_INBOX, "", "/srv/sftp/acme/inbox"),
        ],
    )
    def test_folders_stand_below_the_one_that_was_said(self, transport: Transport, address: str, inbox: str) -> None:
        settings, _ = channel(transport, address=address)
        assert settings["inbox"] == inbox
        assert settings["outbox"] == inbox.removesuffix("inbox") + "outbox"

    def test_only_a_mail_address_is_one(self) -> None:
        settings, asked = channel(Transport.MAIL, address="edi@acme.example")
        assert (settings["imap"]["senders"], settings["smtp"]["to"]) == (["edi@acme.example"], ["edi@acme.example"])
        assert "address" not in asked
        assert "address" in channel(Transport.MAIL, address="mail.acme.example")[1]


class TestWhatGoesOut:
    def test_who_gets_nothing_from_us_needs_no_way_back(self) -> None:
        assert "send" not in channel(Transport.HTTP, sends=False)[0]
        assert "smtp" not in channel(Transport.MAIL, sends=False)[0]
        assert "answer" not in channel(Transport.HTTP, sends=False)[1]

    def test_what_we_lack_for_as2_is_asked_and_what_we_have_is_not(self) -> None:
        ready = replace(AROUND, as2_name="US", as2_keys=True)
        assert {"our-as2-name", "our-as2-key"} <= channel(Transport.AS2)[1]
        assert not {"our-as2-name", "our-as2-key"} & channel(Transport.AS2, around=ready)[1]

    def test_a_login_that_was_said_is_not_asked_for(self) -> None:
        for transport in (Transport.SFTP, Transport.FTPS):
            assert "user" in channel(transport)[1]
            settings, asked = channel(transport, user="us")
            assert (settings["user"], "user" in asked) == ("us", False)


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,40}", fullmatch=True), st.sampled_from(Transport))
def test_whatever_a_partner_is_called_its_variables_have_names_and_its_channel_is_its_own(
    partner: str, transport: Transport
) -> None:
    wish = Wish(partner=partner, transport=transport)
    assert re.fullmatch(r"[A-Z_][A-Z0-9_]*", variable(wish, "SFTP_PASSWORD"))
    settings = {part.key: part.value for part in channel_block(wish, AROUND, sends=True).parts if isinstance(part, Setting)}
    assert (settings["id"], settings["partner"]) == (channel_id(wish), partner)
