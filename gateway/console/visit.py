"""One request of a browser: who asks, in which language, what proves that a form is ours, and where it may be led next."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from aiohttp import web

from gateway.console.texts import Texts, chosen
from gateway.domain.access import Caller, Right

Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("auto", "light", "dark")
Density = Literal["roomy", "dense"]
DENSITIES: Final[tuple[Density, ...]] = ("roomy", "dense")

SESSION: Final = "session"
VISITOR: Final = "visitor"
"""Who has not signed in yet is known by a number of its own, so that the form for signing in is proved ours as well."""
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"

_SECRET_BYTES = 32
_YEAR = 365 * 24 * 3600
_LONGEST_COOKIE = 200
_LONGEST_NUMBER = 10


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with all that a page needs to know of it. `secret` is what the cookie holds, of the session or of the visitor;
    `fresh` says that the visitor was given it just now. `secure`: the browser came by TLS, to us or to a proxy of ours.
    """

    request: web.Request
    texts: Texts
    theme: Theme
    density: Density
    secure: bool
    secret: str
    fresh: bool = False
    caller: Caller | None = None

    @property
    def who(self) -> Caller:
        """Who has signed in. Pages that are open to all do not ask."""
        assert self.caller is not None
        return self.caller

    def may(self, right: str) -> bool:
        """Whether who has signed in may; templates name rights by their words."""
        return self.caller is not None and self.caller.may(Right(right))

    @property
    def path(self) -> str:
        """Path and query of this page, as a link to it."""
        return self.request.rel_url.raw_path_qs if self.request.method == "GET" else "/"

    @property
    def said(self) -> str:
        """What was done just now, as `see_other` has it in the address: a text of ours, and nothing else."""
        asked = self.request.query
        count = asked.get("count", "")
        values = {"count": int(count)} if count.isdecimal() and len(count) < _LONGEST_NUMBER else {}
        return self.texts.told(f"said.{asked.get('said', '')}", **values)

    @property
    def by_htmx(self) -> bool:
        """Whether a part of a page is asked for by a script of ours."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def csrf(self) -> str:
        """What a form of ours holds: nobody who does not know the cookie can make it."""
        return hmac.new(self.secret.encode(), b"console form", hashlib.sha256).hexdigest()

    async def proved(self) -> bool:
        """Whether a form was sent from a page of ours: it names our origin, as far as it names one, and holds its proof."""
        named = self.request.headers.get("Origin")
        if named is not None and urlsplit(named).netloc.lower() != self.request.host.lower():
            return False
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        shown = self.request.headers.get(CSRF_HEADER) or (await self.request.post()).get(CSRF_FIELD, "")
        return isinstance(shown, str) and hmac.compare_digest(shown.encode(), self.csrf.encode())

    def keep(self, answer: web.StreamResponse, name: str, value: str, *, lasting: int | None = None) -> None:
        """Set a cookie of ours: sent to nobody else, read by no script, over TLS alone where there is TLS."""
        shown = {"httponly": True, "samesite": "Lax", "path": "/", "secure": self.secure}
        answer.set_cookie(cookie_name(name, secure=self.secure), value, max_age=lasting, **shown)  # type: ignore[arg-type]

    def forget(self, answer: web.StreamResponse, name: str) -> None:
        """Remove a cookie of ours."""
        answer.del_cookie(cookie_name(name, secure=self.secure), path="/", secure=self.secure, httponly=True, samesite="Lax")

    def remembered(self, name: str) -> str:
        """What was kept in this browser; empty where nothing was."""
        return _cookie(self.request, name, secure=self.secure) or ""

    def remember(self, answer: web.StreamResponse, name: str, value: str) -> None:
        """Keep in this browser what somebody likes. What is longer than a cookie of ours may be is not kept."""
        if len(value) <= _LONGEST_COOKIE:
            self.keep(answer, name, value, lasting=_YEAR)

    def prefer(self, answer: web.StreamResponse, *, theme: str, density: str, language: str) -> None:
        """Remember how somebody likes pages to be, in this browser."""
        if theme in THEMES:
            self.remember(answer, "theme", theme)
        if density in DENSITIES:
            self.remember(answer, "density", density)
        if language:
            self.remember(answer, "language", language)


def arrived(request: web.Request, *, secure: bool) -> Visit:
    """The visit of somebody who is not known yet."""
    theme, density = _cookie(request, "theme", secure=secure), _cookie(request, "density", secure=secure)
    known = session_secret(request, secure=secure) or _cookie(request, VISITOR, secure=secure)
    return Visit(
        request,
        chosen(_cookie(request, "language", secure=secure), request.headers.get("Accept-Language", "")),
        theme if theme in THEMES else "auto",
        density if density in DENSITIES else "roomy",
        secure,
        known or secrets.token_urlsafe(_SECRET_BYTES),
        fresh=known is None,
    )


def session_secret(request: web.Request, *, secure: bool) -> str | None:
    """What the cookie of a session holds."""
    return _cookie(request, SESSION, secure=secure)


def cookie_name(name: str, *, secure: bool) -> str:
    """Over TLS the browser itself sees to it that nobody else, not even a neighbour in our domain, has set it (RFC 6265bis)."""
    return f"__Host-{name}" if secure else f"edi-{name}"


def _cookie(request: web.Request, name: str, *, secure: bool) -> str | None:
    value = request.cookies.get(cookie_name(name, secure=secure))
    return value if value and len(value) <= _LONGEST_COOKIE else None


def own_path(wanted: str | None, *, otherwise: str = "/") -> str:
    """A place within the console to go on to. What leads anywhere else, in whatever spelling, leads to `otherwise`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if any(ord(letter) < 0x21 or letter == "\\" for letter in wanted) or len(wanted) > 2000:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted
