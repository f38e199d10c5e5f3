"""What is proposed for a new partner, by how it is reached and what it sends; secrets are references whatever happens."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from gateway.config.partner_file import partner_file_text
from gateway.domain.agreement import Direction
from gateway.domain.onboarding.recognised import Recognised, Sample
from gateway.domain.onboarding.wish import Format, KnownApplication, Surroundings, Transport, Wish
from gateway.operations.propose_partner import propose
from gateway.operations.recognise_partner import recognise
from tests.gateway.cli.test_partners_add import EDIFACT, X12
from tests.gateway.operations.test_recognise_partner import OURS
from translators.contract import Family, Identity

ODOO = KnownApplication("odoo", "odoo", production=False)
AROUND = Surroundings(ours=OURS, owner="edi", owners=["edi"], applications=[ODOO], production=False)
ORDER = recognise([Sample("a", X12.encode())], OURS)
WISH = Wish(partner="acme", transport=Transport.FOLDER)


def written(wish: Wish = WISH, found: Recognised = ORDER, around: Surroundings = AROUND) -> dict[str, Any]:
    return tomllib.loads(partner_file_text(propose(wish, found, around)))


def asked(wish: Wish = WISH, found: Recognised = ORDER, around: Surroundings = AROUND) -> set[str]:
    return {question.code for _, question in propose(wish, found, around).decisions()}


@pytest.mark.parametrize("transport", Transport)
def test_every_transport_has_a_channel_that_carries_both_ways_and_no_secret(transport: Transport) -> None:
    file = written(replace(WISH, transport=transport))
    (channel,) = file["channel"]
    assert channel["type"] == ("folder" if transport is Transport.SFTP_INBOX else transport.value)
    assert {one.get("channel") for one in file["agreement"]} == {None, channel["id"]}
    secrets = [channel.get("password", "${X}"), *channel.get("token_hashes", ()), channel.get("imap", {}).get("password", "${X}")]
    assert all(secret.startswith("${") for secret in secrets)
    receipts = [one for agreed in file["agreement"] for one in agreed.get("expect", ()) if "receipt" in one]
    assert bool(receipts) == (transport is Transport.AS2)


def test_addresses_that_are_said_are_not_asked_for() -> None:
    for transport, address in ((Transport.SFTP, "sftp.acme.example"), (Transport.AS2, "https://acme.example/as2")):
        wish = replace(WISH, transport=transport)
        assert "address" in asked(wish)
        assert "address" not in asked(replace(wish, address=address))
        (channel,) = written(replace(wish, address=address))["channel"]
        assert address in (channel.get("host"), channel.get("url"))


def test_what_nobody_knows_is_asked() -> None:
    assert {"timezone", "duplicates", "sends", "expect", "items", "currency"} <= asked()
    assert "owner" in asked(around=replace(AROUND, owners=["edi", "sales"]))
    assert "owner" not in asked(replace(WISH, owner="sales"), around=replace(AROUND, owners=["edi", "sales"]))
    assert "usage" in asked(around=replace(AROUND, applications=[replace(ODOO, production=True)]))
    assert "identity-shared" in asked(around=replace(AROUND, claimed={(Family.X12, Identity("01", "555555555")): "other"}))
    assert "route" in asked(around=replace(AROUND, applications=[]))
    assert {"our-as2-name", "our-as2-key"} <= asked(replace(WISH, transport=Transport.AS2))


def test_which_of_our_identities_is_written_to_is_kept_where_there_are_several() -> None:
    several = {**OURS, Family.X12: [*OURS[Family.X12], Identity("12", "OTHER")]}
    assert written(around=replace(AROUND, ours=several))["partner"][0]["addressed_as"] == {"x12": "ZZ:MYCOMPANY"}
    assert "addressed_as" not in written()["partner"][0]


def test_what_is_sent_may_be_said() -> None:
    none = written(replace(WISH, sends=[]))
    assert [one["direction"] for one in none["agreement"]] == ["in"]
    going = Format(Family.X12, "005010", "856", "despatch_advice", Direction.OUT)
    some = written(replace(WISH, sends=["order_response"], formats=[going]))
    assert [one["format"] for one in some["agreement"]] == ["x12/004010/850", "x12/005010/856", "x12/004010/855"]


def test_odd_separators_are_written_as_the_partner_writes_them() -> None:
    found = recognise([Sample("a", X12.replace("*", "|").replace("~", "\n").encode())], OURS)
    agreed = written(found=found)["agreement"][1]
    assert agreed["writing"]["separators"] == {"element": "|", "segment": "\n"}
    edifact = written(found=recognise([Sample("a", EDIFACT.replace("UNOC:3", "UNOA:2").encode())], OURS))
    assert edifact["agreement"][1]["writing"] == {"charset": "UNOA", "syntax": 2}


def test_a_supplier_gets_orders_and_its_confirmations_reach_the_purchase() -> None:
    answer = (
        X12.replace("GS*PO", "GS*PR").replace("ST*850", "ST*855").replace("BEG*00*NE*4711**20261101", "BAK*00*AC*4711*20261101")
    )
    file = written(found=recognise([Sample("a", answer.encode())], OURS))
    assert [(one["direction"], one["document"]) for one in file["agreement"]] == [
        ("in", "order_response"),
        ("out", "purchase_order"),
    ]
    assert file["route"][0]["deliver"] == [{"to": "odoo", "as": "purchase_confirmation"}]


def test_a_partner_on_a_productive_application_is_productive() -> None:
    assert written()["partner"][0]["usage"] == "test"
    productive = replace(AROUND, applications=[replace(ODOO, production=True)])
    assert written(around=productive)["partner"][0]["usage"] == "production"
