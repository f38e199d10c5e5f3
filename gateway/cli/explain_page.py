"""`gateway explain -o html`: one page with everything in it, no script, nothing fetched from anywhere."""

from collections.abc import Iterator
from html import escape

from translators.annotation import AnnotatedElement, AnnotatedSegment, annotate
from translators.finding import Finding, Severity

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1c2024;background:#fff}
h1{font-size:1.25rem}table{border-collapse:collapse;width:100%}td{padding:.15rem .6rem;vertical-align:top}
tr.segment td{padding-top:.7rem;font-weight:600;border-top:1px solid #e4e7eb}code{font:13px/1.4 ui-monospace,monospace}
.faint{color:#5b6470;font-weight:400}.member{color:#0b6b3a}.error{color:#b3261e}.warning{color:#8a5a00}.info{color:#5b6470}
.error .value{text-decoration:underline wavy #b3261e}.warning .value{text-decoration:underline wavy #c98a00}
@media (prefers-color-scheme:dark){body{background:#15181c;color:#e6e9ec}.faint,.info{color:#9aa4af}.member{color:#6fd39b}
.error{color:#ff8a80}.warning{color:#f3c15f}tr.segment td{border-color:#2b3138}}
"""


def page(name: str, data: bytes) -> tuple[str, bool]:
    """The page about one file, and whether something is wrong in it."""
    rows: list[str] = []
    worst: list[Severity] = []
    for item in annotate(data):
        if isinstance(item, Finding):
            worst.append(item.severity)
            rows.append(f'<tr><td colspan="4">{_finding(item)}</td></tr>')
        else:
            worst += [finding.severity for finding in (*item.findings, *(f for e in item.elements for f in e.findings))]
            rows += _segment(item)
    errors, warnings = worst.count(Severity.ERROR), worst.count(Severity.WARNING)
    title = f"{escape(name)}: {errors} errors, {warnings} warnings"
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
    return f"{head}<body><h1>{title}</h1><table>{''.join(rows)}</table></body></html>\n", errors > 0


def _segment(item: AnnotatedSegment) -> Iterator[str]:
    segment = item.segment
    indent = f"padding-left:{0.6 + 1.2 * segment.depth:.1f}rem"
    name = escape(segment.name or "unknown segment")
    yield (
        f'<tr class="segment"><td colspan="4" style="{indent}">{escape(segment.tag)} '
        f'<span class="faint">{name} <code>{escape(segment.raw)}</code></span></td></tr>'
    )
    for finding in item.findings:
        yield f'<tr><td colspan="4" style="{indent}">{_finding(finding)}</td></tr>'
    for element in item.elements:
        if element.value or element.findings:
            yield _element(element, indent)


def _element(element: AnnotatedElement, indent: str) -> str:
    place = f"{element.element:02}" + (f".{element.component}" if element.component else "")
    severity = min((finding.severity for finding in element.findings), key=_RANK.index, default="")
    members = "<br>".join(f"{escape(member.path)} = {escape(member.value)}" for member in element.members)
    findings = "".join(_finding(finding) for finding in element.findings)
    return (
        f'<tr class="{severity}"><td class="faint" style="{indent}">{place} {escape(element.id)}</td>'
        f'<td class="faint">{escape(element.name)}</td><td><code class="value">{escape(element.value)}</code>{findings}</td>'
        f'<td class="member">{members}</td></tr>'
    )


_RANK = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def _finding(finding: Finding) -> str:
    return f'<div class="{finding.severity}">{escape(finding.message)} <span class="faint">{escape(finding.remedy)}</span></div>'
