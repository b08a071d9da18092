"""The data model: the one place where a field is defined."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from . import kinds
from .record import Record


def _find_kinds() -> Mapping[str, type[Record]]:
    for module in pkgutil.iter_modules(kinds.__path__):
        importlib.import_module(f"{kinds.__name__}.{module.name}")
    found = sorted(Record.__subclasses__(), key=lambda model: model.KIND.order)
    return MappingProxyType({model.KIND.name: model for model in found})


KINDS: Mapping[str, type[Record]] = _find_kinds()
"""Every kind of record by name, in the order of the navigation."""

__all__ = ["KINDS", "Record"]
