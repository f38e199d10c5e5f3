"""What reading and answering a message costs, beside the cryptography that nobody can do without."""

from benchmarks.bench_as2_core import measured, message_of

LEAST_SHARE = 0.4
"""A third and more below what it is on a machine that has nothing else to do."""


def test_most_of_the_time_is_cryptography() -> None:
    ours, bare = measured(message_of(2_048), rounds=60)
    assert bare / ours > LEAST_SHARE, f"{ours:.0f} us of CPU a message, of which {bare:.0f} are cryptography"
