"""ID tokens: what holds, what does not, and that keys are never mistaken for secrets."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from gateway.domain.single_sign_on import Errand, OidcTerms, code_of, identity_of, question
from gateway.errors import IdentityRefused
from gateway.security.id_token import Expected, KeyUnknown, verified

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
EXPECTED = Expected("https://login.example", "edi", "the nonce", "the access token", NOW, timedelta(seconds=60))
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EDWARDS = ed25519.Ed25519PrivateKey.generate()


def published(key: Any, kid: str = "1", **members: Any) -> dict[str, Any]:
    kind = jwt.algorithms.OKPAlgorithm if key is EDWARDS else jwt.algorithms.RSAAlgorithm
    return {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, **members}


def token(key: Any = RSA, *, headers: dict[str, Any] | None = None, **claims: Any) -> str:
    at = int(NOW.timestamp())
    usual = {"iss": EXPECTED.issuer, "aud": "edi", "sub": "1", "nonce": EXPECTED.nonce, "iat": at, "exp": at + 60}
    algorithm = "EdDSA" if key is EDWARDS else "RS256"
    told = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": "1"} | (headers or {}))


def half(digest: bytes) -> str:
    return urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


@pytest.mark.parametrize(("key", "function"), [(RSA, sha256), (EDWARDS, sha512)])
def test_a_token_that_holds_tells_its_claims(key: Any, function: Any) -> None:
    made = token(key, at_hash=half(function(b"the access token").digest()), aud=["edi", "other"], azp="edi")
    assert verified(made, [published(key)], EXPECTED)["sub"] == "1"


@pytest.mark.parametrize("late", [-59, 59])
def test_clocks_may_differ_a_little(late: int) -> None:
    at = int(NOW.timestamp()) - late
    assert verified(token(iat=at, exp=at + 1 if late < 0 else at), [published(RSA)], EXPECTED)


@pytest.mark.parametrize(
    ("keys", "headers"),
    [
        ([], {}),
        ([published(RSA, "2")], {}),
        ([published(RSA), published(RSA)], {}),
        ([published(RSA, use="enc")], {}),
        ([published(RSA, alg="RS512")], {}),
        ([published(EDWARDS)], {}),
        ([{"kty": "oct", "k": "c2VjcmV0", "kid": "1"}], {}),
    ],
)
def test_a_key_that_does_not_fit_signs_nothing(keys: list[dict[str, Any]], headers: dict[str, Any]) -> None:
    with pytest.raises(KeyUnknown):
        verified(token(headers=headers), keys, EXPECTED)


@pytest.mark.parametrize(
    ("made", "keys", "reason"),
    [
        (token(), [published(SMALL)], "1024 bits"),
        (token(headers={"crit": ["b64"], "b64": True}), [published(RSA)], "another kind|cannot be read"),
        (token(headers={"typ": "logout+jwt"}), [published(RSA)], "another kind"),
        (token()[:-4] + "AAAA", [published(RSA)], "signature is wrong"),
        ("no token", [published(RSA)], "cannot be read"),
        ("x" * 30_000, [published(RSA)], "far too long"),
        (token(), [{"kty": "RSA", "kid": "1", "n": "!", "e": "AQAB"}], "cannot be read"),
    ],
)
def test_what_is_no_token_for_us_is_refused_with_its_reason(made: str, keys: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(IdentityRefused, match=reason):
        verified(made, keys, EXPECTED)


class TestErrand:
    def test_all_of_it_follows_from_its_secret_and_tells_nothing_of_it(self) -> None:
        one, other = Errand("one secret"), Errand("another secret")
        made = {one.state, one.nonce, one.verifier, one.challenge, other.state, other.nonce, other.verifier}
        assert len(made) == 7
        assert Errand("one secret").state == one.state
        assert 43 <= len(one.verifier) <= 128
        assert "secret" not in repr(one)
        terms = OidcTerms("https://login.example", "edi", "https://edi.example/", claim="sub")
        asked = question(terms, one)
        assert one.verifier not in asked.values()
        assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", "https://edi.example/sign-in/elsewhere/back")

    @pytest.mark.parametrize("secret", ["", "another"])
    def test_an_answer_belongs_to_one_errand(self, secret: str) -> None:
        terms = OidcTerms("https://login.example", "edi", "https://edi.example")
        answer = {"code": "c", "state": Errand("one").state if secret else Errand("").state}
        with pytest.raises(IdentityRefused, match="does not belong"):
            code_of(answer, terms, Errand(secret), names_issuer=False)

    def test_a_provider_that_promises_its_name_says_it(self) -> None:
        terms, errand = OidcTerms("https://login.example", "edi", "https://edi.example"), Errand("one")
        answer = {"code": "c", "state": errand.state}
        assert code_of(answer, terms, errand, names_issuer=False) == "c"
        with pytest.raises(IdentityRefused, match="another provider"):
            code_of(answer, terms, errand, names_issuer=True)

    def test_groups_that_are_none_give_no_role(self) -> None:
        terms = OidcTerms("i", "edi", "u", claim="sub", roles={"ops": frozenset()})
        for groups in (None, 3, {"ops": True}, [["ops"]], "ops"):
            with pytest.raises(IdentityRefused, match="none of the groups"):
                identity_of({"sub": "ada", "groups": groups}, terms)
