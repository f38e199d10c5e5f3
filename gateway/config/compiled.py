"""What is compiled from a text of routes.toml goes into other processes as that text, and is compiled there anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from typing_extensions import override

P = ParamSpec("P")
Function = TypeVar("Function", bound=Callable[..., Any])


class _Compiled:
    """A function, and what it was compiled of. Two of one source are equal."""

    __slots__ = ("_compiler", "_function", "_options", "_source")

    def __init__(self, compiler: Callable[..., Any], function: Callable[..., Any], source: Any, options: Any) -> None:
        self._compiler, self._function, self._source, self._options = compiler, function, source, options

    def __call__(self, *given: Any) -> Any:
        return self._function(*given)

    @override
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _again, (self._compiler, self._source, self._options)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Compiled):
            return NotImplemented
        return (self._compiler, self._source, self._options) == (other._compiler, other._source, other._options)

    @override
    def __hash__(self) -> int:
        return hash((self._compiler, repr(self._source)))


def _again(compiler: Callable[..., Any], source: Any, options: Any) -> Any:
    return compiler(*source, **options)


def goes_as_text(compiler: Callable[P, Function]) -> Callable[P, Function]:
    """Let what a compiler of a module makes be pickled, by what it was made of."""

    @wraps(compiler)
    def compile_it(*source: P.args, **options: P.kwargs) -> Function:
        return cast("Function", _Compiled(compile_it, compiler(*source, **options), source, options))

    return compile_it
