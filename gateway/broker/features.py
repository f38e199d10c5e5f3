"""What an adapter promises beyond the port, for the conformance suite, for `run --processes` and for `doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """The differences between brokers that somebody has to know.

    `several_processes`: processes share queues; without it a second process would never hear of the first one's work.
    `durable`: a confirmed message survives the end of the process; without it only what is in the database does.
    `redelivers`: what a consumer did not settle comes again by itself; without it the sweep announces it again.
    `declares_listeners`: a document waits for a listener that has subscribed once; without it, only for those present.
    `limitation` says in one sentence what to do for more; empty when there is nothing to say.
    """

    several_processes: bool
    durable: bool
    redelivers: bool
    declares_listeners: bool
    limitation: str = ""
