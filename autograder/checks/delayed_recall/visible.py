"""Visible checks of `delayed_recall`: they run on the student's machine too."""

import functools
import math

import pytest
import torch
from torch.nn import functional

from autograder.checks import causes, check, expect
from autograder.sandbox.inside.probes import Reader, wave

TOKENS = torch.tensor([[3, 1, 4, 1, 0], [2, 0, 0, 3, 4]])
LOGITS = wave([2, 5, 5], 1, 3.0)
NONE = -100
TARGETS = torch.tensor([[NONE, NONE, 3, 1, 4], [NONE, NONE, 2, 0, 0]])
CELLS = ("rnn", "gru", "lstm")
LAYERS = ("embed", "rnn", "fc")
PAIR = "two things are to be returned: logits, hidden"
FORWARD = "RecallRNN.forward"


@check("masking", points=0.5, hint="Write a row down, and under it what you heard 2 steps before.")
def test_targets_of_a_row(submission):
    """delayed_targets gives what was read 2 steps earlier, and -100 before that"""
    targets = submission.delayed_targets(TOKENS, 2)
    why = functools.partial(why_other_targets, targets, TOKENS, 2)
    expect.is_close(targets, TARGETS, "delayed_targets with delay 2", why)


@check(
    "masking", points=0.5, hint="How many positions have a target? The loss is a mean over them."
)
def test_loss_over_targets(submission):
    """masked_loss is the mean cross-entropy over the positions that have a target"""
    loss = submission.masked_loss(LOGITS, TARGETS)
    each = functional.cross_entropy(LOGITS.transpose(1, 2), TARGETS, reduction="none")
    why = functools.partial(_why_other_loss, loss, each)
    expect.is_close(loss, each.sum() / 6, "masked_loss where 6 of 10 have a target", why)


@check("masking", points=0.5, hint="Right positions over positions with a target, as a float.")
def test_accuracy_over_targets(submission):
    """masked_accuracy is the share of targets that have the highest logit"""
    answers = TARGETS.clone()
    answers[0, 2:4] = LOGITS.argmax(-1)[0, 2:4]
    accuracy = submission.masked_accuracy(LOGITS, answers)
    right = int((LOGITS.argmax(-1) == answers).sum())
    suspects = [
        (lambda: right / 10, "it is divided by all positions, and 6 have a target"),
        (lambda: (right + 4) / 10, "positions without a target count as right"),
        (lambda: 100 * right / 6, "it is in percent: a share in [0, 1] is due"),
        (lambda: float(right), "it is a number of positions: divide by those with a target"),
        (lambda: 1 - right / 6, "it is the share of wrong answers"),
    ]
    what = f"masked_accuracy where {right} of 6 targets are met"
    otherwise = "argmax over V, compared where the target is not ignore_index"
    expect.is_number(accuracy, right / 6, what,
                     lambda: causes.matching(float(accuracy), suspects, otherwise),
                     tolerance=1e-4)  # fmt: skip


@check("shapes", points=0.5, hint="Print the shape after embed, after rnn and after fc.")
def test_forward_shapes(submission, probes):
    """RecallRNN returns logits (B, T, V) and a hidden state (1, B, H)"""
    model = model_of(submission, 5, 3, 4)
    with expect.usable("RecallRNN", "an nn.Module", "is it a class RecallRNN(nn.Module)?"):
        weights = expect.is_dict(probes.weights(model), [], "RecallRNN: state_dict")
    there = sorted({str(name).partition(".")[0] for name in weights})
    for name in LAYERS:
        expect.holds(
            name in there,
            "RecallRNN", f"a submodule `{name}` with weights", ", ".join(there) or "none at all",
            "the layers have to be assigned to self.embed, self.rnn and self.fc in __init__",
        )  # fmt: skip
    forward(model, TOKENS, "rnn", (5, 4))


@check("shapes", points=0.5, hint="nn.GRU and nn.LSTM take what nn.RNN takes; what do they return?")
def test_cells(submission, probes):
    """RecallRNN has the memory that `cell` names: plain, GRU or LSTM"""
    sizes = {}
    for cell in CELLS:
        model = model_of(submission, 5, 3, 16, cell)
        forward(model, TOKENS, cell, (5, 16))
        weights = expect.is_dict(probes.weights(model), [], "RecallRNN: state_dict")
        inner = {k: w for k, w in weights.items() if not str(k).startswith(("embed.", "fc."))}
        sizes[cell] = sum(w.numel() for w in inner.values() if isinstance(w, torch.Tensor))
    # A gate is as large as a plain memory: a GRU has three such parts, an LSTM four.
    plain = 3 * 16 + 16 * 16
    for cell, least in (("rnn", 0.9), ("gru", 2.7), ("lstm", 3.7)):
        expect.holds(
            least <= sizes[cell] / plain < least + 1.2,
            f'RecallRNN(5, 3, 16, cell="{cell}")',
            f"about {round(least)} times E·H + H·H = {plain} weights in `rnn`", str(sizes[cell]),
            "`cell` does not choose the layer that it names",
        )  # fmt: skip


@check("gradients", points=0.5, hint="Entry 0 belongs to the last step. Which end of T is it?")
def test_gradient_of_each_lag(submission, probes):
    """gradient_by_lag is the gradient's norm at each step, the last step first"""
    tokens, targets = TOKENS, torch.tensor([3, 0])
    expect_gradients(submission, probes, tokens, targets, (5, 3, 4), "rnn")


@check("accuracy", points=0.25, hint="evaluate_recall draws, reads, and compares; print each.")
def test_scores_a_model(submission, probes):
    """evaluate_recall gives the share of targets that the model recalls"""
    for delay, length in ((1, 6), (4, 9)):
        expect_score(submission, probes, (delay, length, 3), 40, 5)


@pytest.fixture(scope="session")
def five(fresh, seed):
    """The losses of 400 steps at delay 5, and on 256 unseen sequences tokens and logits."""
    tokens = unseen(256, 20, 8, seed)
    with fresh() as (submission, _):
        model = model_of(submission, 8, 16, 64)
        losses = submission.train_recall(model, 5, 20, 8, 400, lr=0.01, seed=seed + 3)
        return losses, tokens, model(tokens)


@check("accuracy", points=0.25, hint="One entry for each step; print the first and the last.")
def test_losses_fall(five):
    """train_recall returns one loss a step, and they fall"""
    cause = "the loss of every step belongs in the list, and `steps` says how many there are"
    losses = expect.is_sequence(five[0], 400, "train_recall: losses", cause)
    numbers = [expect.is_float(loss, "train_recall: a loss") for loss in losses]
    cause = "the weights learn little: is it Adam, made once, and zero_grad in every step?"
    # The solution: at most 0.06 with 24 seeds. The closest wrong one, softmax
    # taken twice: 0.69. A sum falls as a mean does: its scale is masked_loss's.
    expect.at_most(numbers[-1] / (numbers[0] or 1), 0.5, "train_recall: last loss / first", cause)


@check("accuracy", points=0.75, hint="What does evaluate_recall say, and how does the loss fall?")
def test_recalls_five(five):
    """After train_recall, a RecallRNN recalls at delay 5 on sequences it has not seen"""
    _, tokens, result = five
    accuracy = recalled(tokens, result, 5)
    # The solution: 0.973 to 1.0 with 100 seeds. The closest wrong ones: no zero_grad at most 0.85,
    # the last step alone 0.72, a detached state 0.24.
    expect.at_least(
        accuracy, 0.95, "recall at delay 5 after 400 steps",
        lambda: why_forgotten(tokens, result, accuracy),
    )  # fmt: skip


@check("extra", points=2, hint="Gradients have to cross 20 steps: think of the weights it starts "
       "from, of shorter delays first, of a larger memory.", extra=True)  # fmt: skip
def test_recalls_twenty(submission, seed):
    """recall_far gives a model that recalls at delay 20 on sequences it has not seen"""
    model = submission.recall_far(20, 40, 8, seed=seed)
    cause = "what is to be returned is the model itself, once it is trained"
    model = expect.is_object(model, "recall_far", "a model", cause)
    tokens = unseen(128, 40, 8, seed)
    accuracy = recalled(tokens, model(tokens), 20)
    # The solution: 0.9996 to 1.0 with 100 seeds. The same memory trained in large steps: 0.19.
    expect.at_least(
        accuracy, 0.95, "recall at delay 20 of recall_far(20, 40, 8)",
        "chance is 0.125: the error is not heard over 20 steps, or training is too short",
    )  # fmt: skip


def model_of(submission, *sizes):
    """A RecallRNN of the student's; sizes are V, E, H and perhaps the cell."""
    return expect.is_object(submission.RecallRNN(*sizes), "RecallRNN", "an nn.Module")


def forward(model, tokens, cell, sizes, *hidden):
    """(logits, [state, ...]) of `model` for `tokens`, if of the right shapes; sizes are (V, H)."""
    result = expect.is_sequence(model(tokens, *hidden), 2, FORWARD, PAIR)
    (rows, steps), (vocab, width) = tokens.shape, sizes
    cause = "the batch comes first in logits and second in the hidden state"
    shape = (rows, steps, vocab)
    expect.is_tensor(result[0], f"{FORWARD} ({cell}): logits", shape=shape, cause=cause)
    states, what = [result[1]], f"{FORWARD} ({cell}): hidden state"
    if cell == "lstm":
        states = expect.is_sequence(result[1], 2, what, "an LSTM has a pair of states")
    for state in states:
        expect.is_tensor(state, what, shape=(1, rows, width), cause=cause)
    return result[0], states


def unseen(count, length, vocab, seed):
    """Random tokens (count, length) that no submission has drawn."""
    generator = torch.Generator().manual_seed(2**40 + 7 * seed)
    return torch.randint(vocab, (count, length), generator=generator)


def recalled(tokens, result, delay):
    """The share of right answers at `delay` in a model's `result` for `tokens` of V = 8."""
    cause = "a model's answer is logits, hidden"
    logits = expect.is_sequence(result, 2, "the trained model's answer", cause)[0]
    expect.is_tensor(logits, "the trained model's logits", shape=(*tokens.shape, 8))
    hits = logits[:, delay:].argmax(-1) == tokens[:, :-delay]
    return hits.double().mean().item()


def why_forgotten(tokens, result, accuracy):
    """The likeliest cause of an `accuracy` at delay 5 that is too low."""
    for delay in range(11):
        if delay != 5 and recalled_at(tokens, result[0], delay) > max(0.6, accuracy):
            return f"it recalls at delay {delay} instead: see delayed_targets"
    if accuracy < 0.3:
        return "near chance (0.125): is every batch fresh, does it train, is nothing detached?"
    return "it learns too slowly: one Adam for all steps, lr as given, zero_grad, a fresh batch"


def recalled_at(tokens, logits, delay):
    """The share of steps at which `logits` say what stood `delay` steps earlier."""
    kept = tokens.shape[1] - delay
    return (logits[:, delay:].argmax(-1) == tokens[:, :kept]).double().mean().item()


def targets_at(tokens, delay, ignore=NONE):
    """The targets (B, T) of `tokens`."""
    steps = torch.arange(tokens.shape[1])
    earlier = tokens[:, (steps - delay).clamp(min=0)]
    return torch.where(steps >= delay, earlier, ignore)


def why_other_targets(targets, tokens, delay, ignore=NONE):
    """The likeliest cause of other `targets` than are due."""
    right, steps = targets_at(tokens, delay, ignore), torch.arange(tokens.shape[1])
    ahead = torch.where(steps < len(steps) - delay, tokens.roll(-delay, 1), ignore)
    suspects = (
        (ahead, "they look ahead: what stood `delay` steps EARLIER is due"),
        (tokens.roll(delay, 1), "the end of the row comes round to its start: no target there"),
        (tokens.roll(-delay, 1), "they look ahead, and the start of the row comes round"),
        (targets_at(tokens, delay + 1, ignore), "they are one step too late"),
        (targets_at(tokens, delay - 1, ignore), "they are one step too early"),
        (tokens, "they are the tokens themselves, nothing is delayed"),
        (right.clamp(min=0), "without a target, `ignore_index` is due, and no token"),
        (torch.where(right == ignore, NONE, right), "`ignore_index` is an argument: use it"),
    )
    otherwise = "targets[:, t] is tokens[:, t - delay], and ignore_index where t < delay"
    if not isinstance(targets, torch.Tensor):
        return otherwise
    pairs = [(functools.partial(torch.clone, s), why) for s, why in suspects]
    return causes.matching(targets, pairs, otherwise)


def _why_other_loss(loss, each):
    """The likeliest cause of another loss than the mean of `each` over the 6 targets."""
    unmasked = functional.cross_entropy(LOGITS.transpose(1, 2), TARGETS.clamp(min=0))
    twice = functional.cross_entropy(LOGITS.softmax(-1).transpose(1, 2), TARGETS)
    suspects = (
        (each.sum() / 10, "it is divided by all positions, and 6 have a target"),
        (each.sum(), "it is the sum: take the mean"),
        (each.sum() / 2, "it is a sum over time: take the mean over it too"),
        (unmasked, "positions without a target count too, as if token 0 were due"),
        (each[:, -1].mean(), "it looks at the last step alone"),
        (each.sum() / 6 / math.log(2), "it is in bits, and nats are due: log to base e"),
        (twice, "softmax is taken twice: cross-entropy wants the logits as they are"),
    )
    otherwise = "logits and targets do not line up: `view` and `reshape` swap no dimensions"
    pairs = [(functools.partial(torch.clone, s), why) for s, why in suspects]
    return causes.matching(loss, pairs, otherwise)


@functools.cache
def _reader(sizes, cell):
    return Reader(*sizes, cell, 0.8)


def expect_gradients(submission, probes, tokens, targets, sizes, cell):
    """gradient_by_lag is right for a stand-in of these sizes (V, E, H), called twice."""
    model = probes.Reader(*sizes, cell, 0.8)
    right = _lags(tokens, targets, sizes, cell)
    for number in range(2):
        found = submission.gradient_by_lag(model, tokens, targets)
        why = functools.partial(_why_other_lags, found, right, tokens, targets, sizes, cell)
        if number:
            why = "the first call was right: it leaves a hook or other weights behind in the model"
        what = f"gradient_by_lag of our {cell.upper()}, {len(right)} steps, call {number + 1}"
        expect.is_close(found, right, what, why)
    return model


def _lags(tokens, targets, sizes, cell, loss=functional.cross_entropy, of="embed", last=True):
    """The norms (T,), most recent first: of a right gradient, or with a fault."""
    model = _reader(sizes, cell)
    vectors = model.embed(tokens).detach().requires_grad_()
    states = model.rnn(vectors)[0]
    logits = model.fc(states)
    if last:
        value = loss(logits[:, -1], targets)
    else:
        value = loss(logits.flatten(0, 1), targets.repeat_interleave(tokens.shape[1]))
    gradient = torch.autograd.grad(value, vectors if of == "embed" else states)[0]
    return gradient.norm(dim=(0, 2)).flip(0)


def _why_other_lags(found, right, *what):
    rows = len(what[0])
    total = functools.partial(functional.cross_entropy, reduction="sum")
    suspects = (
        (lambda: right.flip(0), "it is the wrong way round: entry 0 belongs to the last step"),
        (lambda: right.square(), "it is the square of the norm"),
        (lambda: right / right[0], "it is divided by its first entry"),
        (lambda: _lags(*what, loss=total), "the loss is a sum over rows: take the mean"),
        (lambda: right / rows, "the batch is divided by twice: the loss is a mean already"),
        (lambda: _lags(*what, of="rnn"), "it is the gradient at the output of `rnn`, not `embed`"),
        (
            lambda: _lags(*what, last=False),
            "all steps have a part in the loss, and the last is due",
        ),
    )
    otherwise = "the norm is over batch and embedding together, of the gradient at `embed`'s output"
    return causes.matching(found, suspects, otherwise)


def expect_score(submission, probes, game, batch, seed, training=True):
    """evaluate_recall of a stand-in is right for the sequences it draws; game: (delay, T, V)."""
    delay, length, vocab = game
    model = probes.Reader(vocab, 4, 6, "rnn", 2.0)
    model.train(training)
    score = submission.evaluate_recall(model, delay, length, vocab, batch, seed=seed)
    tokens = seen_by(model, game, "evaluate_recall", batch)
    reader = Reader(vocab, 4, 6, "rnn", 2.0)
    logits = reader(tokens)[0].detach()
    right = recalled_at(tokens, logits, delay)
    what = f"evaluate_recall(model, {delay}, {length}, {vocab}, {batch}) of a model of ours"
    if not isinstance(score, float) or abs(score - right) > 1e-4:
        # A fault of the pieces it is made of has cost its points where it is.
        own = submission.masked_accuracy(logits, submission.delayed_targets(tokens, delay))
        if isinstance(own, torch.Tensor) and isinstance(score, torch.Tensor):
            score = score.item()
        right = float(own) if isinstance(own, int | float | torch.Tensor) else right
    cause = "it is not the share of targets recalled, at this delay, of the sequences it has drawn"
    expect.is_number(score, right, what, cause, tolerance=1e-4)
    return model, tokens


def seen_by(model, game, what, rows):
    """The tokens (rows, T) that a stand-in was given, if they fit the game (delay, T, V)."""
    _, length, vocab = game
    batches = model.seen
    cause = "random_tokens(batch_size, length, vocab_size, seed) draws what is due"
    wanted = f"{rows} sequences of {length} tokens read, all of 0..{vocab - 1}"
    shapes = [tuple(batch.shape) for batch in batches]
    fits = all(len(shape) == 2 and shape[1] == length for shape in shapes)
    if not (shapes and fits):
        raise expect.CheckFailed(what, wanted, f"tokens of shapes {shapes[:3]}", cause)
    tokens = torch.cat(list(batches))
    low, high = int(tokens.min()), int(tokens.max())
    shown = f"{len(tokens)} sequences of tokens {low}..{high}"
    expect.holds((len(tokens), low, high) == (rows, 0, vocab - 1), what, wanted, shown, cause)
    return tokens
