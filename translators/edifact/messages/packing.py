"""How goods are packed: the CPS groups of a message as lines and a tree of packages, and back.

A group without PAC at the top is the shipment: its lines are in no package, its PAC without a number of their own tell how many
packages there are in all where others stand below. A line that is told in several packages is one line.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

from translators.edifact.messages.goods import SSCC, SSCC_MARKING, identities, merge_all
from translators.mapping.context import Writing
from translators.mapping.value import Value, take

_WITHIN = "pac"
"""The mark of a package that stands beside another in one group."""
_NOT_COMPARED = ("quantity", "number", "extras")


# --- reading ---------------------------------------------------------------------------------------------------------------


def all_lines(levels: list[Value]) -> list[Value]:
    """All lines of the groups, as the segments have them."""
    return [line for level in levels for line in (*level.get("lines", ()), *all_lines(level.get("levels", [])))]


class Unpacking:
    """Lines and packages of a document, collected group by group."""

    def __init__(self) -> None:
        self.lines: list[Value] = []
        self.packages: list[Value] = []
        self.packaging: list[Value] = []
        self.extras: list[Value] = []
        self.shipment = False
        self._known: dict[str, Value] = {}

    def take(self, levels: Iterable[Value]) -> None:
        """Take the groups at the top."""
        packed: list[Value] = []
        for level in levels:
            packs = level.get("packs", [])
            if ("lines" not in level and not any("labels" in pack for pack in packs)) or not packs:
                self.shipment = True
                self.packaging += [_overall(pack) for pack in packs]
                self.extras += level.pop("extras", [])
                self._contents(level)
                packed += level.get("levels", ())
            else:
                packed.append(level)
        for level in packed:
            self.packages += self._packages(level)

    def into(self, document: Value) -> None:
        """Put lines and packages into the document."""
        document["lines"] = self.lines
        if self.packages:
            document["packages"] = self.packages
            if not self.shipment:
                document.setdefault("original_codes", {})["packing"] = "flat"
        if self.packaging:
            document["packaging"] = self.packaging
        if self.extras:
            document.setdefault("extras", []).extend(self.extras)

    def _packages(self, level: Value) -> list[Value]:
        """The packages of a group: the first holds what is in the group."""
        found = [_package(pack) for pack in level.pop("packs", [])] or [{}]
        first = found[0]
        for other in found[1:]:
            other.setdefault("original_codes", {})["group"] = _WITHIN
        if "level" in level:
            first.setdefault("original_codes", {})["level"] = level["level"]
        if "texts" in level:
            first["texts"] = level["texts"]
        first.setdefault("extras", []).extend(level.get("extras", ()))
        if not first["extras"]:
            del first["extras"]
        contents = self._contents(level)
        inside = [one for inner in level.get("levels", ()) for one in self._packages(inner)]
        first.update({name: value for name, value in (("contents", contents), ("packages", inside)) if value})
        return found

    def _contents(self, level: Value) -> list[Value]:
        """The lines of a group, each as what there is of it here."""
        found = []
        for line in level.get("lines", ()):
            number = self._line(line)
            found.append({"line": number, **({"quantity": dict(line["quantity"])} if "quantity" in line else {})})
        return found

    def _line(self, line: Value) -> str:
        """The number of a line, which is one of its own: one that was told before has more of it here."""
        sent: str = line.get("number", "")
        known = self._known.get(sent) if sent else None
        if known is not None and _same(known, line):
            known["quantity"] = {**known["quantity"], "value": known["quantity"]["value"] + line["quantity"]["value"]}
            return sent
        number: str = sent
        count = len(self.lines) + 1
        while not number or number in self._known:
            number, count = str(count), count + 1
        kept = dict(line, number=number)
        if number != sent:
            kept["original_codes"] = {**line.get("original_codes", {}), "number": sent}
        self.lines.append(kept)
        self._known[number] = kept
        return number


def _same(known: Value, line: Value) -> bool:
    """Whether a line says nothing but another quantity."""
    if "quantity" not in known or known.get("quantity", {}).get("unit") != line.get("quantity", {}).get("unit"):
        return False
    return "quantity" in line and "lots" not in line and _rest(known) == _rest(line)


def _rest(line: Value) -> Value:
    return {name: value for name, value in line.items() if name not in _NOT_COMPARED}


def _overall(pack: Value) -> Value:
    """How many packages there are in all."""
    return {"packages": pack.pop("count", Decimal(1)), **pack}


def _package(pack: Value) -> Value:
    """A package with what is written on it."""
    for label in pack.pop("labels", ()):
        marking = label.pop("marking", "")
        names = ["marks"] if "marks" in label else []
        pack.setdefault("marks", []).extend(label.pop("marks", ()))
        for one in label.pop("numbers", ()):
            merge_all(pack.setdefault("identifiers", {}), {one["kind"]: one["values"]})
            names.append(one["kind"])
        lot = label.pop("lot", {})
        if "quantity" in label:
            lot["quantity"] = label.pop("quantity")
        if lot:
            pack.setdefault("lots", []).append(lot)
            if marking and not names:
                lot["original_codes"] = {"marking": marking}
        kept = pack.setdefault("original_codes", {})
        for name in names:
            if marking != _usual(name):
                kept[f"marking.{name}"] = marking
        if marking and not names and not lot:
            kept["marking"] = f"{kept['marking']},{marking}" if "marking" in kept else marking
        if "reference" in label:
            pack.setdefault("references", []).append(label.pop("reference"))
        pack.setdefault("other_dates", {}).update(label.pop("other_dates", {}))
        pack.setdefault("extras", []).extend(label.pop("extras", ()))
    return {name: value for name, value in pack.items() if value not in ([], {})}


def _usual(name: str) -> str:
    return SSCC_MARKING if name == SSCC else ""


# --- writing ---------------------------------------------------------------------------------------------------------------


class Packing:
    """The segment groups `group` that tell of lines and packages."""

    def __init__(self, document: Value, context: Writing, group: str) -> None:
        self._group = group
        self._lines: dict[str, Value] = {line.get("number", ""): line for line in document.get("lines", ())}
        self._packed: set[str] = set()
        self._context = context
        self._document = document

    def levels(self) -> list[Value]:
        """All groups, the shipment at the top unless it came without."""
        packages = self._document.pop("packages", None) or []
        flat = take(self._document, ("original_codes",), "packing") is not None
        inner = [*self._groups(packages)]
        packs = [_pack(one) for one in self._document.pop("packaging", None) or ()]
        loose = [
            self._segment(line, None)
            for line in self._document.pop("lines", None) or ()
            if line.get("number", "") not in self._packed
        ]
        if flat and not loose and not packs:
            return inner
        first: list[Value] = [{"lines": loose}] if loose and packs else []
        top: Value = {"packs": packs, "lines": [] if first else loose, "levels": inner}
        extras = [one for one in self._document.get("extras", ()) if one["path"].startswith(f"{self._group}/")]
        if extras:
            top["extras"] = extras
            self._document["extras"] = [one for one in self._document["extras"] if one not in extras]
        return [*first, {name: value for name, value in top.items() if value}]

    def _groups(self, packages: list[Value]) -> Iterator[Value]:
        """Groups of packages; one that stood beside another stands there again."""
        level: Value = {}
        for package in packages:
            if level and take(package, ("original_codes",), "group") == _WITHIN:
                level["packs"].append(self._pack_of(package, {}))
                continue
            if level:
                yield level
            level = {}
            code = take(package, ("original_codes",), "level")
            inside = package.pop("packages", None) or []
            contents = [self._content(one) for one in package.pop("contents", None) or ()]
            texts = package.pop("texts", None)
            pack = self._pack_of(package, level)
            found = (("level", code), ("packs", [pack] if pack else []), ("texts", texts))
            level.update({name: value for name, value in found if value})
            level.setdefault("packs", [])
            level.update(
                {
                    name: value
                    for name, value in (("lines", [one for one in contents if one]), ("levels", [*self._groups(inside)]))
                    if value
                }
            )
        if level:
            yield level

    def _content(self, content: Value) -> Value:
        """A line, as much of it as is in the package; what no line tells is noted."""
        line = self._lines.get(content.get("line", "-"))
        unsaid = content.keys() - {"line", "quantity"}
        if line is None:
            self._context.unwritten.append("packages[].contents[]")
            return {}
        self._context.unwritten += [f"packages[].contents[].{name}" for name in sorted(unsaid)]
        self._packed.add(content["line"])
        return self._segment(line, content.get("quantity"))

    def _segment(self, line: Value, quantity: Any) -> Value:
        """A line as it is told in one place."""
        found = deepcopy(line)
        sent = take(found, ("original_codes",), "number")
        if sent:
            found["number"] = sent
        elif sent is not None:
            found.pop("number", None)
        if quantity is not None:
            found["quantity"] = quantity
        return found

    def _pack_of(self, package: Value, level: Value) -> Value:
        """The PAC of a package; extras of its group go there."""
        extras = package.pop("extras", None) or []
        own = [one for one in extras if one["path"].partition("/")[2].startswith("SG")]
        others = [one for one in extras if one not in own]
        if others:
            level["extras"] = others
        pack = _pack(package)
        if own:
            pack["extras"] = own
        return pack


def _pack(package: Value) -> Value:
    """PAC and what is written on the package."""
    if "packages" in package:
        package["count"] = package.pop("packages")
    marks, identifiers = package.pop("marks", None) or [], package.pop("identifiers", None) or {}
    references, dates, lots = (
        package.pop("references", None) or [],
        package.pop("other_dates", None),
        package.pop("lots", None) or [],
    )
    labels = [_marked(package, "marks", {"marks": marks[start : start + 10]}) for start in range(0, len(marks), 10)]
    for scheme in identifiers:
        found = identities({scheme: identifiers[scheme]})
        labels.append(_marked(package, scheme, {"numbers": found}))
    labels += [_lot(lot) for lot in lots]
    unnamed = take(package, ("original_codes",), "marking")
    labels += [{"marking": marking} for marking in (unnamed or "").split(",") if marking]
    if not labels and dates:
        labels = [{}]
    labels += [{} for _ in references[len(labels) :]]
    for label, reference in zip(labels, references, strict=False):
        label["reference"] = reference
    if dates:
        labels[0]["other_dates"] = dates
    for name in [name for name in package.get("original_codes", {}) if name.startswith("marking.")]:
        take(package, ("original_codes",), name)
    return {**package, **({"labels": labels} if labels else {})}


def _marked(package: Value, name: str, label: Value) -> Value:
    kept = package.get("original_codes", {}).get(f"marking.{name}")
    marking = _usual(name) if kept is None else kept
    return {**label, **({"marking": marking} if marking else {})}


def _lot(lot: Value) -> Value:
    found: Value = {"quantity": lot.pop("quantity")} if "quantity" in lot else {}
    if marking := take(lot, ("original_codes",), "marking"):
        found["marking"] = marking
    return {**found, **({"lot": lot} if lot else {})}
