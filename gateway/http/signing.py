"""Signatures on what we post: Standard Webhooks 1.0.0, which receivers have libraries for, and our own webhooks accept."""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def signed(body: bytes, *, identifier: str, at: datetime, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of a signed post: a signature by each secret, so that one can be changed while posts are under way.

    What is signed is the id, the time in whole seconds and the body, joined by full stops. `identifier` stays the same when a
    post is made again, `at` does not.
    """
    stamp = str(int(at.timestamp()))
    opening = f"{identifier}.{stamp}.".encode()
    made = (base64.b64encode(hmac.digest(secret, opening + body, "sha256")).decode() for secret in secrets)
    return {ID: identifier, TIMESTAMP: stamp, SIGNATURE: " ".join(f"v1,{one}" for one in made)}
