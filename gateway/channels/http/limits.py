"""What partners may ask of the HTTP channel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes after decoding, times in seconds.

    `at_once` is the number of requests of one partner being worked on, `bytes_in_flight` the size of all that is held at once,
    `body_within` the time a body may take to arrive, `longest_wait` the most that `timeout` may ask for,
    `most_parts` the parts of a multipart body.
    """

    most_bytes: int = 50 * 1024 * 1024
    at_once: int = 100
    bytes_in_flight: int = 256 * 1024 * 1024
    body_within: float = 300.0
    retry_after: int = 5
    longest_wait: float = 60.0
    most_parts: int = 100
