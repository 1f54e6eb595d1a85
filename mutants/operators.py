"""Two changes that cosmic-ray does not make and forgetful people do: leaving something out."""

from collections.abc import Iterator, Sequence
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

Place = tuple[tuple[int, int], tuple[int, int]]


class DropStatement(Operator):  # type: ignore[misc]
    """Puts `pass` in the place of a call whose value nobody wants, as `optimizer.zero_grad()`."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Where there is one: at the node itself."""
        if node.type == "simple_stmt" and _is_call(node.children[0]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The node with `pass` for the call."""
        node.children[0] = parso.parse(f"{node.children[0].get_first_leaf().prefix}pass")
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """One before and after."""
        return (Example("f(x)\n", "pass\n"),)


class DropCall(Operator):  # type: ignore[misc]
    """Leaves out a method called without arguments at the end of an expression: `h.detach()`."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Where there is one: at the node itself."""
        alone = node.parent is not None and node.parent.type == "simple_stmt"
        if node.type in ("atom_expr", "power") and len(node.children) > 2 and not alone:
            *_, name, call = node.children
            if name.get_code().startswith(".") and call.get_code() == "()":
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The node without its last method."""
        del node.children[-2:]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """One before and after."""
        return (Example("x = h.detach()", "x = h"),)


def _is_call(node: Any) -> bool:
    """Whether a statement is a call that is no assignment, no `return` and no `raise`."""
    if node.type not in ("atom_expr", "power"):
        return False
    code: str = node.children[-1].get_code()
    return code.startswith("(")
