"""Makes a route test of a real message: what it decides now is what the test expects; people and places in it are masked.

The masked message has to decide as the real one did, or it is no test of it. What a route looks at stays in the clear then, and
that is said.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from gateway.bootstrap.office import Where, opened, settings_at
from gateway.bootstrap.route_tests import outcome_of
from gateway.bootstrap.routes import MOST_BYTES, channel_for
from gateway.bootstrap.veil import Veil, masked_bytes, veil_of
from gateway.config import Snapshot
from gateway.domain.decided import Change, Kind, changes
from gateway.domain.invented import invented, personal, stand_in
from gateway.domain.masks import MASK, Masks
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.operations.correct import bytes_of
from gateway.stages.foresee import claimed, foresee
from gateway.stages.outgoing import OUTBOUND
from gateway.store.batch_records import BatchRecords
from gateway.store.records import PostgresRecords
from gateway.system import TimeOrderedIds
from translators.provenance import Provenance

Json = Mapping[str, Any]
_ENDINGS: Final = {"x12": "x12", "edifact": "edi", "xml": "xml", "json": "json"}
_TELLING: Final = ("number", "kind", "purpose", "currency", "issued", "requested_delivery")
"""Members that are written into a test, beside those that rules change: a person adds what else matters."""


@dataclass(frozen=True, slots=True)
class Original:
    """A message as it came: its bytes, its way, its name."""

    content: bytes
    channel: str
    partner: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A test: the text of its file, its document by a name beside it, and the members that had to stay in the clear."""

    text: str
    document: str
    content: bytes
    clear: Sequence[str]


async def original_of(where: Where, message: str) -> Original:
    """A message that came, by its id or a number in it. Raises Absent, BodyPurged, PlanRefused for what is too large."""
    async with opened(where) as office:
        records = PostgresRecords(office.database)
        found = await records.find(message, limit=1)
        view = await records.message(str(found[0])) if found else None
        if view is None:
            raise Absent(f"There is no message {message}.", remedy="Name a file, or look for the message: gateway messages")
        if int(view["size"]) > MOST_BYTES:
            raise PlanRefused(f"It has {view['size']} bytes.", remedy=f"A test has {MOST_BYTES} at most: take a smaller one.")
        content = await bytes_of(BatchRecords(office.database), found[0])
    ours = view["channel"] == OUTBOUND
    return Original(content, str(view["channel"]), str(view["partner"]) if ours else None, str(view["name"]))


def original_from(where: Where, content: bytes, *, channel: str = "", partner: str = "", name: str = "") -> Original:
    """The same of a file. Raises Absent where no channel takes it."""
    way = OUTBOUND if partner else channel or channel_for(settings_at(where).snapshot, content)
    return Original(content, way, partner or None, name)


async def record_route_test(
    where: Where, original: Original, *, name: str, slug: str, keep: Sequence[str] = (), mask: bool = True
) -> Recorded:
    """The test of a message. `keep` are members that stay in the clear (`buyer.name`), `slug` begins the names of its files.

    Raises ActionRefused where the masked message would decide otherwise, MaskInvalid for nothing that could be kept.
    """
    return await asyncio.to_thread(_recorded, settings_at(where).snapshot, original, name, slug, tuple(keep), mask=mask)


def _recorded(snapshot: Snapshot, original: Original, name: str, slug: str, keep: tuple[str, ...], *, mask: bool) -> Recorded:
    content, clear = _masked(snapshot, original, keep) if mask else (original.content, ())
    outcome = outcome_of(content, original.channel, original.partner, original.name, snapshot)
    families = [one["family"] for one in outcome["interchanges"]]
    document = f"{slug}.{_ENDINGS.get(families[0], 'txt') if families else 'txt'}"
    text = "".join(f"{line}\n" for line in _lines(name, document, original, outcome, clear))
    return Recorded(text, document, content, clear)


def _masked(snapshot: Snapshot, original: Original, keep: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    """The bytes with stand-ins, and what had to stay besides what is kept."""
    whole = personal(keep)
    content = _with_stand_ins(snapshot, original, whole)
    if not _otherwise(snapshot, original, content, whole):
        return content, ()
    apart = [Masks((path,)) for path in whole.paths]
    fine = [one for one in apart if not _otherwise(snapshot, original, _with_stand_ins(snapshot, original, one), whole)]
    part = Masks(tuple(path for one in fine for path in one.paths))
    content = _with_stand_ins(snapshot, original, part)
    if left := _otherwise(snapshot, original, content, whole):
        raise ActionRefused(
            f"Masked, it would not decide as it did: {left[0].kind} {left[0].what}.",
            remedy="Say what stays as it is: --keep buyer.name; or --no-mask, for a message that may be read by everybody.",
        )
    return content, tuple(".".join(one.paths[0]) for one in apart if one not in fine)


def _with_stand_ins(snapshot: Snapshot, original: Original, masks: Masks) -> bytes:
    provenance = _provenance(snapshot, original)
    if original.content.lstrip()[:1] == b"{":
        return orjson.dumps(invented(orjson.loads(original.content), masks))
    veil = veil_of(original.content, masks, provenance)
    spots_only = Veil(masks, veil.spots)  # values are told by their place: elsewhere the same text may be a code
    return masked_bytes(
        original.content,
        spots_only,
        provenance,
        instead=lambda cut, hidden: stand_in(hidden) if cut.shown == MASK.encode() else cut.shown,
    )


def _provenance(snapshot: Snapshot, original: Original) -> Provenance:
    known = snapshot.channels.get(original.channel)
    return snapshot.partnerships.provenance(original.channel, original.name, partner=known.partner if known else None)


def _otherwise(snapshot: Snapshot, original: Original, content: bytes, masks: Masks) -> list[Change]:
    """What would be decided otherwise of other bytes, beside the members that are masked and what quotes them."""
    new_id = TimeOrderedIds()
    before, after = (
        foresee(
            claimed(body, snapshot, channel=original.channel, partner=original.partner, name=original.name, new_id=new_id),
            snapshot,
            new_id,
        ).decided()
        for body in (original.content, content)
    )
    return [one for one in changes(before, after) if not _follows(one, masks)]


def _follows(change: Change, masks: Masks) -> bool:
    """Whether a change is what masking is for: masked members, and bytes that hold them."""
    if change.kind is Kind.FIELD:
        return masks.hides(change.what)
    return change.kind in (Kind.SENT, Kind.ACKNOWLEDGEMENT) and change.what.endswith("says something else")


def _lines(name: str, document: str, original: Original, outcome: Json, clear: Sequence[str]) -> Iterator[str]:
    """The file: what comes, and what becomes of it."""
    if clear:
        yield f"# In the clear, because routes look at them: {', '.join(clear)}"
    yield "[[test]]"
    yield f"name = {_text(name)}"
    yield f"partner = {_text(original.partner)}" if original.partner else f"channel = {_text(original.channel)}"
    yield f"file = {_text(document)}"
    if original.name and outcome["interchanges"] and outcome["interchanges"][0]["family"] == "flat":
        yield f"file_name = {_text(original.name)}"
    yield ""
    yield "[test.expect]"
    yield f"state = {_text(outcome['state'])}"
    partners = list(dict.fromkeys(one["partner"] for one in outcome["interchanges"]))
    if len(partners) == 1 and partners[0]:
        yield f"partner = {_text(partners[0])}"
    found = [*outcome["findings"], *(one for interchange in outcome["interchanges"] for one in interchange["findings"])]
    yield f"findings = {_list(found)}"
    for interchange in outcome["interchanges"]:
        for one in interchange["documents"]:
            yield from _document(one)
    for kind in ("acknowledgements", "written"):
        for interchange in outcome["interchanges"]:
            for sealed in interchange[kind]:
                yield from _sealed(kind.removesuffix("s"), sealed)


def _document(view: Json) -> Iterator[str]:
    yield ""
    yield "[[test.expect.document]]"
    yield f"document = {_text(view['name'] or view['type'])}" if view["name"] else f"state = {_text(view['state'])}"
    for member in ("state", "agreement", "route"):
        if view[member] and (view["name"] or member != "state"):
            yield f"{member} = {_text(view[member])}"
    for member in ("findings", "failures", "deliver"):
        if view[member] or member != "failures":
            yield f"{member} = {_list(view[member])}"
    canonical = view["canonical"] or {}
    fields = {member: canonical[member] for member in _TELLING if isinstance(canonical.get(member), str)}
    if fields:
        yield f"fields = {_table(fields)}"
    routed = {
        rule["path"]: rule["after"] for rule in view["rules"] if rule["after"] is not None and rule["before"] != rule["after"]
    }
    if routed:
        yield f"routed = {_table(routed)}"


def _sealed(kind: str, sealed: Json) -> Iterator[str]:
    yield ""
    yield f"[[test.expect.{kind}]]"
    yield f"type = {_text(sealed['type'])}"
    if sealed["verdict"]:
        yield f"verdict = {_text(sealed['verdict'])}"
    if sealed["channel"]:
        yield f"channel = {_text(sealed['channel'])}"
    if sealed["content"] and sealed["family"] in ("x12", "edifact"):
        end = sealed["content"][105:106] if sealed["family"] == "x12" else "'"
        yield f"content = {_block(re.sub(rf'({re.escape(end)})(?=.)', chr(92) + '1' + chr(10), sealed['content']))}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _block(text: str) -> str:
    """Text of several lines; one that cannot stand as it is, is quoted."""
    plain = "'''" not in text and all(sign == "\n" or sign.isprintable() for sign in text)
    return f"'''\n{text}\n'''" if plain else _text(text)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _table(values: Json) -> str:
    return f"{{ {', '.join(f'{_text(path)} = {_value(value)}' for path, value in values.items())} }}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _table(value)
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else _text(value)


def write_recorded(recorded: Recorded, folder: Path, slug: str) -> Sequence[Path]:
    """Put a test into the folder of tests. Raises ActionRefused where one of its files is there already."""
    files = {folder / f"{slug}.toml": recorded.text.encode(), folder / recorded.document: recorded.content}
    if there := [path.name for path in files if path.exists()]:
        raise ActionRefused(f"{', '.join(there)} is there already.", remedy="Give the test another name: --name")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
    return list(files)
