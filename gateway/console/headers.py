"""What every page tells the browser to allow: nothing but what is ours."""

from collections.abc import Mapping
from typing import Final

POLICY: Final = "; ".join(  # noqa: FLY002 - a line each is what one reads
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content Security Policy Level 3: no script or style that stands in a page, from nowhere else, in nobody's frame."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""`no-store`: what somebody has seen is not seen again by who comes after, with the button "back"."""

WHOLE_CONTENT: Final[Mapping[str, str]] = {
    "HX-Retarget": "#content",
    "HX-Reselect": "#content",
    "HX-Reswap": "outerHTML",
}
"""How htmx is told to show an answer instead of everything that the page holds, whatever part of it was asked for."""

OVER_TLS: Final[Mapping[str, str]] = {"Strict-Transport-Security": "max-age=31536000"}
"""RFC 6797: for a year this name is asked by TLS alone."""
