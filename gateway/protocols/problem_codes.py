"""Every code of a problem document that the gateway answers over HTTP, with what it means. The reference page is made of it."""

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, tuple[int, str]]] = {
    # what is wrong with the request
    "invalid-request": (400, "A parameter, a header or the body cannot be read at all."),
    "invalid-members": (
        422,
        (
            "What was asked for can be read and is not what the operation takes. `errors` lists every member that is "
            "wrong, each with a JSON pointer (RFC 6901) into the body, or the name of the parameter."
        ),
    ),
    "query-invalid": (422, "A search was written in a way that it cannot be meant."),
    "plan-refused": (422, "What was chosen to be done is nothing, everything, or too much; or a cursor is of another list."),
    "data-refused": (
        422,
        ("The database cannot store or compare a value: a number out of its range, a character that it has not."),
    ),
    "configuration-invalid": (422, "It does not fit the configuration: something is named that routes.toml does not have."),
    "not-found": (404, "There is no such thing, or none that this caller may see: which of the two is not told."),
    "method-not-allowed": (405, "The path is right, and the method is none that it takes; `Allow` names those."),
    "too-slow": (408, "The body did not arrive in time."),
    "body-purged": (410, "It was removed by retention."),
    "too-large": (413, "The body is larger than is taken; `most_bytes` says how large it may be."),
    "too-many-parts": (413, "A multipart body has too many parts."),
    "unsupported-media-type": (415, "The body is no JSON."),
    "multipart-unsupported": (415, "A multipart body that cannot be taken apart into transmissions."),
    # who asks
    "unauthenticated": (401, "The token, the signature or the certificate is missing, not known, or over."),
    "signature-stale": (401, "The request was signed by who it says, but not now."),
    "denied": (403, "Whoever asks has no right to this, whatever the state."),
    "address-refused": (403, "The token is right, and the caller is somewhere else than agreed."),
    "other-region": (421, "The partner is served by another region, whose address `detail` names. Nothing was stored."),
    "too-many-requests": (429, "More was asked than is allowed at this time; `Retry-After` says when there is room again."),
    # the state of things
    "action-refused": (409, "What was asked for is not allowed in the present state, or not to this person."),
    "idempotency-key-in-use": (409, "A request with the same Idempotency-Key is under way. Ask again after `Retry-After`."),
    "outcome-unknown": (
        409,
        (
            "An earlier request with the same Idempotency-Key did something and was broken off before it had an answer. "
            "It is not made again: look at what it was about, and use a new key if it is still to be done."
        ),
    ),
    "answer-not-kept": (
        409,
        (
            "The request with this Idempotency-Key was done, and its answer is not kept because it held a secret, or was "
            "too large."
        ),
    ),
    "idempotency-key-reused": (422, "The Idempotency-Key was used before for other content; nothing was done."),
    "refused": (429, "Intake says no, under the status that it names: too much waits, or too much was sent."),
    # what is not there at this moment
    "internal-error": (500, "A mistake of the gateway's. It is in its log."),
    "partner-failed": (502, "A server of somebody else's said no, or did not do what it was to do."),
    "store-unavailable": (503, "The database does not answer; nothing was done."),
    "commit-unknown": (503, "The connection to the database broke while storing: it may or may not have been done."),
    "unavailable": (503, "A server that this needs does not answer."),
    "contention": (503, "Others worked on the same thing at the same time; nothing was done. Ask again."),
    "took-too-long": (503, "It took longer than it may. Ask for less: a shorter time, fewer things."),
    "body-unreadable": (503, "What is stored cannot be read at this moment: its key is not configured, or its place is gone."),
    "busy": (503, "Too much is being received, or listened to, at this moment."),
}
"""Status and meaning by code. `refused` may have another status (413, 503)."""
