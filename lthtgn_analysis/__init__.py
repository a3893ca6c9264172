"""Statistics of Vietnam's Intergenerational Self-Help Clubs (CLB Liên thế hệ tự giúp nhau).

Each figure carries its source, its date, its doubt and its boundaries. All that an analyst types
after ``import lthtgn_analysis as lt`` is listed in ``__init__.pyi``, with the module it comes from;
each name is loaded from its module when it is first used, so that the import itself stays light.
"""

import ast
from importlib import import_module
from importlib.resources import files
from typing import Any

__version__ = "0.1.0"


def _read_stub() -> dict[str, str]:
    stub = files(__name__).joinpath("__init__.pyi").read_text(encoding="utf-8")
    return {
        alias.name: node.module or ""
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }


_MODULE_OF = _read_stub()

__all__ = [*sorted(_MODULE_OF)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
