"""Channels of the type http: what stands in routes.toml is what they are told, and what is wrong is found there."""

from pathlib import Path

import pytest

from gateway.bootstrap import http
from gateway.config import lint, load
from gateway.domain.channel import HttpOptions
from gateway.domain.http_terms import (
    ApiKeyLogin,
    BasicLogin,
    BearerLogin,
    ClientTls,
    HttpCertificate,
    HttpListing,
    OAuth2Login,
    ServerTls,
)
from gateway.domain.token import hash_token
from tests.gateway.channels.http_partner import issue
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

WORLD = {
    **ENVIRON,
    "TOKEN_HASH": hash_token("token"),
    "HOOK_HASH": hash_token("hook"),
    "HMAC": "whsec_c2VjcmV0",
    "OLD_HMAC": "b2xk",
    "LOGIN": "login-secret",
    "KEY_PASSWORD": "",
}
GATEWAY = 'identities = { x12 = "ZZ:US", edifact = "5790000000012:14" }\n'
BEHIND = 'trusted_proxies = ["10.0.0.0/8"]\ncertificate_header = "Client-Cert"\n'
HTTP = """
[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${TOKEN_HASH}"]
url_hashes = ["${HOOK_HASH}"]
addresses = ["198.51.100.0/24", "2001:db8::1"]

[channel.signature]
secrets = ["${HMAC}", "${OLD_HMAC}"]
secret_encoding = "base64"
encoding = "base64"
signed = "{id}.{timestamp}.{body}"
window = "2m"

[channel.client_certificate]
certificates = ["bigbox.pem"]
fingerprints = ["AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD:AB:CD"]
subjects = ["CN=bigbox,O=Test"]
authorities = ["authority.pem"]

[channel.send]
url = "https://edi.bigbox.example/in/{name}"
method = "PUT"
idempotent = true
answer = "acknowledgement"
already = [409]
login = { type = "oauth2", token_url = "https://login.bigbox.example/token", client_id = "we", client_secret = "${LOGIN}" }
tls = { certificate = "us.pem", key = "us.key", key_password = "${KEY_PASSWORD}", authorities = "authority.pem" }
headers = { X-Tenant = "nordic" }

[channel.poll]
url = "https://edi.bigbox.example/out"
content_url = "https://edi.bigbox.example/out/{id}"
confirm = "post"
confirm_url = "https://edi.bigbox.example/out/{id}/done"
cursor_parameter = "since"
every = "5m"
login = { type = "basic", user = "us", password = "${LOGIN}" }
hosts = ["https://files.bigbox.example"]

[channel.poll.listing]
items = "data.files[]"
id = "id"
name = "name"
version = ["changed"]
cursor = "data.cursor"
"""
AROUND = ROUTES.replace(GATEWAY, GATEWAY + BEHIND)


@pytest.fixture
def certified(project: Project) -> Project:
    """A project whose folder has the certificates that are named."""

    def made(text: str) -> Path:
        path = project(text)
        authority = issue(path.parent, "authority", authority=True)
        for name in ("bigbox", "us"):
            issue(path.parent, name, by=authority)
        return path

    return made


def options(path: Path, name: str = "bigbox-http") -> HttpOptions:
    found = load(path, WORLD).channels[name].options
    assert isinstance(found, HttpOptions)
    return found


def test_how_a_partner_proves_who_it_is(certified: Project) -> None:
    path = certified(AROUND + HTTP)
    told = options(path)
    assert (told.token_hashes, told.url_hashes) == ((WORLD["TOKEN_HASH"],), (WORLD["HOOK_HASH"],))
    assert told.addresses == ("198.51.100.0/24", "2001:db8::1")
    assert told.signature is not None
    assert (told.signature.secrets, told.signature.window) == ((b"secret", b"old"), 120.0)
    assert told.certificate == HttpCertificate(
        (str(path.parent / "bigbox.pem"),), ("abcd" * 16,), ("CN=bigbox,O=Test",), (str(path.parent / "authority.pem"),)
    )
    assert (told.accepts, told.sends, told.receives) == (True, True, True)
    assert "secret" not in repr(told)


def test_what_is_posted_and_what_is_fetched(certified: Project) -> None:
    path = certified(AROUND + HTTP)
    told = options(path)
    assert told.send is not None
    assert told.poll is not None
    assert (told.send.method, told.send.idempotent, told.send.answer, told.send.already) == (
        "PUT",
        True,
        "acknowledgement",
        (409,),
    )
    assert told.send.client.login == OAuth2Login("https://login.bigbox.example/token", "we", "login-secret")
    assert told.send.client.tls == ClientTls(
        str(path.parent / "us.pem"), str(path.parent / "us.key"), "", str(path.parent / "authority.pem")
    )
    assert told.send.client.headers == (("X-Tenant", "nordic"),)
    assert (told.poll.every, told.poll.confirm, told.poll.cursor_parameter) == (300.0, "post", "since")
    assert told.poll.client.login == BasicLogin("us", "login-secret")
    assert told.poll.client.hosts == ("https://files.bigbox.example",)
    assert told.poll.listing == HttpListing(
        "json", "data.files[]", id="id", name="name", version=("changed",), cursor="data.cursor"
    )


@pytest.mark.parametrize(
    ("login", "made"),
    [
        ('{ type = "bearer", token = "${LOGIN}" }', BearerLogin("login-secret")),
        ('{ type = "api_key", key = "${LOGIN}", name = "key", place = "query" }', ApiKeyLogin("login-secret", "key", "query")),
    ],
)
def test_each_kind_of_login(project: Project, login: str, made: object) -> None:
    text = f'[[channel]]\nid = "h"\ntype = "http"\npartner = "bigbox"\nsend = {{ url = "https://x.example", login = {login} }}\n'
    told = options(project(ROUTES + text), "h")
    assert told.send is not None
    assert told.send.client.login == made
    assert (told.accepts, told.receives) == (False, False)


def test_tls_of_our_own_server_asks_for_what_channels_name(certified: Project) -> None:
    own = 'tls = { certificate = "us.pem", key = "us.key" }\n'
    path = certified(ROUTES.replace(GATEWAY, GATEWAY + own) + HTTP)
    tls = http.server_tls(load(path, WORLD))
    folder = path.parent
    assert tls == ServerTls(
        str(folder / "us.pem"), str(folder / "us.key"), "", (str(folder / "bigbox.pem"), str(folder / "authority.pem"))
    )


def test_who_may_post_and_who_is_answered_by_cxml(certified: Project) -> None:
    snapshot = load(certified(AROUND + HTTP), WORLD)
    access = http.access(snapshot, admit=lambda _: None)
    assert list(access.entrances) == ["bigbox"]
    assert access.entrances["bigbox"].answers_cxml is False
    assert http.largest_post(snapshot) == 64 * 1024 * 1024
    found = access.behind("hook")
    assert found is not None
    assert found.channel == "bigbox-http"


WRONG = [
    ('token_hashes = ["${TOKEN_HASH}"]', f'token_hashes = ["{hash_token("x")}"]', "R013", "secret"),
    ('url_hashes = ["${HOOK_HASH}"]', 'url_hashes = ["${LOGIN}"]', "R005", "64 lower-case"),
    ('secrets = ["${HMAC}", "${OLD_HMAC}"]', 'secrets = ["${HMAC}", "b2xk"]', "R013", "secret"),
    ('secrets = ["${HMAC}", "${OLD_HMAC}"]', 'secrets = ["${TOKEN_HASH}"]', "R005", "not written in base64"),
    ('secrets = ["${HMAC}", "${OLD_HMAC}"]', "secrets = []", "R005", ""),
    ('signed = "{id}.{timestamp}.{body}"', 'signed = "{body}{timestamp}"', "R005", "end it with {body}"),
    ('signed = "{id}.{timestamp}.{body}"', 'signed = "{nonce}{body}"', "R005", "end it with {body}"),
    ('"198.51.100.0/24"', '"198.51.100.0/240"', "R005", "no network"),
    ('window = "2m"', 'windows = "2m"', "R003", 'did you mean "window"?'),
    ('certificates = ["bigbox.pem"]', 'certificates = ["none.pem"]', "R064", "no file none.pem"),
    ('certificates = ["bigbox.pem"]', 'certificates = ["us.key"]', "R064", "no certificate"),
    ('subjects = ["CN=bigbox,O=Test"]', 'subjects = ["bigbox"]', "R005", "is no name"),
    ('subjects = ["CN=bigbox,O=Test"]', "subjects = []", "R005", "belong together"),
    ('fingerprints = ["AB:CD', 'fingerprints = ["AB', "R005", "fingerprints"),
    ('url = "https://edi.bigbox.example/in/{name}"', 'url = "ftp://edi"', "R005", "url"),
    ('url = "https://edi.bigbox.example/in/{name}"', 'url = "https://us:pw@edi.bigbox.example/"', "R005", "url"),
    ('url = "https://edi.bigbox.example/in/{name}"', 'url = "https://{name}.example/"', "R005", "url"),
    ("already = [409]", "already = [200]", "R005", "already"),
    ('client_secret = "${LOGIN}"', 'client_secret = "in the open"', "R013", "secret"),
    ('password = "${LOGIN}"', 'password = "in the open"', "R013", "secret"),
    ('key_password = "${KEY_PASSWORD}"', 'key_password = "in the open"', "R013", "secret"),
    ('type = "oauth2"', 'type = "oauth"', "R005", 'did you mean "oauth2"?'),
    ('client_id = "we", ', "", "R004", "client_id"),
    ('key = "us.key"', 'key = "bigbox.key"', "R064", "cannot be used together"),
    ('key = "us.key"', 'key = "none.key"', "R064", "no file none.key"),
    ('certificate = "us.pem", key', "key", "R005", "belongs to a certificate"),
    ('cursor_parameter = "since"\n', "", "R005", "belong together"),
    ('content_url = "https://edi.bigbox.example/out/{id}"\n', "", "R005", "where an item is"),
    ('items = "data.files[]"', 'form = "lines"', "R005", "only lists"),
    ('confirm = "post"', 'confirm = "patch"', "R005", "delete, post, put, none"),
    ('trusted_proxies = ["10.0.0.0/8"]\n', "", "R067", "nobody is trusted"),
    ('trusted_proxies = ["10.0.0.0/8"]', 'trusted_proxies = ["proxy"]', "R005", "no network"),
    (BEHIND, "", "R067", "nobody can show"),
]


@pytest.mark.parametrize(("old", "new", "code", "message"), WRONG, ids=lambda value: value[:40])
def test_what_is_wrong_is_found_where_it_stands(certified: Project, old: str, new: str, code: str, message: str) -> None:
    before = AROUND + HTTP
    assert before.count(old) == 1
    path = certified(before.replace(old, new))
    found = [item for item in lint(path, WORLD).items if item.severity == "error"]
    assert [item.code for item in found] == [code], [str(item) for item in found]
    assert message in found[0].message
    changed = path.read_text().splitlines()[found[0].line - 1]
    assert found[0].line > 1
    assert changed


def test_a_login_on_an_open_line_is_told(certified: Project) -> None:
    text = AROUND + HTTP.replace('url = "https://edi.bigbox.example/in/{name}"', 'url = "http://edi.bigbox.example/in"')
    assert [item.code for item in lint(certified(text), WORLD).items] == ["R068"]
    assert lint(certified(text.replace("idempotent", "internal = true\nidempotent")), WORLD).items == ()


MINIMAL = '[[channel]]\nid = "{}"\ntype = "http"\npartner = "bigbox"\n{} = ["${{{}}}"]\n'


def test_two_channels_for_the_posts_of_one_partner_are_told(project: Project) -> None:
    text = ROUTES + MINIMAL.format("a", "token_hashes", "TOKEN_HASH") + MINIMAL.format("b", "url_hashes", "HOOK_HASH")
    found = lint(project(text), WORLD).items
    assert [(item.code, 'channel "a" already' in item.message) for item in found] == [("R066", True)]


def test_a_secret_url_of_two_partners_is_told(project: Project) -> None:
    other = '[[partner]]\nid = "other"\nowner = "edi"\nidentities = { x12 = "01:9" }\n'
    second = MINIMAL.format("b", "url_hashes", "HOOK_HASH").replace("bigbox", "other")
    text = ROUTES + other + MINIMAL.format("a", "url_hashes", "HOOK_HASH") + second
    found = [item for item in lint(project(text), WORLD).items if item.severity == "error"]
    assert [item.code for item in found] == ["R066"]


@pytest.mark.parametrize("more", ["", 'addresses = ["10.0.0.1"]\n'])
def test_a_channel_for_nothing_is_told(project: Project, more: str) -> None:
    text = f'[[channel]]\nid = "h"\ntype = "http"\npartner = "bigbox"\n{more}'
    found = [item for item in lint(project(ROUTES + text), WORLD).items if item.severity == "error"]
    assert [item.code for item in found] == ["R005"]


@pytest.mark.parametrize(
    ("known", "code"),
    [('certificates = ["bigbox.pem"]', None), ("", "R067")],
)
def test_fingerprints_alone_are_not_enough_for_our_own_server(certified: Project, known: str, code: str | None) -> None:
    mark = "ab" * 32
    channel = (
        f'[[channel]]\nid = "h"\ntype = "http"\npartner = "bigbox"\n[channel.client_certificate]\nfingerprints = ["{mark}"]\n'
    )
    own = 'tls = { certificate = "us.pem", key = "us.key" }\n'
    found = lint(certified(ROUTES.replace(GATEWAY, GATEWAY + own) + channel + known), WORLD).items
    assert [item.code for item in found] == ([code] if code else [])


def test_items_whose_content_stands_in_the_list_need_no_address_but_for_their_release(certified: Project) -> None:
    placed = HTTP.replace('content_url = "https://edi.bigbox.example/out/{id}"\n', "")
    inside = AROUND + placed.replace('name = "name"\n', 'name = "name"\ncontent = "body"\nencoding = "base64"\n')
    poll = options(certified(inside)).poll
    assert poll is not None
    assert (poll.listing.content, poll.listing.encoding, poll.content_url) == ("body", "base64", None)
    nowhere = inside.replace('confirm_url = "https://edi.bigbox.example/out/{id}/done"\n', "")
    (found,) = [item for item in lint(certified(nowhere), WORLD).items if item.severity == "error"]
    assert "released at confirm_url" in found.message
