"""Hidden checks of `delayed_recall`: other sizes and delays, edges, gradients, and training."""

import functools

import torch
from torch.nn import functional

from autograder.checks import check, expect
from autograder.checks.delayed_recall.training import by_adam, trained_on, why_other_steps
from autograder.checks.delayed_recall.visible import (
    CELLS,
    FORWARD,
    LOGITS,
    NONE,
    TARGETS,
    expect_gradients,
    expect_score,
    forward,
    model_of,
    seen_by,
    targets_at,
    why_other_targets,
)
from autograder.sandbox.inside.probes import wave
from autograder.sandbox.proxy import keep, type_of

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 2, 6], [5, 3, 5, 0, 1, 1, 2], [0, 6, 2, 4, 3, 3, 1]])
SIZES = (7, 4, 6)
LOGITS_OF = {cell: f"{FORWARD} ({cell}): logits" for cell in CELLS}


@check(
    "masking", points=0.5, hint="Try delay 0, a delay longer than the row, another ignore_index."
)
def test_targets_of_other_delays(submission, probes):
    """delayed_targets is right for any delay, size and ignore_index, and keeps its tokens"""
    for tokens in (TOKENS, TOKENS[:1, :1]):
        for delay, *ignore in ((1,), (0,), (3, -1), (7,), (6,), (9, -7)):
            inside = keep(probes.hold, tokens)
            targets = submission.delayed_targets(inside, delay, *ignore)
            given = "".join(f", {index}" for index in ignore)
            what = f"delayed_targets of {tokens.shape[1]} tokens with delay {delay}{given}"
            why = functools.partial(why_other_targets, targets, tokens, delay, *ignore)
            expect.is_close(targets, targets_at(tokens, delay, *ignore), what, why)
            _expect_unchanged(probes, inside, tokens, "delayed_targets: tokens")


@check("masking", points=0.25, hint="Mean over no positions is 0/0. What should it be here?")
def test_loss_of_nothing(submission, probes):
    """masked_loss is 0.0 where nothing has a target, and can still be differentiated"""
    nothing = torch.full_like(TARGETS, NONE)
    what, cause = "masked_loss where nothing has a target", "a division by 0 positions"
    expect.is_close(submission.masked_loss(LOGITS, nothing), torch.zeros(()), what, cause)
    gradient = _loss_gradient(submission, probes, nothing, NONE, what)
    expect.is_close(gradient, torch.zeros_like(LOGITS), f"{what}: gradient", "0/0 somewhere")


@check("masking", points=0.25, hint="Which logits may the loss depend on, and how strongly?")
def test_loss_gradient(submission, probes):
    """The gradient of masked_loss reaches the positions that have a target and no others"""
    answers = torch.tensor([[-1, 4, -1, 0, 2], [-1, -1, 1, 3, -1]])
    one, every = TARGETS.where(TARGETS == 4, NONE), answers.clamp(min=0)
    for targets, ignore in ((TARGETS, NONE), (answers, -1), (every, -1), (one, NONE)):
        counts = targets != ignore
        what = f"masked_loss where {int(counts.sum())} of 10 have a target: gradient"
        gradient = _loss_gradient(submission, probes, targets, ignore, what)
        hits = functional.one_hot(targets.clamp(min=0), 5)
        expected = (LOGITS.softmax(-1) - hits) * counts[..., None] / counts.sum()
        cause = "each counts 1 / (number of targets), and where ignore_index stands, nothing does"
        expect.is_close(gradient, expected, what, cause)


@check("masking", points=0.5, hint="No target, one, all of them; another ignore_index.")
def test_accuracy_of_other_targets(submission, probes):
    """masked_accuracy is right for no target, one, all, and another ignore_index"""
    best = LOGITS.argmax(-1)
    one = torch.full_like(best, -1)
    one[1, 2] = best[1, 2]
    half = torch.where(torch.arange(5) % 2 == 0, best, (best + 1) % 5)
    for targets, ignore, expected in (
        (torch.full_like(best, NONE), NONE, 0.0),
        (one, -1, 1.0),
        (best, NONE, 1.0),
        (half, NONE, 0.6),
    ):
        inside = [keep(probes.hold, value) for value in (LOGITS, targets)]
        accuracy = submission.masked_accuracy(*inside, ignore)
        count = int((targets != ignore).sum())
        cause = "right positions over those with a target" if count else "0/0: 0.0 is promised here"
        what = f"masked_accuracy where {count} of 10 have a target (ignore_index {ignore})"
        expect.is_number(accuracy, expected, what, cause, tolerance=1e-4)
        for value, copy in zip(inside, (LOGITS, targets), strict=True):
            _expect_unchanged(probes, value, copy, "masked_accuracy: its arguments")


@check("shapes", points=0.25, hint="Which names may `cell` have, and what if it has none of them?")
def test_unknown_cell(submission, probes):
    """RecallRNN raises ValueError for a cell it does not know"""
    for cell in ("transformer", "RNN cell"):
        raised, message = probes.raised(submission.RecallRNN, 5, 3, 4, cell)
        came = f"{raised[0]}: {message[:80]}" if raised else "no exception"
        cause = 'say so in __init__: raise ValueError(...) unless cell is "rnn", "gru" or "lstm"'
        expect.holds("ValueError" in raised, f'RecallRNN(5, 3, 4, cell="{cell}")', "a ValueError",
                     came, cause)  # fmt: skip


@check("shapes", points=0.25, hint="Are all sizes arguments, and none a number you chose?")
def test_other_sizes(submission):
    """RecallRNN works for other sizes, one row and one step"""
    for cell in CELLS:
        for vocab, embedding, hidden, rows, steps in ((9, 2, 5, 1, 4), (3, 6, 2, 4, 1)):
            model = model_of(submission, vocab, embedding, hidden, cell)
            tokens = torch.arange(rows * steps).reshape(rows, steps) % vocab
            forward(model, tokens, cell, (vocab, hidden))


@check("shapes", points=0.25, hint="Does rnn know which dimension is the batch and which the time?")
def test_rows_and_order(submission):
    """Rows of a batch do not mix, and no step of RecallRNN sees a later token"""
    changed = TOKENS.clone()
    changed[1, 3] = 4
    for cell in CELLS:
        model = model_of(submission, *SIZES, cell)
        logits = forward(model, TOKENS, cell, (7, 6))[0]
        other = forward(model, changed, cell, (7, 6))[0]
        what = LOGITS_OF[cell]
        cause = "time and batch are swapped somewhere (see batch_first), or chance has a part"
        expect.is_close(other[::2], logits[::2], f"{what} of an unchanged row", cause)
        cause = "a step sees later tokens: is the layer bidirectional, or read from the end?"
        expect.is_close(other[1, :3], logits[1, :3], f"{what} before a change", cause)
        expect.holds(
            not torch.equal(other[1, 3:], logits[1, 3:]),
            what, "others once a token has changed", "the same",
            "the tokens are not used, or not in their order",
        )  # fmt: skip


@check("shapes", points=0.5, hint="The returned state should be all the model needs to go on.")
def test_state_is_memory(submission, probes):
    """RecallRNN starts from the state it is given, from zeros for None, and returns its last"""
    for cell in CELLS:
        model = model_of(submission, *SIZES, cell)
        logits = forward(model, TOKENS, cell, (7, 6))[0]
        what = LOGITS_OF[cell]
        expected = "logits for a state that it has returned itself"
        with expect.usable(f"{FORWARD} ({cell})", expected):
            halves = probes.read_on(model, TOKENS, 3)
        cause = "the model ignores the state it is given, or returns another than its last"
        expect.is_close(halves, logits, f"{what} of a sequence in two halves", cause)
        zeros, start = _state(cell, torch.zeros), _state(cell, functools.partial(wave, scale=0.8))
        cause = "no state given (None) means zeros"
        same = forward(model, TOKENS, cell, (7, 6), zeros)[0]
        expect.is_close(same, logits, f"{what} from a state of zeros", cause)
        other = forward(model, TOKENS, cell, (7, 6), start)[0]
        cause = "the model starts from its own state instead of the one it is given"
        expect.holds(float((other - logits).abs().max()) > 1e-3, what,
                     "others from another state", "the same", cause)  # fmt: skip


@check("shapes", points=0.25, hint="Detaching is the training loop's job, not the model's.")
def test_gradients_through_time(submission, probes):
    """Gradients flow through all steps of RecallRNN, into and out of its state"""
    for cell in CELLS:
        model = model_of(submission, *SIZES, cell)
        start = _state(cell, functools.partial(wave, scale=0.8))
        forward(model, TOKENS[:, :4], cell, (7, 6), start)
        for part, name in enumerate(("the last logits", "the returned state")):
            what = f"{FORWARD} ({cell}): the gradient of {name}"
            with expect.usable(what, "one that can be followed back"):
                found = probes.slopes_of_memory(model, TOKENS[:, :4], start, part, 0.002)
            for end, (slope, tried) in found.items():
                to = "the incoming state" if end == "state" else "the weights"
                cause = "the way back is cut: detach, data, item or no_grad inside forward"
                # Right models of tests/bank, 10 seeds each: a twentieth of this. Cut: 0.25 or more.
                expect.is_number(slope, tried, f"{what} along a change of {to}", cause,
                                 tolerance=0.005 + 0.01 * abs(tried))  # fmt: skip


@check("gradients", points=0.5, hint="One step, one row: what is left of the dimensions then?")
def test_gradient_of_other_sizes(submission, probes):
    """gradient_by_lag works for other sizes, one row and one step, and changes no weight"""
    for rows, steps in ((3, 7), (1, 4), (2, 1)):
        tokens, targets = TOKENS[:rows, :steps], torch.tensor([6, 0, 2])[:rows]
        model = expect_gradients(submission, probes, tokens, targets, SIZES, "rnn")
    fresh = probes.weights(probes.Reader(*SIZES, "rnn", 0.8))
    for name, weight in probes.weights(model).items():
        cause = "nothing is to be learnt here: no optimizer, no other weights"
        expect.is_close(weight, fresh[name], f"gradient_by_lag: {name} of the model", cause)


@check("gradients", points=0.5, hint="What does `rnn` return beside its outputs, for an LSTM?")
def test_gradient_of_other_cells(submission, probes):
    """gradient_by_lag works for a GRU and an LSTM"""
    for cell in ("gru", "lstm"):
        expect_gradients(submission, probes, TOKENS, torch.tensor([6, 0, 2]), SIZES, cell)


@check("accuracy", points=0.25, hint="Print the tokens of two steps, and of two calls of one seed.")
def test_fresh_batches(submission, probes):
    """train_recall draws a fresh batch for every step, and its seed decides which"""
    seen = []
    # 40 steps of 2 sequences of 12 tokens: two alike by chance are one in 70 thousand runs.
    for steps, seed in ((40, 3), (3, 4), (3, 4), (3, 5)):
        model = probes.Reader(5, 3, 4)
        submission.train_recall(model, 3, 12, 5, steps, batch_size=2, seed=seed)
        seen.append(trained_on(model, 12, 5))
        probes.disturb()
    rows, different = len(seen[0]), len(seen[0].unique(dim=0))
    cause = "draw a batch inside the loop, with another seed each time, of `batch_size` sequences"
    # Whether a step is left out is for others to say.
    fresh = different == 80 or different == rows in (78, 82)
    expect.holds(fresh, "train_recall, 40 steps of 2 sequences", "80 different sequences",
                 str(different), cause)  # fmt: skip
    same = seen[1].shape == seen[2].shape and torch.equal(seen[1], seen[2])
    cause = "they are drawn from the global generator, and `seed` does not set it"
    expect.holds(same, "train_recall with the same seed twice", "the same sequences", "others",
                 cause)  # fmt: skip
    other = seen[1].shape != seen[3].shape or not torch.equal(seen[1], seen[3])
    expect.holds(other, "train_recall with another seed", "other sequences", "the same",
                 "`seed` is not used")  # fmt: skip


@check("accuracy", points=0.25, hint="Which steps of a sequence does the loss look at?")
def test_learns_where_targets_are(submission, probes):
    """train_recall learns at all positions that have a target, and at no others"""
    for delay, length in ((2, 6), (3, 9)):
        model = probes.Places(length, 4)
        submission.train_recall(model, delay, length, 4, 2, batch_size=7)
        table = expect.is_tensor(model.table, "train_recall: the weights", shape=(length, 4))
        moved = (table.abs().amax(1) > 1e-4).nonzero()[:, 0].tolist()
        due = list(range(delay, length))
        if moved != due:
            # A fault of the pieces it is made of has cost its points where it is.
            tokens = torch.arange(7 * length).reshape(7, length) % 4
            targets = submission.delayed_targets(tokens, delay)
            flat = torch.zeros(7, length, 4)
            own = probes.loss_gradient(submission.masked_loss, flat, targets, NONE)
            due = (own.abs().amax((0, 2)) > 1e-6).nonzero()[:, 0].tolist()
        cause = "the loss is masked_loss of all logits and delayed_targets(tokens, delay)"
        expect.holds(moved == due, f"train_recall at delay {delay}, T = {length}",
                     f"something learnt at the steps {due}", f"at {moved}", cause)  # fmt: skip


@check("accuracy", points=0.25, hint="Where between backward and step do the gradients shrink?")
def test_clips(submission, probes):
    """train_recall clips the norm of all gradients together to 1"""
    norms = [gradient.norm().item() for gradient, _ in _watched(submission, probes)]
    if not norms or (max(norms) < 1.01 and 1.01 * min(norms) < max(norms)):
        return  # some were short by themselves, by a loss that is at fault elsewhere
    for norm in norms:
        cause = "clip the norm to 1, of all parameters together, between backward and step"
        if norm > 20:
            cause = "gradients are not clipped, or not between backward and step"
        elif abs(norm - 2**0.5) < 0.02:
            cause = "each parameter is clipped by itself: all of them together have a norm of 1"
        expect.is_number(norm, 1.0, "train_recall: norm of the gradients that a step uses, where "
                         "they were long", cause, tolerance=0.01)  # fmt: skip


@check("accuracy", points=0.25, hint="One Adam for the whole run, gradients cleared for each step.")
def test_steps_of_adam(submission, probes):
    """train_recall takes the given number of Adam steps, each with gradients of its own"""
    records = _watched(submission, probes)
    if not records:
        return
    cause = "one optimizer step for each batch, and `steps` of them"
    expect.holds(len(records) == 4, "train_recall, 4 steps", "4 optimizer steps", str(len(records)),
                 cause)  # fmt: skip
    left = [(gradient[: 5 * 4].reshape(5, 4).norm(dim=1) > 1e-6) for gradient, _ in records]
    for number, rows in enumerate(left):
        stale = rows[:number].any()
        expect.holds(not stale, f"train_recall: gradients of step {number + 1}",
                     "those of this step's batch alone", "some of earlier steps among them",
                     "gradients pile up: zero_grad in every step")  # fmt: skip
    gradients, after = (list(column) for column in zip(*records, strict=True))
    for number, (weights, wanted) in enumerate(zip(after, by_adam(gradients), strict=True)):
        why = functools.partial(why_other_steps, after, gradients)
        # Adam's first step is lr = 0.03 whatever the gradient. AdamW is within 1e-4 of it.
        expect.is_close(weights, wanted, f"train_recall: weights after step {number + 1}, from "
                        "the gradients at hand", why, tolerance=1e-3)  # fmt: skip


@check("accuracy", points=0.25, hint="Is the model left as it was, and `seed` the only chance?")
def test_scoring_leaves_no_trace(submission, probes):
    """evaluate_recall builds no graph, keeps the mode, and draws by its seed alone"""
    drawn = []
    for training, seed in ((True, 5), (False, 5), (True, 6)):
        model, tokens = expect_score(submission, probes, (2, 7, 3), 50, seed, training)
        mode = "train" if training else "eval"
        expect.holds(model.training is training, "evaluate_recall",
                     f"the model left in {mode} mode", "the other mode",
                     "switch back at the end what is switched at the start")  # fmt: skip
        expect.holds(not any(model.graphs), "evaluate_recall", "no graph built (torch.no_grad)",
                     "logits with a graph", "nothing is learnt while scoring")  # fmt: skip
        drawn.append(tokens)
        probes.disturb()
    cause = "they are drawn from the global generator, and `seed` does not set it"
    expect.holds(torch.equal(drawn[0], drawn[1]), "evaluate_recall with the same seed twice",
                 "the same sequences", "others", cause)  # fmt: skip
    expect.holds(not torch.equal(drawn[0], drawn[2]), "evaluate_recall with another seed",
                 "other sequences", "the same", "`seed` is not used")  # fmt: skip
    model = probes.Reader(3, 4, 6)
    submission.evaluate_recall(model, 1, 5, 3)
    seen_by(model, (1, 5, 3), "evaluate_recall without batch_size", 256)


@check("accuracy", points=0.25, hint="Call it twice with one seed: what could differ?")
def test_curve(submission, probes):
    """recall_curve trains a new model of the given kind for each delay, as its seed says"""
    with expect.usable("recall_curve", "a curve"):
        found = probes.runs(submission.recall_curve, [2, 1], 4, 5, 4, 3, "gru")
        lengths = probes.lengths_read(
            submission.RecallRNN, submission.recall_curve, [12, 1], 3, 4, 1
        )
    if found:  # empty for an optimizer of the student's own
        cause = "the model is made before the loop and goes on learning with the next delay"
        expect.holds(len(found) == 2, "recall_curve of 2 delays", "2 new models", str(len(found)),
                     cause)  # fmt: skip
        size = probes.size_of(model_of(submission, 4, 16, 5, "gru"))
        cause = "E is 16; vocab_size, hidden_size, cell and steps are handed on"
        what = 'recall_curve([2, 1], 4, 5, 4, 3, "gru"): [weights, steps] of each model'
        # A step left out or added is train_recall's.
        fits = all(weights == size and abs(steps - 4) < 2 for weights, steps in found)
        expect.holds(fits, what, str([[size, 4]] * 2), str(found), cause)
    if lengths:  # empty for tokens handed over by keyword
        cause = "the length is max(20, 2·delay), for training and for scoring"
        expect.holds(lengths == [20, 24], "recall_curve of delays 12 and 1",
                     "sequences of 24 and of 20 tokens", f"of {lengths}", cause)  # fmt: skip
    curves = []
    for seed in (4, 4, 5):
        curve = submission.recall_curve([1, 3], 3, 4, 1, seed=seed)
        curves.append(_curve(submission, probes, curve, [1, 3]))
        probes.disturb()
    cause = "weights or sequences are drawn before the seed is set, or do not follow it"
    expect.holds(curves[0] == curves[1], "recall_curve", "the same for the same seed",
                 f"{curves[0]}, then {curves[1]}", cause)  # fmt: skip
    expect.holds(curves[0] != curves[2], "recall_curve", "others for another seed",
                 f"{curves[0]} for both", "is `seed` used?")  # fmt: skip


@check("accuracy", points=0.25, hint="The score belongs to the model that has just been trained.")
def test_curve_learns(submission, probes, seed):
    """recall_curve gives what the trained models recall"""
    curve = submission.recall_curve([2], 4, 16, 160, seed=seed + 2)
    curve = _curve(submission, probes, curve, [2])
    cause = "each model is to be scored after its training, at the delay it was trained for"
    # 25 seeds. The solution: 1.0. Detached inside: at most 0.68; scored before training: 0.31.
    expect.at_least(curve[2], 0.8, "recall_curve([2], 4, 16, 160): recall at delay 2", cause)


def _expect_unchanged(probes, inside, value, what):
    cause = "arguments are not to be changed in place: work on a copy (clone)"
    expect.is_close(probes.hold(inside), value, f"{what}, after the call", cause)


def _loss_gradient(submission, probes, targets, ignore, what):
    with expect.usable(what, "a loss that can be differentiated"):
        return probes.loss_gradient(submission.masked_loss, LOGITS, targets, ignore)


def _state(cell, make):
    """A state for three rows of SIZES, made by make(shape)."""
    return (make((1, 3, 6)), make((1, 3, 6))) if cell == "lstm" else make((1, 3, 6))


def _watched(submission, probes):
    """(gradients, weights after it) of 4 steps on a model whose gradients are long.

    Empty for an optimizer of the student's own, which cannot be watched.
    """
    model = probes.Rows(4, 4, 300.0)
    before = model.rows
    with expect.usable("train_recall", "a training of 4 steps"):
        arguments = (2, 6, 4, 4)
        records = probes.watch(
            model, submission.train_recall, model, *arguments, batch_size=3, lr=0.03, seed=2
        )
    cause = "no step is taken on the model that is handed over: optimizer.step() after backward"
    expect.holds(not torch.equal(model.rows, before), "train_recall, 4 steps", "other weights",
                 "the same", cause)  # fmt: skip
    return records


def _curve(submission, probes, value, delays):
    """`value` as a dict of floats, if it maps each delay to an accuracy.

    Another kind of number is let pass where evaluate_recall is to blame for it.
    """
    what, cause = "recall_curve", "one float for each delay, by delay"
    if not isinstance(value, dict) or set(value) != set(delays):
        shown = f"the keys {list(value)}" if isinstance(value, dict) else f"a {type_of(value)}"
        raise expect.CheckFailed(what, f"a dict with the keys {delays}", shown, cause)
    blame = submission.evaluate_recall(probes.Reader(3, 4, 6), 1, 20, 3)
    for delay, number in value.items():
        what = f"recall_curve: recall at delay {delay}"
        if type_of(number) != type_of(blame) or not isinstance(number, torch.Tensor):
            number = expect.is_float(number, what)
        share = 0 <= number <= 1 or not 0 <= blame <= 1
        expect.holds(bool(share), what, "a share in [0, 1]", f"{float(number):.3f}", cause)
    return {delay: float(number) for delay, number in value.items()}
