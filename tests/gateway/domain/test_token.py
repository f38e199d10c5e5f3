"""Tokens and their hashes."""

from gateway.domain.token import HASH, hash_token, token_matches


def test_a_hash_has_the_form_that_the_configuration_wants() -> None:
    assert HASH.fullmatch(hash_token("token"))


def test_a_hash_is_the_plain_sha256_that_other_tools_make() -> None:
    assert hash_token("token") == "sha256:3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"


def test_each_of_several_tokens_is_taken_and_no_other() -> None:
    hashes = (hash_token("old"), hash_token("new"))
    assert [token_matches(token, hashes) for token in ("old", "new", "", "else")] == [True, True, False, False]
    assert not token_matches("old", ())
