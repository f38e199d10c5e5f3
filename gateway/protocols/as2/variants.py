"""The variants of a content that a partner may have hashed instead, and how an examination shows them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from gateway.protocols.as2.algorithms import Digest
from gateway.protocols.as2.certificate import Certificate
from gateway.protocols.as2.errors import MalformedMessage
from gateway.protocols.as2.mic import compute_mic
from gateway.protocols.as2.mime import Entity, canonical_line_ends

AS_SENT = "headers and content, as received"
"""The variant that is right."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One variant that was tried. `what` names it (line ends, certificate ...), `found` is what came out (a hash, a name)."""

    what: str
    found: str
    matches: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """`facts`: what the message says and what we have; `trials`: what was tried; `advice`: what to do and tell the partner."""

    subject: str
    facts: tuple[tuple[str, str], ...]
    trials: tuple[Trial, ...]
    advice: str

    @property
    def matching(self) -> tuple[Trial, ...]:
        """The variants that would have matched."""
        return tuple(trial for trial in self.trials if trial.matches)


def content_trial(what: str, content: bytes, digest: Digest, stated: bytes) -> Trial:
    """Hash one variant, and compare it with the hash the partner states."""
    mic = compute_mic(content, digest)
    return Trial(what, str(mic), mic.value == stated)


def variants(entity: Entity) -> Iterator[tuple[str, bytes, Digest]]:
    """What a partner may have hashed instead: (description, bytes, digest), the most likely first."""
    seen: set[bytes] = set()
    for what, content in _content_variants(entity):
        if content not in seen:
            seen.add(content)
            for digest in Digest:
                yield f"{what}, {digest}", content, digest


def _content_variants(entity: Entity) -> Iterator[tuple[str, bytes]]:
    forms = [("headers and content", entity.encoded), ("content without headers", entity.body)]
    with suppress(MalformedMessage):
        forms.append(("content decoded", entity.decoded()))
    for form, content in forms:
        for ends, changed in _line_end_variants(content):
            yield f"{form}, {ends}", changed
            yield f"{form}, {ends}, one more line end at the end", changed + b"\r\n"
            if changed.endswith(b"\r\n"):
                yield f"{form}, {ends}, without the line end at the end", changed[:-2]
            elif changed.endswith(b"\n"):
                yield f"{form}, {ends}, without the line end at the end", changed[:-1]


def _line_end_variants(content: bytes) -> tuple[tuple[str, bytes], ...]:
    canonical = canonical_line_ends(content)
    return ("as received", content), ("line ends CRLF", canonical), ("line ends LF", canonical.replace(b"\r\n", b"\n"))


def describe_line_ends(content: bytes) -> str:
    """How many line ends of each kind there are: where conversions show."""
    both = content.count(b"\r\n")
    bare = content.count(b"\n") - both
    return f"{both} CRLF, {bare} bare LF"


def describe_certificate(certificate: Certificate) -> str:
    """A certificate for people: subject, fingerprint, validity."""
    return (
        f"{certificate.subject}, SHA-256 {certificate.fingerprint}, "
        f"valid {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
    )
