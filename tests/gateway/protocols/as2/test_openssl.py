"""Against OpenSSL's own CMS: what it signs and encrypts we read, what we sign and encrypt it reads."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.protocols.as2 import (
    Cipher,
    Digest,
    EncryptedLayer,
    Encryption,
    KeyTransport,
    Policy,
    Received,
    SignatureScheme,
    SignedLayer,
    Signing,
    load_certificate,
    read,
    read_envelope,
)
from gateway.protocols.as2.compressed_data import compress
from gateway.protocols.as2.enveloped_data import encrypt
from gateway.protocols.as2.signed_data import sign
from tests.gateway.protocols.as2.parties import AT, OPEN, key_pem, party

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(
    OPENSSL is None and os.environ.get("REQUIRE_SERVERS") != "1", reason="openssl is not installed: apt install openssl"
)

CONTENT = b"Content-Type: application/edi-x12\r\n\r\nISA*00*          *~\r\nGS*PO~\r\n"


def openssl(folder: Path, *arguments: str, content: bytes = b"", fails: bool = False) -> bytes:
    done = subprocess.run([OPENSSL or "", *arguments], input=content, capture_output=True, cwd=folder, timeout=30, check=False)
    assert (done.returncode != 0) == fails, done.stderr.decode()
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "ec"):
        (tmp_path / f"{name}.pem").write_bytes(party(name).certificate.parsed.public_bytes(Encoding.PEM))
        (tmp_path / f"{name}.key").write_bytes(key_pem(name))
    (tmp_path / "content").write_bytes(CONTENT)
    return tmp_path


def read_cms(structure: bytes, *, policy: Policy = OPEN) -> Received:
    envelope = read_envelope([("AS2-From", "A"), ("AS2-To", "B"), ("Content-Type", "application/pkcs7-mime")])
    return read(
        envelope,
        structure,
        keys=[party("b")],
        certificates=[party("a").certificate, party("ec").certificate],
        at=AT,
        policy=policy,
    )


def inner(content: bytes) -> bytes:
    return content.partition(b"\r\n\r\n")[2]


SIGN_OPTIONS: list[tuple[str, Sequence[str], SignatureScheme]] = [
    ("a", (), SignatureScheme.RSA_PKCS1),
    ("a", ("-keyopt", "rsa_padding_mode:pss"), SignatureScheme.RSA_PSS),
    ("a", ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:20"), SignatureScheme.RSA_PSS),
    ("ec", (), SignatureScheme.ECDSA),
]


@pytest.mark.parametrize("digest", [Digest.SHA256, Digest.SHA384, Digest.SHA512])
@pytest.mark.parametrize(("name", "options", "scheme"), SIGN_OPTIONS)
@pytest.mark.parametrize("extra", [(), ("-keyid",), ("-nocerts",), ("-stream",), ("-noattr",)])
def test_what_openssl_signs_we_verify(
    folder: Path, name: str, options: Sequence[str], scheme: SignatureScheme, digest: Digest, extra: tuple[str, ...]
) -> None:
    if extra == ("-stream",) and scheme is SignatureScheme.RSA_PSS:
        extra = ()  # this openssl cannot write PSS as a stream: "illegal zero content"
    key = ("-signer", f"{name}.pem", "-inkey", f"{name}.key", "-md", digest.value)
    structure = openssl(
        folder, "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", *key, *options, *extra, "-in", "content"
    )
    result = read_cms(structure)
    assert result.failure is None
    assert result.layers == (SignedLayer(party(name).certificate, digest, scheme, opaque=True),)
    assert result.parts[0].content == inner(CONTENT)


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_a_detached_signature_of_openssl_is_verified_whatever_line_ends_came(folder: Path, ends: bytes) -> None:
    """It signs text as CRLF; where LF comes, what was hashed is found, and the receipt quotes its MIC."""
    (folder / "text").write_bytes(CONTENT.replace(b"\r\n", b"\n"))
    made = openssl(folder, "cms", "-sign", "-signer", "a.pem", "-inkey", "a.key", "-md", "sha256", "-in", "text")
    head, _, body = made.partition(b"\n\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode().replace("\n\t", " ").split("\n")]
    envelope = read_envelope([(name, value) for name, value in headers])
    body = body.replace(b"\r\n", b"\n").replace(b"\n", ends)
    result = read(envelope, body, keys=[], certificates=[party("a").certificate], at=AT, policy=OPEN)
    assert result.failure is None
    assert result.signature is not None
    assert result.signature.canonicalised == (ends == b"\n")
    assert result.mic is not None
    assert result.mic.value == Digest.SHA256.of(CONTENT)
    assert result.mic.spelling == "sha-256"


@pytest.mark.parametrize("cipher", ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"])
@pytest.mark.parametrize(
    ("options", "transport"),
    [
        ((), KeyTransport.RSA_PKCS1),
        (("-keyopt", "rsa_padding_mode:oaep"), KeyTransport.RSA_OAEP_SHA1),
        (("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"), KeyTransport.RSA_OAEP_SHA256),
        (
            ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1"),
            KeyTransport.RSA_OAEP_SHA256,
        ),
    ],
)
@pytest.mark.parametrize("extra", [(), ("-stream",), ("-keyid",)])
def test_what_openssl_encrypts_we_decrypt(
    folder: Path, cipher: str, options: Sequence[str], transport: KeyTransport, extra: tuple[str, ...]
) -> None:
    structure = openssl(
        folder,
        "cms",
        "-encrypt",
        "-binary",
        f"-{cipher}",
        "-outform",
        "DER",
        "-in",
        "content",
        *extra,
        "-recip",
        "b.pem",
        *options,
    )
    result = read_cms(structure)
    assert result.failure is None
    expected = Cipher(cipher.replace("aes-", "aes"))
    assert result.layers == (EncryptedLayer(party("b").certificate, expected, transport),)
    assert result.parts[0].content == inner(CONTENT)


def test_triple_des_of_openssl_is_read_while_it_is_allowed(folder: Path) -> None:
    made = openssl(folder, "cms", "-encrypt", "-binary", "-des3", "-outform", "DER", "-in", "content", "-recip", "b.pem")
    refused = read_cms(made)
    assert refused.failure is not None
    assert "3des-cbc is not allowed" in refused.failure.reason
    allowed = replace(OPEN, until={Cipher.TRIPLE_DES_CBC: AT.date()})
    assert read_cms(made, policy=allowed).parts[0].content == inner(CONTENT)


def test_a_message_for_two_recipients_is_read_by_the_second(folder: Path) -> None:
    made = openssl(
        folder,
        "cms",
        "-encrypt",
        "-binary",
        "-aes-128-cbc",
        "-outform",
        "DER",
        "-in",
        "content",
        "-recip",
        "a.pem",
        "-recip",
        "b.pem",
    )
    assert read_cms(made).parts[0].content == inner(CONTENT)


@pytest.mark.parametrize("digest", Digest)
@pytest.mark.parametrize(
    ("name", "scheme"),
    [("a", SignatureScheme.RSA_PKCS1), ("a", SignatureScheme.RSA_PSS), ("ec", SignatureScheme.ECDSA)],
)
@pytest.mark.parametrize("opaque", [True, False])
def test_what_we_sign_openssl_verifies(folder: Path, name: str, scheme: SignatureScheme, digest: Digest, opaque: bool) -> None:
    structure = sign(CONTENT, Signing(party(name), digest, scheme, opaque=opaque), at=AT)
    (folder / "signature").write_bytes(structure)
    detached = () if opaque else ("-content", "content")
    arguments = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", *detached)
    arguments += ("-certfile", f"{name}.pem", "-CAfile", f"{name}.pem", "-partial_chain", "-no_check_time", "-purpose", "any")
    assert openssl(folder, *arguments) == CONTENT


def test_openssl_notices_when_what_we_signed_was_changed(folder: Path) -> None:
    (folder / "signature").write_bytes(sign(CONTENT, Signing(party("a")), at=AT))
    (folder / "content").write_bytes(CONTENT.replace(b"GS*PO", b"GS*IN"))
    arguments = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content")
    openssl(folder, *arguments, "-CAfile", "a.pem", "-no_check_time", "-purpose", "any", fails=True)


@pytest.mark.parametrize("cipher", Cipher)
@pytest.mark.parametrize("transport", KeyTransport)
def test_what_we_encrypt_openssl_decrypts(folder: Path, cipher: Cipher, transport: KeyTransport) -> None:
    (folder / "encrypted").write_bytes(
        encrypt(CONTENT, Encryption((party("a").certificate, party("b").certificate), cipher, transport))
    )
    arguments = ("cms", "-decrypt", "-inform", "DER", "-in", "encrypted", "-recip", "b.pem", "-inkey", "b.key")
    assert openssl(folder, *arguments) == CONTENT


def test_openssl_prints_our_structures_as_cms(folder: Path) -> None:
    """CompressedData it can show, though Debian's cannot inflate it."""
    (folder / "compressed").write_bytes(compress(CONTENT))
    shown = openssl(folder, "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", "compressed").decode()
    assert "id-smime-ct-compressedData" in shown
    assert "zlib" in shown.lower()


def test_a_certificate_issued_by_an_authority_is_known_by_its_issuer(folder: Path) -> None:
    """Issuer and serial number as OpenSSL writes them are those we compare with."""
    request = ("req", "-new", "-key", "a.key", "-subj", "/CN=Issued/O=Æble Ltd", "-utf8", "-out", "request")
    openssl(folder, *request)
    openssl(
        folder, "x509", "-req", "-in", "request", "-CA", "b.pem", "-CAkey", "b.key", "-set_serial", "0x80ff", "-out", "issued.pem"
    )
    issued = load_certificate((folder / "issued.pem").read_bytes())
    structure = openssl(
        folder,
        "cms",
        "-sign",
        "-binary",
        "-nodetach",
        "-outform",
        "DER",
        "-signer",
        "issued.pem",
        "-inkey",
        "a.key",
        "-in",
        "content",
    )
    envelope = read_envelope([("Content-Type", "application/pkcs7-mime")])
    result = read(envelope, structure, keys=[], certificates=[issued], at=issued.not_before, policy=OPEN)
    assert result.failure is None
    assert result.signature is not None
    assert result.signature.certificate is issued
