"""Whatever a submission answers, the message names the function, what was due and what came."""

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks import expect
from autograder.course.bank import solution_cells
from autograder.grading import Grader
from autograder.sandbox.inside import wire
from autograder.sandbox.proxy import Proxy
from autograder.submission import Submission

FORWARD = """
class SimpleRNN(SimpleRNN):
    def forward(self, tokens, hidden):
        logits, hidden = super().forward(tokens, hidden)
        return {0}
"""
INIT = """
class SimpleRNN(SimpleRNN):
    def init_hidden(self, batch_size):
        zeros = super().init_hidden(batch_size)
        return {0}
"""
PAIRS = """
pairs = next_char_pairs
def next_char_pairs(text, vocab):
    inputs, targets = pairs(text, vocab)
    return {0}
"""
STEP = """
step = train_step
def train_step(model, optimizer, inputs, targets, hidden):
    loss, hidden = step(model, optimizer, inputs, targets, hidden)
    return {0}
"""
FIT = """
fitted = fit
def fit(model, inputs, targets, epochs=100, lr=0.01):
    losses = fitted(model, inputs, targets, epochs, lr)
    return {0}
"""
SPELL = """
spelled = spell
def spell(model, text, vocab):
    said = spelled(model, text, vocab)
    return {0}
"""
NUMPY = 'import numpy\nimport torch\nMETA = "meta"\n'

LOGITS = "SimpleRNN.forward: logits: expected a float32 tensor of shape (2, 5, 5), got "
WHERE = {
    "logits": (FORWARD, "forward_shapes", LOGITS),
    "state": (FORWARD, "forward_shapes", "SimpleRNN.forward: hidden state: expected "),
    "result": (FORWARD, "forward_shapes", "SimpleRNN.forward: expected a list or tuple of 2, got "),
    "memory": (FORWARD, "state_is_memory", "SimpleRNN.forward: "),
    "gradient": (FORWARD, "state_carries_gradient", "SimpleRNN.forward: hidden state: expected "),
    "init": (INIT, "initial_state", "SimpleRNN.init_hidden: expected "),
    "pairs": (PAIRS, "pairs_of_hello", "next_char_pairs: expected a list or tuple of 2, got "),
    "inputs": (PAIRS, "pairs_of_hello", "next_char_pairs: inputs: expected "),
    "loss": (STEP, "loss_value", "train_step: loss: expected a float, got "),
    "number": (STEP, "loss_value", "train_step: loss: expected a finite number, got "),
    "both": (STEP, "loss_value", "train_step: (loss, hidden state): expected a list or tuple of 2"),
    "kept": (STEP, "two_windows", "train_step: (loss, hidden state): expected a tuple of at least"),
    "next": (STEP, "two_windows", "train_step: (loss, hidden state): expected a tensor as item 1"),
    "losses": (FIT, "losses_fall", "fit: losses: expected a list or tuple of 100, got "),
    "entry": (FIT, "losses_fall", "fit: a loss: expected a "),
    "said": (SPELL, "spells_hello", "spell(model, \"hell\", vocab): expected 'ello', got "),
    "spelled": (SPELL, "spell_reads_with_memory", "spell of 'stainer' with a model of ours: exp"),
    "name": ("{0}", "spell_reads_with_memory", "spell: expected a function or class, got "),
    "model": ("{0}", "forward_shapes", "SimpleRNN: expected "),
}
"""Where a bad answer is given, the check that sees it, and how its message begins."""

BAD = [
    ("logits", "logits.double(), hidden", "a float64 tensor of shape (2, 5, 5)", "`.float()`"),
    ("logits", "logits.half(), hidden", "a float16 tensor", "`.float()`"),
    ("logits", "logits.argmax(-1), hidden", "an int64 tensor of shape (2, 5)", "`.float()`"),
    ("logits", "logits.to(torch.complex64), hidden", "a complex64 tensor", "`.float()`"),
    ("logits", "logits.to(META), hidden", "a Tensor (float32, shape (2, 5, 5), on meta)", "device"),
    ("logits", "logits.to_sparse(), hidden", "sparse_coo, shape (2, 5, 5))", "`.to_dense()`"),
    ("logits", "torch.quantize_per_tensor(logits, 0.1, 0, torch.qint8), hidden", "qint8", "plain"),
    ("logits", "logits.detach().numpy(), hidden", "a numpy.ndarray", "torch.from_numpy"),
    ("logits", "logits.tolist(), hidden", "a list of 2 (list, list)", "torch.tensor(...)"),
    ("logits", "(logits, logits), hidden", "a tuple of 2 (Tensor, Tensor)", "unpack"),
    ("logits", "{'logits': logits}, hidden", "a dict with the keys 'logits'", "Likely cause"),
    ("logits", "None, hidden", "None (is a return missing?)", "Likely cause"),
    ("logits", "(row for row in logits), hidden", "a generator", "Likely cause"),
    ("logits", "logits.sum().item(), hidden", "got ", "turned into a number"),
    ("logits", "self.fc, hidden", "a torch.nn.modules.linear.Linear", "Likely cause"),
    ("state", "logits, hidden.squeeze(0)", "shape (1, 2, 4), got (2, 4)", "unsqueeze"),
    ("state", "logits, hidden.transpose(0, 1)", "(1, 2, 4), got (2, 1, 4)", "dimension"),
    ("state", "logits, hidden[:0]", "shape (1, 2, 4), got (0, 2, 4)", "empty"),
    ("state", "logits, hidden * torch.nan", "finite numbers, got nan at [0, 0, 0]", "by 0"),
    ("state", "logits, hidden.abs() + torch.inf", "finite numbers, got inf at [0, 0, 0]", "log of"),
    ("state", "logits, (hidden, hidden)", "got a tuple of 2 (Tensor, Tensor)", "unpack"),
    ("result", "logits", "a float32 tensor of shape (2, 5, 5)", "logits, hidden"),
    ("result", "logits, hidden, hidden", "a tuple of 3 (Tensor, Tensor, Tensor)", "two things"),
    ("result", "None", "None (is a return missing?)", "two things"),
    ("result", "{'logits': logits, 'hidden': hidden}", "a dict with the keys 'logits'", "names"),
    ("memory", "None, hidden", "logits: expected a float32 tensor of shape (3, 7, 7)", "None"),
    ("memory", "logits, hidden.detach().numpy()", "got a numpy.ndarray", "torch.from_numpy"),
    ("memory", "logits, hidden * torch.nan", "finite numbers, got nan", "division by 0"),
    ("gradient", "logits, None", "a float32 tensor of shape (1, 3, 6), got None", "H numbers"),
    ("gradient", "logits, hidden.detach().numpy()", "got a numpy.ndarray", "torch.from_numpy"),
    ("gradient", "logits, hidden.flatten()", "one that can be trained towards a goal", "shapes"),
    ("init", "zeros.double()", "tensor of shape (1, 3, 4), got a float64 tensor", ".float"),
    ("init", "zeros.numpy()", "got a numpy.ndarray", "torch.from_numpy"),
    ("init", "zeros.to(META)", "got a Tensor (float32, shape (1, 3, 4), on meta)", "device"),
    ("init", "None", "got None (is a return missing?)", "torch.zeros"),
    ("init", "(zeros, zeros)", "got a tuple of 2 (Tensor, Tensor)", "unpack"),
    ("init", "zeros[:, :1]", "expected shape (1, 3, 4), got (1, 1, 4)", "batch_size"),
    ("pairs", "(pair for pair in (inputs, targets))", "a generator", "`list(...)` keeps them"),
    ("pairs", "zip(inputs, targets)", "a zip", "`list(...)` keeps them"),
    ("pairs", "{'inputs': inputs, 'targets': targets}", "a dict with the keys 'inputs'", "order"),
    ("pairs", "torch.stack([inputs, targets])", "an int64 tensor of shape (2, 1, 4)", "targets"),
    ("pairs", "numpy.stack([inputs, targets])", "a numpy.ndarray", "`.tolist()`"),
    ("pairs", "[inputs]", "a list of 1 (Tensor)", "two things"),
    ("pairs", "[]", "[]", "two things"),
    ("inputs", "inputs.int(), targets", "int64 tensor of shape (1, 4), got an int32", "`.long()`"),
    ("inputs", "inputs.float(), targets", "got a float32 tensor of shape (1, 4)", "whole numbers"),
    ("inputs", "inputs.numpy(), targets", "got a numpy.ndarray", "torch.from_numpy"),
    ("inputs", "inputs[0], targets", "expected shape (1, 4), got (4,)", "unsqueeze"),
    ("inputs", "inputs[:, :0], targets", "expected shape (1, 4), got (1, 0)", "empty"),
    ("loss", "torch.tensor(loss, requires_grad=True), hidden", "a tensor (1.616)", "`.item()`"),
    ("loss", "numpy.float32(loss), hidden", "a numpy.float32", "`float(...)`"),
    ("loss", "numpy.array(loss), hidden", "a numpy.ndarray", "`float(...)`"),
    ("loss", "[loss], hidden", "a list of 1 (float)", "Likely cause"),
    ("loss", "None, hidden", "None (is a return missing?)", "Likely cause"),
    ("loss", "True, hidden", "True", "Likely cause"),
    ("loss", "str(loss), hidden", "'1.6", "Likely cause"),
    ("loss", "complex(loss), hidden", "a complex", "Likely cause"),
    ("number", "float('nan'), hidden", "nan", "division by 0"),
    ("number", "float('-inf'), hidden", "-inf", "log of 0"),
    ("both", "loss", "got 1.616", "loss, hidden"),
    ("both", "None", "got None (is a return missing?)", "loss, hidden"),
    ("kept", "None", "got None (is a return missing?)", "left out of the return"),
    ("kept", "(loss,)", "got one without an item 1", "left out of the return"),
    ("kept", "hidden", "got a Tensor (float32, shape (1, 2, 4))", "left out of the return"),
    ("next", "loss, None", "got None", "is a return missing?"),
    ("next", "loss, (hidden, hidden)", "got a tuple", "unpack"),
    ("next", "loss, hidden.numpy()", "got a numpy.ndarray", "torch.from_numpy"),
    ("next", "hidden, loss", "got a float", "changed places"),
    ("losses", "(loss for loss in losses)", "a generator", "`list(...)` keeps them"),
    ("losses", "numpy.array(losses)", "a numpy.ndarray", "`.tolist()`"),
    ("losses", "torch.tensor(losses)", "a float32 tensor of shape (100,)", "every epoch"),
    ("losses", "dict(enumerate(losses))", "a dict with the keys 0, 1, 2", "in their order"),
    ("losses", "losses[-1:]", "a list of 1 (float)", "every epoch"),
    ("losses", "None", "None (is a return missing?)", "every epoch"),
    ("entry", "[torch.tensor(loss) for loss in losses]", "float, got a tensor (1.4", "`.item()`"),
    ("entry", "[*losses[:-1], float('nan')]", "finite number, got nan", "division by 0"),
    ("entry", "[*losses[:-1], None]", "float, got None", "is a return missing?"),
    ("said", "None", "None (is a return missing?)", "a string is due"),
    ("said", "list(said)", "a list of 4 (str, str, str, ...)", "join"),
    ("said", "said.encode()", "b'ello'", "a string is due"),
    ("said", "(char for char in said)", "a generator", "a string is due"),
    ("said", "said[-1:]", "'o'", "one character"),
    ("spelled", "torch.tensor([ord(char) for char in said])", "an int64 tensor", "a string is due"),
    ("name", "spell = 'ello'", "'ello'", "not callable"),
    ("name", "spell = torch.zeros(3)", "a float32 tensor of shape (3,)", "not callable"),
    ("model", "SimpleRNN = lambda *sizes: (1, 2)", "an nn.Module, got a tuple", "class"),
    ("model", "SimpleRNN = lambda *sizes: None", "an nn.Module, got None", "class"),
    ("model", "class SimpleRNN:\n  def __init__(self, *sizes): pass", "an nn.Module", "nn.Module)"),
    ("model", "SimpleRNN = lambda *sizes: nn.Linear(2, 2)", "weights, got bias, weight", "self."),
    ("model", "SimpleRNN = lambda *sizes: nn.Sequential()", "weights, got none at all", "self."),
]  # fmt: skip
"""(where, the answer, what the message says came, a word of the likely cause)"""


@pytest.mark.parametrize(("where", "answer", "came", "cause"), BAD)
def test_a_bad_answer_gets_a_sentence(
    where: str, answer: str, came: str, cause: str, grader: Grader, root: Path
) -> None:
    template, check, beginning = WHERE[where]
    cells = [*solution_cells(root, "hello_rnn"), NUMPY + template.replace("{0}", answer)]
    [result] = grader.grade(Submission("bad", "hello_rnn", cells), only=[check]).checks
    message = result.message
    assert result.status == "failed"
    assert message.startswith(beginning)
    assert came in message
    assert cause in message
    assert " Likely cause: " in message or "(is a return missing?)" in message
    assert "\n" not in message


GOOD = [
    (STEP, "numpy.float64(loss), hidden", "loss_value"),
    (STEP, "[loss, hidden.clone().requires_grad_()]", "two_windows"),
    (FORWARD, "[logits, nn.Parameter(hidden)]", "forward_shapes"),
    (INIT, "zeros.requires_grad_()", "initial_state"),
    (FIT, "tuple(losses)", "losses_fall"),
]


@pytest.mark.parametrize(("template", "answer", "check"), GOOD)
def test_what_is_as_good_as_asked_for_passes(
    template: str, answer: str, check: str, grader: Grader, root: Path
) -> None:
    cells = [*solution_cells(root, "hello_rnn"), NUMPY + template.replace("{0}", answer)]
    [result] = grader.grade(Submission("good", "hello_rnn", cells), only=[check]).checks
    assert result.status == "passed", result.message


def test_what_torch_has_not_implemented_is_no_piece_to_be_written(
    grader: Grader, root: Path
) -> None:
    source = NUMPY + FORWARD.replace("{0}", "logits.to(torch.complex64), hidden")
    cells = [*solution_cells(root, "hello_rnn"), source]
    [result] = grader.grade(Submission("bad", "hello_rnn", cells), only=["losses_fall"]).checks
    assert result.status == "failed"
    assert result.message.startswith("fit raised NotImplementedError: ")
    assert "Likely cause: the tensor is of a kind" in result.message


class Nowhere:
    """A channel that nobody may ask anything."""

    def ask(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        raise AssertionError(f"an expectation asked for {request}")


DTYPES = (torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool,
          torch.complex64)  # fmt: skip
KINDS = ("numpy.ndarray", "generator", "Tensor (float32, shape (2,), on meta)", "int", "")


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    count = math.prod(shape)
    numbers = draw(st.lists(st.floats(width=32), min_size=count, max_size=count))
    return torch.tensor(numbers).reshape(shape).to(draw(st.sampled_from(DTYPES)))


single = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text()
    | st.binary() | tensors()
    | st.sampled_from(KINDS).map(lambda kind: Proxy(Nowhere(), wire.Reference(9, kind), "f"))
)  # fmt: skip
answers = st.recursive(
    single,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=8,
)
"""What `Proxy` may bring from the wire: values, and proxies of what stays there."""

EXPECTATIONS = [
    lambda value: expect.is_tensor(value, "f", shape=(2, 1)),
    lambda value: expect.is_close(value, torch.ones(2), "f"),
    lambda value: expect.is_close(value, torch.tensor(3), "f"),
    lambda value: expect.is_close(value, torch.tensor([True, False]), "f"),
    lambda value: expect.is_close(value, torch.ones(1, 0), "f"),
    lambda value: expect.is_number(value, 1.0, "f", tolerance=0.5),
    lambda value: expect.is_float(value, "f"),
    lambda value: expect.at_least(value, 0.5, "f"),
    lambda value: expect.at_most(value, 0.5, "f"),
    lambda value: expect.is_equal(value, "ello", "f"),
    lambda value: expect.is_equal(value, [1, 2.0], "f"),
    lambda value: expect.is_equal(value, {"a": torch.ones(2)}, "f"),
    lambda value: expect.is_sequence(value, 2, "f"),
    lambda value: expect.is_dict(value, ["a"], "f"),
    lambda value: expect.is_object(value, "f", "a model"),
]


@given(value=answers)
def test_expectations_raise_nothing_but_check_failed(value: object) -> None:
    for expectation in EXPECTATIONS:
        message = "f: expected nothing, got nothing"
        try:
            expectation(value)
        except expect.CheckFailed as failed:
            message = str(failed)
        assert message.startswith("f: expected ")
        assert ", got " in message
    assert str(expect.unforeseen(TypeError("so"), ("f", value))).startswith("f: expected ")


@given(
    expected=st.floats(-1e3, 1e3),
    off=st.floats(-1, 1),
    tolerance=st.sampled_from([1e-6, 1e-3, 0.5]),
)
def test_close_is_exactly_what_is_within_tolerance(
    expected: float, off: float, tolerance: float
) -> None:
    wanted = torch.tensor([0.0, expected], dtype=torch.float64)
    value = wanted + torch.tensor([0.0, off * 2 * tolerance], dtype=torch.float64)
    within = abs(value[1].item() - wanted[1].item()) <= tolerance
    for accept in (
        lambda: expect.is_close(value, wanted, "f", tolerance=tolerance),
        lambda: expect.is_number(value[1].item(), expected, "f", tolerance=tolerance),
    ):
        if within:
            accept()
            continue
        with pytest.raises(expect.CheckFailed) as raised:
            accept()
        shown = str(raised.value).removeprefix("f: expected ").rstrip(".")
        due, came = shown.replace(" at [1]", "").split(", got ")
        assert due != came


@given(left=st.integers(-(2**63), 2**63 - 1), right=st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_have_to_be_equal(left: int, right: int) -> None:
    value, wanted = torch.tensor([left, right]), torch.tensor([left, left])
    if left == right:
        expect.is_close(value, wanted, "f")
    else:
        with pytest.raises(expect.CheckFailed, match=f"f: expected {left} at .1., got {right}"):
            expect.is_close(value, wanted, "f")


@given(value=answers)
def test_equal_is_equal_to_itself_and_to_no_other_type(value: object) -> None:
    if not isinstance(value, Proxy) and "nan" not in repr(value):
        expect.is_equal(value, value, "f")
    with pytest.raises(expect.CheckFailed):
        expect.is_equal(value, object(), "f")
