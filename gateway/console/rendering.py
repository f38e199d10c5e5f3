"""Pages from templates. What comes from outside is escaped everywhere; a name that a template misspells is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import jinja2
import orjson

from gateway.console.assets import Assets
from gateway.console.screens import Screen, grouped
from gateway.console.texts import LANGUAGES
from gateway.console.visit import DENSITIES, THEMES, Visit

FOLDER: Final = Path(__file__).parent / "templates"

_ICONS: Final[Mapping[str, str]] = {"good": "✓", "info": "→", "warning": "!", "error": "✕", "faint": "-"}
"""A tone by its sign: status is never told by colour alone."""

_HTMX: Final = orjson.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
        "refreshOnHistoryMiss": True,
        "scrollIntoViewOnBoost": False,
        "defaultFocusScroll": False,
    }
).decode()
"""htmx under our policy: it runs no text as a script, adds no style, asks nobody else, and keeps no page in a storage. What was
not possible is shown as well: the page that is answered says why.
"""


class Rendering:
    """Templates, compiled once. `screens` are what the navigation offers."""

    def __init__(self, assets: Assets, screens: tuple[Screen, ...]) -> None:
        self._screens = screens
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.url,
            link=link,
            icons=_ICONS,
            themes=THEMES,
            densities=DENSITIES,
            languages=LANGUAGES,
            htmx_config=_HTMX,
        )

    def page(self, template: str, visit: Visit, **values: object) -> str:
        """A page, or a part of one."""
        offered = grouped([each for each in self._screens if _offered(visit, each)])
        return self._environment.get_template(template).render(visit=visit, t=visit.texts, navigation=offered, **values)


def _offered(visit: Visit, screen: Screen) -> bool:
    return visit.caller is not None and visit.caller.may(screen.right) and (screen.partners or visit.caller.partner is None)


def link(path: str, /, *parts: str, **query: object) -> str:
    """An address of ours: `parts` follow the path, each as one segment; what is empty in `query` is left out."""
    whole = "/".join((path.rstrip("/") if parts else path, *(quote(part, safe="") for part in parts)))
    wanted = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{whole}?{urlencode(wanted, doseq=True)}" if wanted else whole
