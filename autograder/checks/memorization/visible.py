"""Visible checks of `memorization`: they run on the student's machine too."""

import random

import pytest
import torch

from autograder.checks import check, expect
from autograder.sandbox.inside.probes import wave

SEQUENCES = [torch.tensor([1, 0, 0]), torch.tensor([1]), torch.tensor([0, 1, 1, 0])]
TOKENS = torch.tensor([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]])
MASK = torch.arange(4) < torch.tensor([[3], [1], [4]])
TARGETS = torch.tensor([[0, 0, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0]])
LOGITS = wave([3, 4, 2], 6, 2.0)
HIDDEN = wave([3, 5], 9, 0.9)
WEIGHTS = {
    "w_in": wave([2, 5], 1, 0.8),
    "w_hidden": wave([5, 5], 2, 0.8),
    "bias": wave([5], 3, 0.8),
    "w_out": wave([5, 2], 4, 0.8),
    "b_out": wave([2], 5, 0.8),
}
FIVE = torch.tensor([[0, 0, 1, 0], [0, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 1], [1, 1, 1, 1]])
AFTER = torch.tensor([[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0]])
CEILING = 269 / 320
"""Of 32 sequences of 10 bits, drawn by Python's generator, whose numbers do not change."""


@check("shapes", points=0.5, hint="Write 1 1 0 1 down, and below each bit the one after it.")
def test_next_bits(submission):
    """next_bit_targets holds the bit after each bit, and 0 last"""
    bits = torch.tensor([[1, 1, 0, 1, 1], [0, 1, 1, 0, 0]])
    expected = torch.tensor([[1, 0, 1, 1, 0], [1, 1, 0, 0, 0]])
    cause = "each row moves one place to the left, and its last place becomes 0"
    expect.is_close(submission.next_bit_targets(bits), expected, "next_bit_targets", cause)


@check("masking", points=0.5, hint="Which places are real follows from the lengths alone.")
def test_pads_on_the_right(submission):
    """pad_batch fills up with 0 on the right, and its mask knows what is real"""
    result = expect.is_sequence(submission.pad_batch(SEQUENCES), 2, "pad_batch")
    cause = "T is the longest length; shorter sequences get zeros after their last bit"
    expect.is_close(result[0], TOKENS, "pad_batch: tokens", cause)
    mask = expect.is_tensor(result[1], "pad_batch: mask", shape=(3, 4), dtype=torch.bool)
    cause = "it is True at the first T_i places of row i, whatever bit stands there"
    if torch.equal(mask, ~MASK):
        cause = "True marks what is real, and padding is False"
    elif torch.equal(mask, TOKENS != 0):
        cause = "a real 0 is real too: the mask comes from the lengths, not from the bits"
    places = f"True at {MASK.sum(1).tolist()} places of the rows, from the left"
    got = f"True at {mask.sum(1).tolist()}"
    expect.holds(torch.equal(mask, MASK), "pad_batch: mask", places, got, cause)


@check("masking", points=0.5, hint="Work out each place's loss, then average the real ones.")
def test_loss_at_real_places(submission):
    """masked_bit_loss is the mean cross-entropy over the mask"""
    loss = submission.masked_bit_loss(LOGITS, TARGETS, MASK)
    losses = -LOGITS.log_softmax(-1).gather(-1, TARGETS[..., None])[..., 0]
    faults = {
        "it is a mean over all places, the padding too": losses.mean(),
        "it is a sum; divide by the number of True places": losses[MASK].sum(),
        "padding is left out of the sum, but still counted in the division":
            losses[MASK].sum() / losses.numel(),
        "it is a mean of the means of the rows; every real place counts the same":
            ((losses * MASK).sum(1) / MASK.sum(1)).mean(),
        "it looks at the padding and leaves the real places out": losses[~MASK].mean(),
    }  # fmt: skip
    cause = _suspected(loss, faults, "-log softmax(logits) at the target, averaged over the mask")
    expect.is_close(loss, losses[MASK].mean(), "masked_bit_loss", cause)


@check("masking", points=0.25, hint="Of the True places, the share whose higher logit is right.")
def test_accuracy_at_real_places(submission):
    """bit_accuracy counts the right bits where the mask is True"""
    right = LOGITS.argmax(-1) == TARGETS
    accuracy = submission.bit_accuracy(LOGITS, TARGETS, MASK)
    faults = {
        "it is a mean over all places, the padding too": right.float().mean(),
        "padding is left out of the sum, but still counted in the division":
            (right & MASK).sum() / right.numel(),
        "it is a number of places; divide by the number of True places": (right & MASK).sum(),
    }  # fmt: skip
    cause = _suspected(accuracy, faults, "right and True places, divided by True places")
    expect.is_number(accuracy, right[MASK].float().mean().item(), "bit_accuracy", cause,
                     tolerance=1e-4)  # fmt: skip


@check("recurrence", points=0.5, hint="Write the formula down and put the shapes below it.")
def test_one_step(submission, probes):
    """ElmanRNN.step follows the formula"""
    model = model_with(WEIGHTS, submission, probes)
    token = torch.tensor([1, 0, 1])
    cause = "tanh(w_in[token] + hidden @ w_hidden + bias), w_hidden not transposed"
    expect.is_close(model.step(token, HIDDEN), _step(token, HIDDEN), "ElmanRNN.step", cause)


@check("recurrence", points=0.5, hint="After one token, and after two: what should the logits be?")
def test_whole_sequences(submission, probes):
    """ElmanRNN.forward walks along the sequences and returns logits and the last memory"""
    model = model_with(WEIGHTS, submission, probes)
    # Only the loop and the read-out are looked at here: a wrong step is found by `one_step`.
    probes.use_our_step(model)
    result = expect.is_sequence(model(TOKENS), 2, "ElmanRNN.forward")
    hidden, logits = torch.zeros(3, 5), []
    for t in range(4):
        hidden = _step(TOKENS[:, t], hidden)
        logits.append(hidden @ WEIGHTS["w_out"] + WEIGHTS["b_out"])
    cause = "logits[:, t] = the memory after step t @ w_out + b_out; the memory starts from zeros"
    expect.is_close(result[0], torch.stack(logits, 1), "ElmanRNN.forward: logits", cause)
    cause = "it is the memory after the last bit, (B, H)"
    expect.is_close(result[1], hidden, "ElmanRNN.forward: hidden state", cause)


@check("ceiling", points=0.5, hint="Write the five sequences down and go column by column.")
def test_ceiling_of_five(submission):
    """best_possible_accuracy of 0010, 0010, 0101, 1011 and 1111 is 0.9"""
    faults = {
        "a predictor remembers all bits up to the step, not only the last one": 15 / 20,
        "it matters at which step a prefix ends: a predictor can count its steps": 12 / 20,
        "the bit of the step itself has been seen too: the prefix is bits[b, :t+1]": 17 / 20,
        "it matters in which order the bits came": 16 / 20,
        "0 1 and 1 are two prefixes: one has two bits, the other one": 14 / 20,
        "the best predictor always says the commoner bit, it does not guess by the odds": 53 / 60,
        "sequences with the same prefix get the same prediction": 1.0,
        "it is a number of predictions; divide by all B·T": 18.0,
    }
    ceiling = submission.best_possible_accuracy(FIVE, AFTER)
    cause = _suspected(ceiling, faults, "for each prefix, what most of its sequences need")
    expect.is_number(ceiling, 0.9, "best_possible_accuracy", cause, tolerance=1e-4)


@pytest.fixture(scope="session")
def ten(fresh):
    """The targets of 32 sequences of 10 bits, and after `memorize` its losses and the logits."""
    draw = random.Random(1)
    bits = torch.tensor([[int(draw.random() < 0.5) for _ in range(10)] for _ in range(32)])
    targets = torch.cat([bits[:, 1:], torch.zeros(32, 1, dtype=torch.int64)], 1)
    mask = torch.ones(32, 10, dtype=torch.bool)
    with fresh() as (submission, _):
        model = submission.ElmanRNN(32)
        losses = submission.memorize(model, bits, targets, mask, steps=110, lr=0.015)
        # A second round of small steps: nobody is measured just after a step that went astray.
        submission.memorize(model, bits, targets, mask, steps=30, lr=0.003)
        return targets, losses, model(bits)


@check("accuracy", points=0.25, hint="One entry a step; print the first and the last.")
def test_losses_fall(ten):
    """memorize returns one loss a step, and they fall"""
    cause = "one float for each of the 110 steps asked for"
    losses = expect.is_sequence(ten[1], 110, "memorize: losses", cause)
    numbers = [expect.is_float(loss, "memorize: a loss") for loss in losses]
    # Measured over 25 seeds: 0.41 of the first at most; a network without memory gets to 0.85.
    expect.holds(
        numbers[-1] < 0.95 * numbers[0],
        "memorize", "a last loss below the first", f"{numbers[0]:.3f}, then {numbers[-1]:.3f}",
        "the weights do not learn: is there one optimizer for all steps, and zero_grad in each?",
    )  # fmt: skip


@check("accuracy", points=0.75, hint="Do the losses fall, and how far? Look at memorize first.")
def test_memorizes_ten(ten):
    """After memorize, an ElmanRNN is at the ceiling for 32 sequences of 10 bits"""
    targets, _, result = ten
    # Measured over 300 seeds: 0.003 at most; the nearest wrong model of tests/bank 0.066.
    expect_near(CEILING, result, targets, 0.01)


def expect_near(ceiling, result, targets, distance):
    """What a model returned, (logits (B, T, 2), hidden), is right nearly as often as possible."""
    logits = expect.is_sequence(result, 2, "ElmanRNN.forward")[0]
    shape = (*targets.shape, 2)
    logits = expect.is_tensor(logits, "ElmanRNN.forward: logits", shape=shape)
    accuracy = (logits.argmax(-1) == targets).float().mean().item()
    what = f"Ceiling less accuracy after memorize, {shape[0]} sequences of {shape[1]} bits"
    cause = "the network or its training loses what came before the last bit"
    expect.at_most(ceiling - accuracy, distance, what, cause)


def expect_unchanged(probes, inside, before, what):
    """The tensors that are kept inside, with `probes.hold`, are still those of `before`."""
    for held, value in zip(inside, before, strict=True):
        after = probes.hold(held)
        same = isinstance(after, torch.Tensor) and torch.equal(after, value)
        expect.holds(same, what, "what is handed in left as it was", "a tensor changed in place",
                     "work on a copy, such as x.clone()")  # fmt: skip


def model_with(weights, submission, probes):
    """An ElmanRNN of the student's with these weights; the bias (H,) tells its size."""
    model = submission.ElmanRNN(len(weights["bias"]))
    own = model.state_dict()
    for name, value in weights.items():
        expect.is_tensor(own.get(name), f"ElmanRNN: parameter {name}", shape=value.shape,
                         cause="the parameters are given: leave __init__ as it is")  # fmt: skip
    probes.set_parameters(model, weights)
    return model


def _step(token, hidden):
    recurrent = (hidden[:, :, None] * WEIGHTS["w_hidden"]).sum(1)
    return torch.tanh(WEIGHTS["w_in"][token] + recurrent + WEIGHTS["bias"])


def _suspected(value, faults, otherwise):
    """The cause whose value this is, if it is one of the known faults'."""
    if isinstance(value, int | float) or (isinstance(value, torch.Tensor) and value.numel() == 1):
        for cause, wrong in faults.items():
            if abs(float(value) - float(wrong)) < 1e-4:
                return cause
    return otherwise
