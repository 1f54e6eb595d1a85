"""Hidden checks of `hello_rnn`: other words, sizes and states than the visible ones."""

import functools

import pytest
import torch

from autograder.checks import causes, check, expect
from autograder.checks.descent import Adam, GradientDescent
from autograder.checks.hello_rnn.spelling import why_misspelled
from autograder.sandbox.inside.probes import StandIn, mean_cross_entropy, wave
from autograder.sandbox.proxy import keep

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 2, 6], [5, 3, 5, 0, 1, 1, 2], [0, 6, 2, 4, 3, 3, 1]])
TARGETS = torch.tensor([[1, 4, 1, 5, 2, 6, 0], [3, 5, 0, 1, 1, 2, 4], [6, 2, 4, 3, 3, 1, 5]])
SIZES = (7, 4, 6)
STARTS = (wave([1, 3, 6], 7), wave([1, 3, 6], 8))
LETTERS = "aeinrst"
LOGITS, STATE = "SimpleRNN.forward: logits", "SimpleRNN.forward: hidden state"


@check("shapes", points=0.5, hint="Try other words: two letters, one letter repeated, a sentence.")
def test_pairs_of_other_words(submission):
    """next_char_pairs cuts any text into inputs and targets"""
    for text in ("ab", "aaaa", "the rain in spain"):
        vocab = _vocab(text)
        ids = torch.tensor([[vocab[char] for char in text]])
        what = f"next_char_pairs of {text!r}"
        cause = "two things are to be returned: inputs, targets"
        pairs = expect.is_sequence(submission.next_char_pairs(text, vocab), 2, what, cause)
        cause = "inputs leave out the last character, targets the first, and `vocab` numbers them"
        expect.is_close(pairs[0], ids[:, :-1], f"{what}: inputs", cause)
        expect.is_close(pairs[1], ids[:, 1:], f"{what}: targets", cause)


@check("shapes", points=0.5, hint="Are all sizes arguments, and none a number you chose?")
def test_other_sizes(submission):
    """SimpleRNN works for other sizes, one row and one step"""
    for vocab, embedding, hidden, batch, steps in (
        (7, 4, 6, 3, 7),
        (9, 2, 5, 1, 4),
        (3, 6, 2, 4, 1),
    ):
        model = _model(submission, vocab, embedding, hidden)
        tokens = torch.arange(batch * steps).reshape(batch, steps) % vocab
        logits, state = _forward(model, tokens, torch.zeros(1, batch, hidden))
        cause = "a size is fixed that should come from the arguments, or squeeze takes a size of 1"
        shapes = {LOGITS: (batch, steps, vocab), STATE: (1, batch, hidden)}
        expect.is_tensor(logits, LOGITS, shape=shapes[LOGITS], cause=cause)
        expect.is_tensor(state, STATE, shape=shapes[STATE], cause=cause)


@check("shapes", points=0.5, hint="The returned state should be all the model needs to go on.")
def test_state_is_memory(submission):
    """A text in two halves, the state carried over, gives the same as in one piece"""
    model = _model(submission, *SIZES)
    start = wave([1, 3, 6], 5)
    logits, last = _forward(model, TOKENS, start)
    first, middle = _forward(model, TOKENS[:, :3], start)
    second, end = _forward(model, TOKENS[:, 3:], _tensor(middle, STATE, (1, 3, 6)))
    logits = _tensor(logits, LOGITS, (3, 7, 7))
    halves = [_tensor(first, LOGITS, (3, 3, 7)), _tensor(second, LOGITS, (3, 4, 7))]
    cause = "the model ignores the state it is given, or returns another than its last"
    expect.is_close(torch.cat(halves, 1), logits, f"{LOGITS} of a text in two halves", cause)
    last = _tensor(last, STATE, (1, 3, 6))
    expect.is_close(end, last, f"{STATE} after a text in two halves", cause)
    cause = "the model starts from its own state instead of the one it is given"
    zero = _tensor(_forward(model, TOKENS, torch.zeros(1, 3, 6))[0], LOGITS, (3, 7, 7))
    expect.holds(
        float((zero - logits).abs().max()) > 1e-3,
        "SimpleRNN.forward", "other logits from another state", "the same", cause,
    )  # fmt: skip


@check("shapes", points=0.5, hint="Detaching is the training loop's job, not the model's.")
def test_state_carries_gradient(submission, probes):
    """Gradients flow through the hidden state that SimpleRNN returns"""
    model = _model(submission, *SIZES)
    start, goal = torch.zeros(1, 3, 6), wave([1, 3, 6], 3, 0.8)
    before = _distance(_forward(model, TOKENS, start)[1], goal)
    with expect.usable(STATE, "one that can be trained towards a goal"):
        probes.descend_on_state(model, TOKENS, start, goal, 4, 0.1)
    after = _distance(_forward(model, TOKENS, start)[1], goal)
    cause = "the model detaches the state it returns, so nothing can be learnt through it"
    expect.holds(
        after < 0.9 * before,
        STATE, "one that can be trained towards a goal",
        f"an error of {before:.3f} before and {after:.3f} after 4 steps", cause,
    )  # fmt: skip


@check("detachment", points=0.5, hint="Which windows should this window's loss reach into?")
def test_incoming_state_is_cut(submission, probes):
    """train_step does not learn through the state it is given"""
    model = probes.StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    earlier = keep(model, TARGETS, torch.zeros(1, 3, 6))
    attached = expect.item_inside(probes, earlier, 1, "the stand-in")
    submission.train_step(model, optimizer, TOKENS, TARGETS, attached)
    cause = "the gradient also went into the window before: detach the incoming state"
    reached = functools.partial(_after_a_window_before, cut=False)
    _expect_weights(probes.weights(model), _after_a_window_before, (reached, cause))


@check("detachment", points=0.5, hint="Is the state you return still part of a graph?")
def test_returned_state_is_cut(submission, probes):
    """The state that train_step returns is detached"""
    model = probes.StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    result = keep(submission.train_step, model, optimizer, TOKENS, TARGETS, torch.zeros(1, 3, 6))
    hidden = expect.item_inside(probes, result, 1, "train_step: (loss, hidden state)", "Tensor")
    with expect.usable("train_step: hidden state", "one that the next step can start from"):
        probes.step_from(model, optimizer, TARGETS, TOKENS, hidden)
    cause = "the returned state is read off the model after the optimizer step"
    late = functools.partial(_after_two_windows, late=True)
    _expect_weights(probes.weights(model), _after_two_windows, (late, cause))


@check("detachment", points=0.5, hint="Compare one step by hand: zero_grad, backward, step.")
def test_exactly_one_step(submission, probes):
    """train_step takes exactly one optimizer step on the mean loss, each time"""
    model = probes.StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    for start in STARTS:
        submission.train_step(model, optimizer, TOKENS, TARGETS, start)
    _expect_weights(probes.weights(model), _after_two_calls)


@check("accuracy", points=0.5, hint="What should the model remember at the start of an epoch?")
def test_epochs_start_from_zero(submission, probes):
    """fit trains with Adam, every epoch from a zero state"""
    model = probes.StandIn(*SIZES)
    submission.fit(model, TOKENS, TARGETS, epochs=6, lr=0.03)
    logits = model(TOKENS, torch.zeros(1, 3, 6))[0]
    otherwise = "epochs are not one step of Adam each, on the mean loss, from a zero state"
    # Right submissions of tests/bank differ by at most 4e-7 here, the wrong fits by 0.28 or more.
    expect.is_close(
        logits, _after_epochs(), "fit: logits of a model of ours after 6 epochs with lr=0.03",
        lambda: causes.matching(logits, FITS, otherwise), tolerance=0.01,
    )  # fmt: skip


@check("accuracy", points=0.5, hint="spell(model, text, vocab) starts at zero and reads once.")
def test_spell_reads_with_memory(submission, probes):
    """spell follows the model it is given, on any text, and leaves it as it was"""
    vocab = _vocab(LETTERS)
    for training, texts in ((True, ("stainer", "")), (False, ("rain",))):
        model = probes.StandIn(*SIZES, 2.0)
        model.train(training)
        for text in texts:
            spelled = submission.spell(model, text, vocab)
            expected = _greedy(text)
            why = functools.partial(_why_spelled, spelled, text)
            expect.is_equal(spelled, expected, f"spell of {text!r} with a model of ours", why)
        mode = "train" if training else "eval"
        expect.holds(
            model.training is training, "spell", f"the model left in {mode} mode", "the other mode",
            "switch back at the end what spell switches at its start",
        )  # fmt: skip
        expect.holds(
            not any(model.graphs), "spell", "no graph built (torch.no_grad)", "logits with a graph",
            "nothing is learnt while spelling",
        )  # fmt: skip


@pytest.fixture(scope="session")
def mississippi(fresh):
    """What a model fitted on "mississippi" spells: s, i and p have two successors each."""
    with fresh() as (submission, _):
        word = "mississippi"
        vocab = _vocab(word)
        ids = torch.tensor([[vocab[char] for char in word]])
        model = _model(submission, len(vocab), 10, 32)
        # Learnt with 100 of 100 seeds; with gradients that pile up (no zero_grad), with none.
        submission.fit(model, ids[:, :-1], ids[:, 1:], epochs=60, lr=0.05)
        return submission.spell(model, word[:-1], vocab)


@check("accuracy", points=0.5, hint="Where one letter has two successors, only memory helps.")
def test_spells_with_memory(mississippi):
    """After fit, the model spells a word in which only memory can tell what follows"""
    what = 'spell(model, "mississipp", vocab) after fit'
    why = functools.partial(why_misspelled, "mississipp", mississippi)
    expect.is_equal(mississippi, "ississippi", what, why)


def _vocab(text):
    return {char: number for number, char in enumerate(sorted(set(text)))}


def _model(submission, *sizes):
    cause = "SimpleRNN has to be a class that is an nn.Module"
    return expect.is_object(submission.SimpleRNN(*sizes), "SimpleRNN", "an nn.Module", cause)


def _forward(model, tokens, hidden):
    cause = "two things are to be returned: logits, hidden"
    return expect.is_sequence(model(tokens, hidden), 2, "SimpleRNN.forward", cause)


def _tensor(value, what, shape):
    """`value`, if it is a tensor of this shape; whichever floats it holds is for others to say."""
    floats = isinstance(value, torch.Tensor) and value.is_floating_point()
    dtype = value.dtype if floats else torch.float32
    cause = "each step of each row has its V scores, and each row its H numbers of memory"
    return expect.is_tensor(value, what, shape=shape, dtype=dtype, cause=cause)


def _distance(state, goal):
    if isinstance(state, torch.Tensor) and state.numel() == goal.numel():
        state = state.reshape(goal.shape)
    return float((_tensor(state, STATE, goal.shape) - goal).square().mean())


# What to expect is the same for every submission: it is worked out once in a process. So are the
# results of typical faults, but only when a submission has come to another result than expected.


def _step(model, tokens, targets, hidden, lr=0.5, loss=mean_cross_entropy, clear=True, times=1):
    """The weights of `model` after `times` steps of gradient descent."""
    optimizer = GradientDescent(model.parameters(), lr)
    for _ in range(times):
        if clear:
            optimizer.zero_grad()
        loss(model(tokens, hidden)[0], targets).backward()
        optimizer.step()
    return {name: weight.detach().clone() for name, weight in model.state_dict().items()}


def _sum(logits, targets):
    return mean_cross_entropy(logits, targets) * targets.numel()


def _of_last(logits, targets):
    return mean_cross_entropy(logits[:, -1:], targets[:, -1:])


def _of_softmax(logits, targets):
    return mean_cross_entropy(logits.softmax(-1), targets)


def _out_of_line(logits, targets):
    return torch.nn.functional.cross_entropy(
        logits.reshape(len(logits), logits.size(2), -1), targets
    )


LOSSES = (
    (_sum, "the loss is the sum over positions: take the mean"),
    (_of_last, "the loss looks at the last step alone"),
    (_of_softmax, "softmax is taken twice: cross-entropy wants the logits as they are"),
    (_out_of_line, "logits and targets do not line up: `view` and `reshape` swap no dimensions"),
)


def _on_inputs(model, tokens, targets, hidden):
    return _step(model, tokens, tokens, hidden)


def _from_zero(model, tokens, targets, hidden):
    return _step(model, tokens, targets, torch.zeros_like(hidden))


STEPS = (
    (functools.partial(_step, clear=False), "gradients pile up from call to call: zero_grad first"),
    *((functools.partial(_step, loss=loss), cause) for loss, cause in LOSSES),
    (_on_inputs, "the loss compares with the inputs instead of the targets"),
    (
        functools.partial(_step, times=0),
        "no weight moves: is optimizer.step() called after backward?",
    ),
    (functools.partial(_step, times=2), "there is more than one optimizer step"),
    (functools.partial(_step, lr=-0.5), "the step goes up the slope"),
    (_from_zero, "the state handed in is not used"),
)


@functools.cache
def _after_a_window_before(step=_step, cut=True):
    model = StandIn(*SIZES)
    start = model(TARGETS, torch.zeros(1, 3, 6))[1]
    return step(model, TOKENS, TARGETS, start.detach() if cut else start)


@functools.cache
def _after_two_windows(step=_step, late=False):
    model = StandIn(*SIZES)
    state = model(TOKENS, torch.zeros(1, 3, 6))[1].detach()
    step(model, TOKENS, TARGETS, torch.zeros(1, 3, 6))
    if late:
        state = model(TOKENS, torch.zeros(1, 3, 6))[1].detach()
    return _step(model, TARGETS, TOKENS, state)


@functools.cache
def _after_two_calls(step=_step):
    model = StandIn(*SIZES)
    return [step(model, TOKENS, TARGETS, start) for start in STARTS][-1]


def _expect_weights(weights, after, *suspects):
    """The weights are those of `after()`; else they may be those of a suspect, or a faulty step."""
    expected, what = after(), "train_step: weights after the step"
    weights = expect.is_dict(weights, list(expected), what)
    faults = [(functools.partial(after, step), cause) for step, cause in STEPS]
    otherwise = "the step is not one on the mean cross-entropy over B and T"
    for name, wanted in expected.items():
        expect.is_close(
            weights[name], wanted, f"train_step: {name} after the step",
            lambda: causes.matching(weights, (*suspects, *faults), otherwise),
        )  # fmt: skip


@functools.cache
def _after_epochs(
    epochs=6,
    lr=0.03,
    make=Adam,
    loss=mean_cross_entropy,
    carry=False,
    anew=False,
    clear=True,
):
    model, hidden = StandIn(*SIZES), torch.zeros(1, 3, 6)
    optimizer = make(model.parameters(), lr=lr)
    for _ in range(epochs):
        if clear:
            optimizer.zero_grad()
        logits, last = model(TOKENS, hidden)
        loss(logits, TARGETS).backward()
        optimizer.step()
        if carry:
            hidden = last.detach()
        if anew:
            optimizer = make(model.parameters(), lr=lr)
    return model(TOKENS, torch.zeros(1, 3, 6))[0].detach()


FITS = tuple(
    (functools.partial(_after_epochs, **fault), cause)
    for fault, cause in (
        *(({"loss": loss}, cause) for loss, cause in LOSSES),
        ({"carry": True}, "the state is carried from epoch to epoch: start each from zeros"),
        ({"clear": False}, "gradients pile up from epoch to epoch: zero_grad in train_step"),
        (
            {"anew": True},
            "the optimizer is made anew in every epoch: make it once, before the loop",
        ),
        ({"make": GradientDescent}, "it is plain gradient descent: Adam is asked for"),
        ({"lr": 0.01}, "the argument lr is not used"),
        ({"lr": 0.001}, "the argument lr is not handed to Adam"),
        ({"epochs": 5}, "there is one epoch too few"),
        ({"epochs": 7}, "there is one epoch too many"),
        ({"epochs": 1}, "only one epoch is trained"),
        ({"epochs": 0}, "the weights are as before: nothing is trained"),
        ({"epochs": 100}, "the argument epochs is not used"),
    )
)


@functools.cache
def _greedy(text, carry=True, largest=True):
    if not text:
        return ""
    model, ids = StandIn(*SIZES, 2.0), torch.tensor([LETTERS.index(char) for char in text])
    tokens = ids[None] if carry else ids[:, None]  # as a row each, letters do not see each other
    logits = model(tokens, model.init_hidden(len(tokens)))[0].flatten(0, 1)
    best = logits.argmax(-1) if largest else logits.argmin(-1)
    return "".join(LETTERS[i] for i in best.tolist())


def _generated(text):
    said = ""
    for length in range(len(text)):
        said += _greedy(text[:1] + said)[length]
    return said


def _why_spelled(spelled, text):
    """The likeliest cause of another answer than what the model finds best."""
    if not isinstance(spelled, str) or len(spelled) != len(text):
        return why_misspelled(text, spelled)
    suspects = (
        (lambda: _generated(text), "it reads its own answers instead of the text"),
        (lambda: _greedy(text, carry=False), "every character is read from a zero state"),
        (lambda: _greedy(text, largest=False), "the lowest score is taken, and the highest is due"),
        (lambda: _greedy(text)[::-1], "the answer is back to front"),
        (lambda: text, "it is the text itself, and what follows is asked for"),
    )
    otherwise = "it is not the highest score of each step, or not in the vocabulary that is given"
    return causes.matching(spelled, suspects, otherwise)
