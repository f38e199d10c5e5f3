"""Owners: their addresses, whose failures are whose, and who comes next."""

import pytest

from gateway.domain.owner import Address, Owner, Ownership, escalation, parse_address

OWNERS = {owner.id: owner for owner in (Owner("edi", next="ops"), Owner("ops"), Owner("a", next="b"), Owner("b", next="a"))}


@pytest.mark.parametrize(("first", "chain"), [("edi", ("edi", "ops")), ("ops", ("ops",)), ("a", ("a", "b")), ("nobody", ())])
def test_owners_are_asked_in_turn_and_each_once(first: str, chain: tuple[str, ...]) -> None:
    assert escalation(first, OWNERS) == chain


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("mail:edi@nordic.example", "mail:edi@nordic.example"),
            ("webhook:https://chat.nordic.example/hooks/T0/B0/secret?x=1", "webhook:chat.nordic.example"),
            ("webhook:http://user:pw@10.0.0.7:8080", "webhook:10.0.0.7"),
            ("webhook:https://[2001:db8::7]:8443/x", "webhook:[2001:db8::7]"),
            ("exec:/opt/edi/page --to 'night shift'", "exec:page"),
        ],
    )
    def test_people_see_no_secret_of_one(self, text: str, shown: str) -> None:
        address = parse_address(text)
        assert address.shown == shown
        assert "secret" not in repr(address)
        assert address.mark == parse_address(text).mark != parse_address("mail:other@nordic.example").mark

    @pytest.mark.parametrize(
        "text",
        [
            "", "edi@nordic.example", "fax:1234", "mail:", "mail:a@b, c@d", "mail:Edi <edi@nordic.example>", "webhook:",
            "webhook:chat.example", "webhook:ftp://chat.example", "webhook:https://", "webhook:https://a b.example",
            "webhook:https://a.example:port/", "exec:", "exec:page", "exec:/opt/page 'night",
        ],
    )  # fmt: skip
    def test_what_cannot_be_used_says_what_to_write(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"write|told by|quotation"):
            parse_address(text)

    def test_no_shell_reads_a_command(self) -> None:
        assert Address("exec", "/opt/page --to 'night shift' $(id)").command == ("/opt/page", "--to", "night shift", "$(id)")


class TestOwnership:
    OWNERS = Ownership("edi", {"deliver": "it"}, {"bigbox": "sales"}, {"orders": "warehouse"})

    @pytest.mark.parametrize(
        ("known", "owner"),
        [
            ({"partner": "bigbox", "stage": "deliver", "route": "orders", "target": "it"}, "warehouse"),
            ({"partner": "bigbox", "stage": "deliver", "route": "others", "target": "it"}, "sales"),
            ({"partner": None, "stage": "deliver", "target": "finance"}, "finance"),
            ({"partner": "unknown", "stage": "deliver"}, "it"),
            ({"partner": None, "stage": "translate"}, "edi"),
            ({"partner": None}, "edi"),
        ],
    )
    def test_the_closest_to_the_document_has_it(self, known: dict[str, str | None], owner: str) -> None:
        assert self.OWNERS.owner_of(known.pop("partner"), **known) == owner  # type: ignore[arg-type]
