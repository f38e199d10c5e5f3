"""JSON objects that cross the ports."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
"""A JSON object as Python values; decimals and dates are strings, as in the canonical documents' wire form."""
