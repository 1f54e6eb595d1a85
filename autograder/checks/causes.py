"""Likely causes in the terms of these exercises: of torch's commonest exceptions, and of answers
that are of another kind, dtype or shape than is due."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

_CAUSES = (
    ("backward through the graph a second time",
     "Likely cause: a hidden state still carries the graph of an earlier window; detach it"),
    ("an inplace operation: [torch.LongTensor",
     "Likely cause: token ids were changed in place after the model had read them; work on a copy"),
    ("modified by an inplace operation",
     "Likely cause: a hidden state still carries the graph of an earlier window, whose weights "
     "the optimizer has changed since; detach it"),
    ("autograd is switched off",
     "Likely cause: the derivative is left to autograd; work it out by the chain rule, step by "
     "step"),
    ("does not require grad",
     "Likely cause: the loss is no longer connected to the weights: something was detached, "
     "turned into a number, or computed under no_grad"),
    ("Expected hidden size",
     "Likely cause: the layer takes time for the batch (see batch_first), or a size is not the one "
     "asked for, or the hidden state is not (1, B, H)"),
    ("Expected hidden[0] size",
     "Likely cause: the layer takes time for the batch (see batch_first), or a size is not the one "
     "asked for, or the hidden state is not (1, B, H)"),
    ("hx should also be", "Likely cause: the hidden state must have shape (1, B, H)"),
    ("batch_first", "Likely cause: the layer does not expect (B, T, ...): see batch_first"),
    ("before Module.__init__() call",
     "Likely cause: __init__ has to begin with super().__init__()"),
    ("object has no attribute 'detach'",
     "Likely cause: the hidden state must be a tensor; `.item()` and `.numpy()` are for numbers to "
     "look at"),
    ("'numpy.ndarray' object", "Likely cause: a tensor is due: torch.from_numpy(...) makes one"),
    ("no attribute 'parameters'", "Likely cause: the model is no nn.Module"),
    ("'NoneType' object", "Likely cause: a function returns nothing: is a return missing?"),
    ("'tuple' object", "Likely cause: several results are still in one tuple: unpack it"),
    ("object has no attribute",
     "Likely cause: what stands there is another kind of object than the line expects"),
    ("probability tensor contains",
     "Likely cause: a division by 0 (is temperature 0 apart?), or logits that are nan or inf"),
    ("division by zero",
     "Likely cause: the mean of nothing: a list is empty, or a generator was used up before"),
    ("empty parameter list", "Likely cause: the model has no layers: assign them to self"),
    ("not implemented for",
     "Likely cause: the tensor is of a kind (dtype, sparse, ...) this operation does not take"),
    ("Could not run 'aten::",
     "Likely cause: the tensor is of a kind (quantized, sparse, ...) that this operation does not "
     "take"),
    ("object is not callable",
     "Likely cause: what is called is no function: a name may be used twice, or a model be no "
     "nn.Module"),
    ("cannot unpack non-iterable", "Likely cause: a function returns fewer values than are due"),
    ("class probabilities", "Likely cause: logits are not (B, T, V), a score for every step"),
    ("1D target must have size", "Likely cause: logits are not (B, T, V): a dimension is lost"),
    ("sequence length to be larger than 0",
     "Likely cause: an empty text needs an answer of its own, before the model reads it"),
    ("not enough values to unpack", "Likely cause: a function returns fewer values than are due"),
    ("too many values to unpack", "Likely cause: a function returns more values than are due"),
    ("must match the size of tensor", "Likely cause: two tensors meet whose shapes do not fit"),
    ("should be the same", "Likely cause: two tensors differ in dtype or device"),
    ("same dtype", "Likely cause: two tensors differ in dtype: `.float()` makes float32"),
    ("expected device", "Likely cause: a tensor was made on another device than the rest"),
    ("same device", "Likely cause: a tensor was made on another device than the rest"),
    ("meta tensor", "Likely cause: a tensor was made on the meta device, which holds no numbers"),
    ("Expected input batch_size",
     "Likely cause: logits and targets are flattened to different lengths before the loss"),
    ("expected target size",
     "Likely cause: cross-entropy wants the classes second: flatten (B, T, V) or swap T and V"),
    ("Expected target size",
     "Likely cause: logits and targets are not over the same positions, or classes are not second"),
    ("expected target dtype",
     "Likely cause: cross-entropy wants int64 targets: `.long()` makes whole numbers"),
    ("mat1 and mat2 shapes cannot be multiplied",
     "Likely cause: a linear layer is given another size than it was made for"),
    ("is out of bounds.", "Likely cause: a target is no token: is `ignore_index` handed on?"),
    ("index out of range in self", "Likely cause: a token id is not below the vocabulary size"),
    ("Expected tensor for argument #1 'indices'",
     "Likely cause: the embedding needs int64 token ids"),
    ("positional argument", "Likely cause: the signature differs from the one in the exercise"),
    ("unexpected keyword argument",
     "Likely cause: the signature differs from the one in the exercise"),
)  # fmt: skip


def likely_cause(message: str) -> str:
    """A sentence on what an exception's message usually means here, or ""."""
    for part, cause in _CAUSES:
        if part in message:
            return cause if cause.endswith("?") else f"{cause}."
    return ""


_KINDS = (
    ("tensor", "numpy.", "it is NumPy's: torch.from_numpy(...) makes a tensor of an array"),
    (
        "tensor",
        "tuple",
        "several results are still in one tuple, as nn.RNN returns them: unpack it",
    ),
    ("tensor", "list", "torch.tensor(...) makes a tensor of numbers, torch.stack(...) of tensors"),
    ("tensor", "float", "it was turned into a number, or two results have changed places"),
    ("float", "numpy.", "it is NumPy's: `float(...)` makes a plain number of it"),
    (
        "float",
        "Tensor",
        "`.item()` makes a number of one element, or two results have changed places",
    ),
    ("float", "", "a plain number is due, such as `.item()` gives"),
    ("list", "generator", "it gives its items only once: `list(...)` keeps them"),
    ("list", "map", "it gives its items only once: `list(...)` keeps them"),
    ("list", "zip", "it gives its items only once: `list(...)` keeps them"),
    ("list", "numpy.", "it is NumPy's: `.tolist()` makes a list of an array"),
    ("list", "dict", "return the values themselves, in their order, without names"),
)


def matching(value: Any, suspects: Iterable[tuple[Callable[[], Any], str]], otherwise: str) -> str:
    """The cause of the first suspect that gives `value`, else `otherwise`.

    Each suspect is (what a typical fault would give, its cause). Values are strings, floats,
    tensors, or dicts of tensors that `value` has as well; numbers are compared to 1e-4. Meant for
    the `cause` of an expectation that has failed.
    """
    for fault, cause in suspects:
        given = fault()
        if type(given) is type(value) and _alike(value, given):
            return cause
    return otherwise


def _alike(value: Any, given: Any) -> bool:
    if isinstance(given, dict):
        return all(isinstance(value[k], torch.Tensor) and _alike(value[k], given[k]) for k in given)
    if isinstance(given, str):
        return bool(value == given)
    left, right = torch.as_tensor(value), torch.as_tensor(given)
    return left.shape == right.shape and bool(((left - right).abs() <= 1e-4).all())


def of_kind(due: str, kind: str) -> str:
    """Why something of type `kind`, as proxy.type_of names it, may stand where a `due` belongs.

    `due` is "tensor", "float" or "list"; "" where there is nothing in particular to say.
    """
    if ", larger than " in kind:
        return "it holds far more than it should"
    if due == "tensor" and kind.startswith("Tensor ("):
        if ", on " in kind:
            return "it is on another device: leave out device=... and `.to(...)`"
        if "sparse" in kind:
            return "it is sparse: `.to_dense()` makes an ordinary tensor of it"
        return "it is no ordinary tensor: a plain one of the expected dtype is due"
    for wanted, beginning, cause in _KINDS:
        if due == wanted and kind.startswith(beginning):
            return cause
    return ""


def of_dtype(expected: torch.dtype, actual: torch.dtype) -> str:
    """How `actual` may have come about, and what makes `expected` of it."""
    to = {torch.int64: ".long()", torch.float32: ".float()", torch.bool: ".bool()"}
    turn = f"`{to.get(expected, f'.to({expected})')}` makes it {str(expected)[6:]}"
    if actual == torch.float64:
        return f"numbers that come from NumPy or `.double()` are float64; {turn}"
    if expected == torch.int64 and actual.is_floating_point:
        return f"token ids are whole numbers, and were turned into floats; {turn}"
    return turn


def of_shape(expected: Sequence[int], actual: Sequence[int]) -> str:
    """What may have become of a tensor of shape `expected`, or "" if nothing obvious."""
    expected, actual = list(expected), list(actual)
    if [n for n in expected if n != 1] == [n for n in actual if n != 1]:
        gone = len(actual) < len(expected)
        return (
            f"a dimension of size 1 is {'missing: see unsqueeze' if gone else 'left: see squeeze'}"
        )
    if sorted(expected) == sorted(actual):
        return "dimensions have changed places: see transpose, or batch_first where a layer did it"
    if math.prod(expected) and not math.prod(actual):
        return "it is empty: a slice may have taken nothing"
    if math.prod(expected) == math.prod(actual):
        return "the numbers are as many but arranged otherwise: see flatten and reshape"
    return ""
