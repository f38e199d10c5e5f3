"""Checks of [[subscriber]]: ids of their own, fields that there are, conditions that compile, ways that nobody reads."""

from pathlib import Path

from gateway.config.check import Checked
from gateway.config.check_http import check_client
from gateway.config.queries import QueryInvalid, compile_query
from gateway.domain.subscriber import ALWAYS_GIVEN, known_fields


def check_subscribers(checked: Checked, folder: Path) -> None:
    """`folder` is what relative paths start from."""
    taken = {name: table for table in ("application", "channel") for name in checked.ids(table)}
    known = known_fields()
    for index, table in enumerate(checked.configuration.subscriber):
        path = ("subscriber", index)
        if table.id in taken:
            checked.complaints.add(
                "R020", (*path, "id"), f'there is a {taken[table.id]} "{table.id}": deliveries go to one of them'
            )
        for place, name in enumerate(table.fields or ()):
            if name not in known and name not in ALWAYS_GIVEN:
                message = f'a milestone has no field "{name}"'
                checked.complaints.add("R140", (*path, "fields", place), message, known=known, wanted=name)
        if table.when is not None:
            try:
                compile_query(table.when)
            except QueryInvalid as error:
                checked.complaints.add("R092", (*path, "when"), str(error), shift=error.column)
        if table.url.startswith("http:") and not table.internal:
            checked.complaints.add("R141", (*path, "url"), "what is posted would be readable on its way")
        check_client(checked, table, path, folder)
