"""Written documents put together to interchanges as the agreement wants them: how many in one, in which groups, which version."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from translators import registry
from translators.contract import (
    Family,
    Identity,
    OutboundDocument,
    OutboundGroup,
    OutboundInterchange,
    WritingTerms,
    WrittenDocument,
)

_USUAL_SYNTAX = "UNOC:3"


def packed(
    family: Family,
    written: Iterable[WrittenDocument],
    *,
    sender: Identity,
    receiver: Identity,
    test: bool,
    terms: WritingTerms,
) -> Iterator[OutboundInterchange]:
    """The interchanges of documents that were written in one version for one partner, in their order, `terms.batch` in each."""
    waiting = iter(written)
    while batch := list(islice(waiting, terms.batch)):
        version = _version(family, batch[0], terms)
        yield OutboundInterchange(
            family=family,
            sender=sender,
            receiver=receiver,
            version=version,
            test=test,
            separators=terms.separators or registry.separators(family, version),
            groups=_groups(family, batch, (sender.id, receiver.id), terms),
            envelope=terms.envelope,
            layout=terms.layout,
        )


def _version(family: Family, first: WrittenDocument, terms: WritingTerms) -> str:
    """What the header of the interchange says of its syntax: ISA12 begins as the version of the sets does."""
    if family is Family.EDIFACT:
        return terms.syntax or _USUAL_SYNTAX
    return terms.envelope.version or (first.version[:5] if family is Family.X12 else first.version)


def _groups(
    family: Family, batch: Sequence[WrittenDocument], parties: tuple[str, str], terms: WritingTerms
) -> tuple[OutboundGroup, ...]:
    """The documents of each kind in a group of their own; all of them in one without a name where there are no groups."""
    envelope, named = terms.envelope, family is Family.X12 or (family is Family.EDIFACT and terms.envelope.groups)
    sender = envelope.sender_application or parties[0]
    receiver = envelope.receiver_application or parties[1]
    groups: dict[tuple[str, str], list[OutboundDocument]] = {}
    for one in batch:
        kind = (one.functional_id or one.document.type) if named else ""
        groups.setdefault((kind, one.version), []).append(one.document)
    return tuple(
        OutboundGroup(kind, sender, receiver, envelope.group_version or version, tuple(documents))
        for (kind, version), documents in groups.items()
    )
