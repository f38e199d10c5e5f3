"""Durations, sizes and rates as people write them."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.config.quantities import Duration, Rate, Size


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Duration, "15m", timedelta(minutes=15)),
        (Duration, "500ms", timedelta(milliseconds=500)),
        (Duration, "1h30m", timedelta(minutes=90)),
        (Duration, "1.5h", timedelta(minutes=90)),
        (Duration, "2d", timedelta(days=2)),
        (Size, "10MiB", 10 * 2**20),
        (Size, "1kB", 1000),
        (Size, "12B", 12),
        (Rate, "50/s", 50.0),
        (Rate, "30/m", 0.5),
        (Rate, "3600/h", 1.0),
    ],
)
def test_quantities_have_units(kind: Any, text: str, value: object) -> None:
    assert TypeAdapter(kind).validate_python(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Duration, "15"),
        (Duration, 15),
        (Duration, "m"),
        (Duration, "15 m"),
        (Size, "10"),
        (Size, "10mb"),
        (Rate, "50"),
        (Rate, "0/s"),
    ],
)
def test_a_quantity_without_its_unit_is_refused(kind: Any, text: object) -> None:
    with pytest.raises(ValidationError, match="write a"):
        TypeAdapter(kind).validate_python(text)
