"""What an HTTP client is told when a request fails: a problem document of RFC 9457, with a remedy. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `code` is the stable machine word, `detail` a sentence for this case, `remedy` what to do next.

    `members` are extension members (clause 3.2), `headers` those that belong to the answer, such as Retry-After.
    """

    status: int
    code: str
    detail: str
    remedy: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> Mapping[str, object]:
        """The JSON document (clause 3). `type` is a URN: a name to compare, not an address to open."""
        return {
            **self.members,
            "type": f"urn:edi-gateway:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }

    def body(self) -> bytes:
        """The document as it is sent."""
        return orjson.dumps(self.document())
