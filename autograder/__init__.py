"""An autograded exercise kit for courses on recurrent networks.

A student's notebook needs `check`, `hint` and `exploration`, and `corpus` for a text that comes
with the kit; everything else is behind the command `autograder` and nbgrader's own commands.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .kernel import check, exploration, hint
    from .sandbox.inside.loading import corpus

__all__ = ["check", "corpus", "exploration", "hint"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: the command line and the trusted grader do not need a kernel's side.
    if name == "corpus":
        from .sandbox.inside.loading import corpus

        return corpus
    if name in __all__:
        from . import kernel

        return getattr(kernel, name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
