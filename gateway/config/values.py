"""Values of TOML as the JSON form of canonical documents has them."""

from datetime import date, datetime, time
from typing import Any


def json_value(value: Any) -> Any:
    """Dates become ISO text, numbers with a fraction decimal text; whole numbers and all else stay."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {name: json_value(member) for name, member in value.items()}
    if isinstance(value, list):
        return [json_value(element) for element in value]
    return value
