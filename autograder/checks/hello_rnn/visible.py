"""Visible checks of `hello_rnn`: they run on the student's machine too."""

import math
from functools import partial

import pytest
import torch

from autograder.checks import causes, check, expect
from autograder.checks.hello_rnn.spelling import why_misspelled
from autograder.sandbox.inside.probes import StandIn, mean_cross_entropy
from autograder.sandbox.proxy import keep

VOCAB = {"e": 0, "h": 1, "l": 2, "o": 3}
INPUTS = torch.tensor([[1, 0, 2, 2]])
TARGETS = torch.tensor([[0, 2, 2, 3]])
TOKENS = torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 1, 3]])
FOLLOWING = torch.tensor([[3, 1, 1, 2, 0], [2, 0, 1, 3, 3]])
TWO = "two things are to be returned: inputs, targets"
STEPWISE = "each step of each row has its V scores"
PAIR = "two things are to be returned: logits, hidden"
LOSS_AND_STATE = "train_step: (loss, hidden state)"


@check(
    "shapes", points=0.5, hint="Inputs are all characters but the last, targets all but the first."
)
def test_pairs_of_hello(submission):
    """next_char_pairs cuts "hello" into inputs and targets"""
    pairs = expect.is_sequence(
        submission.next_char_pairs("hello", VOCAB), 2, "next_char_pairs", TWO
    )
    for name, value, expected in zip(("inputs", "targets"), pairs, (INPUTS, TARGETS), strict=True):
        cause = "inputs leave out the last character, targets the first, and `vocab` numbers them"
        expect.is_close(value, expected, f"next_char_pairs: {name}", cause)


@check("shapes", points=0.5, hint="Print the shape after embed, after rnn and after fc.")
def test_forward_shapes(submission, probes):
    """SimpleRNN returns logits (B, T, V) and a hidden state (1, B, H)"""
    model = _model(submission, 5, 3, 4)
    with expect.usable("SimpleRNN", "an nn.Module", "is it a class SimpleRNN(nn.Module)?"):
        weights = expect.is_dict(probes.weights(model), [], "SimpleRNN: state_dict")
    there = sorted({str(name).partition(".")[0] for name in weights})
    for name in ("embed", "rnn", "fc"):
        expect.holds(
            name in there,
            "SimpleRNN", f"a submodule `{name}` with weights", ", ".join(there) or "none at all",
            "the layers have to be assigned to self.embed, self.rnn and self.fc in __init__",
        )  # fmt: skip
    result = expect.is_sequence(model(TOKENS, torch.zeros(1, 2, 4)), 2, "SimpleRNN.forward", PAIR)
    cause = "the batch comes first in logits and second in the hidden state"
    expect.is_tensor(result[0], "SimpleRNN.forward: logits", shape=(2, 5, 5), cause=cause)
    expect.is_tensor(result[1], "SimpleRNN.forward: hidden state", shape=(1, 2, 4), cause=cause)


@check("shapes", points=0.5, hint="Which sizes does it need, and what does a new state contain?")
def test_initial_state(submission):
    """init_hidden gives zeros (1, B, H)"""
    hidden = _model(submission, 5, 3, 4).init_hidden(3)
    cause = "an empty memory is torch.zeros(1, batch_size, hidden_size), nothing random"
    expect.is_close(hidden, torch.zeros(1, 3, 4), "SimpleRNN.init_hidden", cause)


@check("shapes", points=0.5, hint="Does rnn know which dimension is the batch and which the time?")
def test_rows_and_order(submission):
    """Rows of a batch do not mix, and no step sees a later token"""
    model = _model(submission, 5, 3, 4)
    hidden = torch.zeros(1, 2, 4)
    logits = _logits(model(TOKENS, hidden))
    changed = TOKENS.clone()
    changed[1, 3] = 0
    other = _logits(model(changed, hidden))
    cause = "time and batch are swapped somewhere (see batch_first), or dropout is at work"
    expect.is_close(other[0], logits[0], "SimpleRNN.forward: logits of an unchanged row", cause)
    cause = "a step sees later tokens: is the layer bidirectional, or read from the end?"
    expect.is_close(other[1, :3], logits[1, :3], "SimpleRNN.forward: logits before a change", cause)
    expect.holds(
        not torch.equal(other[1, 3:], logits[1, 3:]),
        "SimpleRNN.forward", "other logits once a token has changed", "the same",
        "the tokens are not used, or not in their order",
    )  # fmt: skip


@check("detachment", points=0.5, hint="The loss is an average over all B times T positions.")
def test_loss_value(submission, probes):
    """train_step returns the mean cross-entropy as a float, and the new hidden state"""
    model = probes.StandIn(5, 3, 4)
    result = submission.train_step(model, probes.sgd(model, 0.1), TOKENS, FOLLOWING, _zeros())
    loss, hidden = expect.is_sequence(
        result, 2, LOSS_AND_STATE, "two things are to be returned: loss, hidden"
    )
    logits, expected = StandIn(5, 3, 4)(TOKENS, _zeros())
    wanted = mean_cross_entropy(logits, FOLLOWING).item()
    expect.is_number(
        loss, wanted, "train_step: loss", lambda: _why(loss, wanted, logits), tolerance=1e-3
    )
    cause = "due is the state that the model returns for these inputs, before the optimizer step"
    expect.is_close(hidden, expected.detach(), "train_step: hidden state", cause, tolerance=1e-3)


@check("detachment", points=1, hint="What does the state you pass on still remember of the past?")
def test_two_windows(submission, probes):
    """train_step can go on from the hidden state it returned"""
    model = probes.StandIn(5, 3, 4)
    optimizer = probes.sgd(model, 0.1)
    hidden = _zeros()
    losses = []
    for _ in range(3):
        # The state stays beside the student's code: sent here and back it would lose its graph.
        result = keep(submission.train_step, model, optimizer, TOKENS, FOLLOWING, hidden)
        hidden = expect.item_inside(probes, result, 1, LOSS_AND_STATE, "Tensor")
        losses.append(expect.is_float(probes.item(result, 0), "train_step: loss"))
    expect.holds(
        losses[-1] < losses[0],
        "train_step", "a smaller loss after three steps on the same window",
        f"{losses[0]:.3f}, then {losses[-1]:.3f}",
        "is optimizer.step() called after backward, and is the loss the one asked for?",
    )  # fmt: skip


@pytest.fixture(scope="session")
def hello(fresh):
    """What `fit` on "hello" returns, and what the model then spells after each of "hell"."""
    with fresh() as (submission, _):
        model = _model(submission, len(VOCAB), 10, 32)
        losses = submission.fit(model, INPUTS, TARGETS)
        return losses, submission.spell(model, "hell", VOCAB)


@check("accuracy", points=0.5, hint="One entry an epoch; print the first and the last.")
def test_losses_fall(hello):
    """fit returns one loss an epoch, and they fall"""
    cause = "the loss of every epoch belongs in the list, and `epochs` says how many there are"
    losses = expect.is_sequence(hello[0], 100, "fit: losses", cause)
    numbers = [expect.is_float(loss, "fit: a loss") for loss in losses]
    expect.holds(
        numbers[-1] < 0.2 * numbers[0],
        "fit: losses", "the last far below the first", f"{numbers[0]:.3f}, then {numbers[-1]:.3f}",
        "the weights learn little: is it Adam, made once for all epochs, with lr as its rate?",
    )  # fmt: skip


@check("accuracy", points=1, hint="Does the loss fall? If so, look at spell; if not, at fit.")
def test_spells_hello(hello):
    """After fit, the model spells "hello\""""
    what, why = 'spell(model, "hell", vocab)', partial(why_misspelled, "hell", hello[1])
    expect.is_equal(hello[1], "ello", what, why)


def _model(submission, *sizes):
    cause = "SimpleRNN has to be a class that is an nn.Module"
    return expect.is_object(submission.SimpleRNN(*sizes), "SimpleRNN", "an nn.Module", cause)


def _zeros():
    return torch.zeros(1, 2, 4)


def _logits(result):
    logits = expect.is_sequence(result, 2, "SimpleRNN.forward", PAIR)[0]
    return expect.is_tensor(logits, "SimpleRNN.forward: logits", shape=(2, 5, 5), cause=STEPWISE)


def _why(loss, wanted, logits):
    """The likeliest cause of another `loss` than the mean cross-entropy `wanted`."""
    last = mean_cross_entropy(logits[:, -1:], FOLLOWING[:, -1:]).item()
    twice = mean_cross_entropy(logits.softmax(-1), FOLLOWING).item()
    same = mean_cross_entropy(logits, TOKENS).item()
    suspects = (
        (10 * wanted, "it is the sum over all positions: take the mean"),
        (5 * wanted, "it is a sum over the time steps: take the mean over them too"),
        (2 * wanted, "it is a sum over the batch: take the mean over it too"),
        (wanted / math.log(2), "it is in bits, and nats are due: log to base e"),
        (last, "it looks at the last step alone, and all B·T positions count"),
        (twice, "softmax is taken twice: cross-entropy wants the logits as they are"),
        (same, "it compares with the inputs instead of the targets"),
    )
    otherwise = "logits and targets do not line up: `view` and `reshape` swap no dimensions"
    return causes.matching(loss, [(partial(float, s), why) for s, why in suspects], otherwise)
