"""A partner's guide as one page: everything is in it, no script, nothing is fetched from anywhere, and it prints."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from gateway.bootstrap.guide_texts import TEXTS

Json = Mapping[str, Any]

_HOUR = 3600
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2024;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.2rem;border-top:2px solid #c9d1d9;padding-top:1rem}h3{font-size:1.05rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{padding:.25rem .6rem;vertical-align:top;text-align:left}
th,td{border-bottom:1px solid #e4e7eb}tr.segment td{font-weight:600;background:#f4f6f8}tr.element td{font-size:.93em}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f6f8;padding:.7rem}
.faint{color:#5b6470;font-weight:400}.note{background:#fff7e0;padding:.5rem .7rem}
@media print{body{margin:0;max-width:none;font-size:11px}h2{break-before:auto}tr,pre{break-inside:avoid}}
"""


def guide_page(guide: Json, language: str) -> str:
    """The page. `guide` is what `gateway.bootstrap.guides` tells."""
    return "".join(_Page(guide, TEXTS[language], language).lines())


@dataclass(frozen=True, slots=True)
class _Page:
    guide: Json
    texts: Mapping[str, str]
    language: str

    def t(self, key: str, **values: object) -> str:
        """A text, safe to stand in the page."""
        return escape(self.texts[key].format(**values))

    def lines(self) -> Iterator[str]:
        """The page from top to bottom."""
        guide = self.guide
        title = self.t("title", gateway=guide["gateway"])
        yield f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title}</title>'
        yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        day = f"{guide['made']:%Y-%m-%d}"
        yield f"<p>{self.t('for', partner=guide['partner'], day=day)} "
        yield f"{self.t('timezone', zone=guide['timezone'])}</p>"
        if guide["test"]:
            yield f'<p class="note">{self.t("test")}</p>'
        yield from self._connecting()
        yield from self._identities()
        for agreed in guide["agreements"]:
            yield from self._agreement(agreed)
        yield "</body></html>\n"

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """A table of texts that are safe already."""
        if rows:
            head = "".join(f'<th scope="col">{self.t(name)}</th>' for name in heads)
            body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
            yield f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _connecting(self) -> Iterator[str]:
        yield f"<h2>{self.t('connect')}</h2>"
        rows, certificates = [], []
        for one in self.guide["channels"]:
            use = "both" if one["receives"] and one["sends"] else "in" if one["receives"] else "out"
            facts = [f"{self.t(name)}: {_code(value)}" for name, value in one["facts"].items()]
            rows.append((_code(one["id"]), escape(one["type"]), self.t(use), "<br>".join([*map(_code, one["places"]), *facts])))
            certificates += [
                (
                    self.t("ours" if each["ours"] else "theirs"),
                    escape(each["subject"]),
                    _code(_spaced(each["fingerprint"])),
                    f"{each['not_after']:%Y-%m-%d}",
                )
                for each in one["certificates"]
            ]
        yield from self._table(("channel", "type", "use", "places"), rows)
        if certificates:
            yield f"<h3>{self.t('certificates')}</h3>"
            yield from self._table(("whose", "subject", "fingerprint", "until"), certificates)

    def _identities(self) -> Iterator[str]:
        rows = [
            (escape(one["family"]), "<br>".join(map(_code, one["ours"])), "<br>".join(map(_code, one["theirs"])))
            for one in self.guide["identities"]
        ]
        if rows:
            yield f"<h2>{self.t('identities')}</h2>"
            yield from self._table(("family", "our_identity", "their_identity"), rows)

    def _agreement(self, agreed: Json) -> Iterator[str]:
        coming = agreed["direction"] == "in"
        document = agreed["document"].replace("_", " ")
        heading = self.t("you_send" if coming else "we_send", document=document, format=agreed["format"])
        yield f'<h2 id="{escape(agreed["id"])}">{heading}</h2>'
        yield from (f"<p>{one}</p>" for one in (self._owed(agreed) if coming else self._expected(agreed)))
        if coming:
            yield from self._checks(agreed)
        yield from self._segments(agreed["segments"])
        yield f"<h3>{self.t('example')}</h3>"
        yield f"<pre>{escape(_a_line_each(agreed['example']))}</pre>" if agreed["example"] else f"<p>{self.t('no_example')}</p>"
        yield from self._errors(agreed["errors"])

    def _owed(self, agreed: Json) -> Iterator[str]:
        kind = agreed["acknowledge"]
        yield self.t("acknowledged", kind=kind) if kind else self.t("not_acknowledged")
        yield self.t(f"duplicates.{agreed['duplicates']}")
        if agreed["other_versions"]:
            yield self.t("other_versions", versions=", ".join(agreed["other_versions"]))

    def _expected(self, agreed: Json) -> Iterator[str]:
        for one in agreed["expects"]:
            yield self.t("expected", kind=one["kind"], hours=f"{one['seconds'] / _HOUR:g}")
        if not agreed["expects"]:
            yield self.t("not_expected")
        if agreed["separators"]:
            yield self.t("separators", marks="  ".join(f"{name} {mark!r}" for name, mark in agreed["separators"].items()))

    def _checks(self, agreed: Json) -> Iterator[str]:
        yield f"<h3>{self.t('checks')}</h3>"
        rows = [
            (_code(one["check"]), escape(one["weight"]), f'<span class="faint">{self.t("usually")} {escape(one["usual"])}</span>')
            for one in agreed["strictness"]
        ]
        if not rows and not agreed["mandatory"] and not agreed["codes"]:
            yield f"<p>{self.t('usual')}</p>"
        yield from self._table(("check", "weight", "usually"), rows)
        if agreed["mandatory"]:
            yield f"<p>{self.t('must', places=', '.join(agreed['mandatory']))}</p>"
        for place, codes in agreed["codes"].items():
            yield f"<p>{self.t('allowed', place=place, codes=', '.join(codes))}</p>"

    def _segments(self, segments: Sequence[Json]) -> Iterator[str]:
        if not segments:
            return
        yield f"<h3>{self.t('segments')}</h3><p>{self.t('segments_text')}</p><table><thead><tr>"
        yield "".join(f'<th scope="col">{self.t(name)}</th>' for name in ("tag", "needed", "form", "codes"))
        yield "</tr></thead><tbody>"
        for one in segments:
            yield self._segment(one)
            yield from (self._element(element) for element in one["elements"])
        yield "</tbody></table>"

    def _segment(self, one: Json) -> str:
        often = self.t("any") if not one["maximum"] else f"{self.t('times')}: {one['maximum']}"
        begins = f"; {self.t('loop', times=one['loop'] or self.texts['any'])}" if one["loop"] >= 0 else ""
        mark = "→ " * one["depth"]
        name = f' <span class="faint">{escape(one["name"])}</span>' if one["name"] else ""
        needed = self.t("yes" if one["mandatory"] else "no")
        return (
            f'<tr class="segment"><td>{mark}{escape(one["tag"])}{name}</td><td>{needed}</td>'
            f'<td colspan="2"><span class="faint">{often}{begins}</span></td></tr>'
        )

    def _element(self, one: Json) -> str:
        codes = ", ".join(f"{_code(code)} {escape(meaning)}" for code, meaning in one["codes"])
        listed = self.t("listed", count=one["listed"]) if one["listed"] and not codes else ""
        name = f"{_code(one['place'])} {escape(one['name'])}" + (
            f' <span class="faint">{escape(one["id"])}</span>' if one["id"] else ""
        )
        needed = self.t("yes") if one["mandatory"] else ""
        return (
            f'<tr class="element"><td>{name}</td><td>{needed}</td><td>{escape(one["form"])}</td>'
            f'<td>{codes}<span class="faint">{listed}</span></td></tr>'
        )

    def _errors(self, errors: Sequence[Json]) -> Iterator[str]:
        if errors:
            yield f"<h3>{self.t('errors')}</h3>"
        for one in errors:
            yield f"<p><b>{self.t('fault.' + one['fault'])}</b><br>{self.t('finding')}: "
            yield "; ".join(f"{escape(finding['message'])} {_code(finding['code'])}" for finding in one["findings"]) + "</p>"
            if not one["answers"]:
                yield f"<p>{self.t('no_answer')}</p>"
            for answer in one["answers"]:
                yield f"<p>{self.t('answer', type=answer['type'])}</p><pre>{escape(_a_line_each(answer['text']))}</pre>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _spaced(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _a_line_each(text: str) -> str:
    """EDI that stands in one line with a segment a line, as people read it."""
    if "\n" in text.strip():
        return text
    end, release = _service_characters(text)
    if not end:
        return text
    escaped = f"{re.escape(release)}." if release else "(?!)"  # a mark behind the release character ends nothing
    return re.sub(f"({escaped})|{re.escape(end)}", lambda found: found[1] or f"{end}\n", text).rstrip()


def _service_characters(text: str) -> tuple[str, str]:
    """What ends a segment, and what takes a mark its meaning; empty where there is none."""
    if text.startswith("ISA"):
        return text[105:106], ""
    if text.startswith("UNA"):
        return text[8:9], text[6:7].strip()
    return ("'", "?") if text.startswith("UNB") else ("", "")
