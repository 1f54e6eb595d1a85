"""The checks of hello_rnn as an instructor writes them without the kit: functions with asserts.

Stock nbgrader and otter run these, in the kernel that runs the notebook. They make the calls,
the trainings and the comparisons of `autograder/checks/hello_rnn`, under the same names. This
file is pasted into a notebook and copied beside otter's tests, so it imports only what is there.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.sandbox.inside import probes
from autograder.sandbox.inside.probes import StandIn, mean_cross_entropy, wave

VOCAB = {"e": 0, "h": 1, "l": 2, "o": 3}
HELLO = (torch.tensor([[1, 0, 2, 2]]), torch.tensor([[0, 2, 2, 3]]))
SMALL = (torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 1, 3]]),
         torch.tensor([[3, 1, 1, 2, 0], [2, 0, 1, 3, 3]]))  # fmt: skip
TOKENS = torch.tensor([[3, 1, 4, 1, 5, 2, 6], [5, 3, 5, 0, 1, 1, 2], [0, 6, 2, 4, 3, 3, 1]])
TARGETS = torch.tensor([[1, 4, 1, 5, 2, 6, 0], [3, 5, 0, 1, 1, 2, 4], [6, 2, 4, 3, 3, 1, 5]])
SIZES = (7, 4, 6)
OTHER_SIZES = ((7, 4, 6, 3, 7), (9, 2, 5, 1, 4), (3, 6, 2, 4, 1))
TEXTS = ("ab", "aaaa", "the rain in spain")


def pairs_of_hello(student: Any) -> None:
    for value, expected in zip(student.next_char_pairs("hello", VOCAB), HELLO, strict=True):
        assert_close(value, expected)


def forward_shapes(student: Any) -> None:
    model = student.SimpleRNN(5, 3, 4)
    for name in ("embed", "rnn", "fc"):
        assert name in {key.partition(".")[0] for key in model.state_dict()}
    logits, hidden = model(SMALL[0], torch.zeros(1, 2, 4))
    assert_shape(logits, 2, 5, 5)
    assert_shape(hidden, 1, 2, 4)


def initial_state(student: Any) -> None:
    assert_close(student.SimpleRNN(5, 3, 4).init_hidden(3), torch.zeros(1, 3, 4))


def rows_and_order(student: Any) -> None:
    model, hidden = student.SimpleRNN(5, 3, 4), torch.zeros(1, 2, 4)
    logits = model(SMALL[0], hidden)[0]
    changed = SMALL[0].clone()
    changed[1, 3] = 0
    other = model(changed, hidden)[0]
    assert_close(other[0], logits[0])
    assert_close(other[1, :3], logits[1, :3])
    assert not torch.equal(other[1, 3:], logits[1, 3:])


def loss_value(student: Any) -> None:
    model, hidden = StandIn(5, 3, 4), torch.zeros(1, 2, 4)
    loss, state = student.train_step(model, probes.sgd(model, 0.1), *SMALL, hidden)
    logits, expected = StandIn(5, 3, 4)(SMALL[0], hidden)
    assert abs(loss - mean_cross_entropy(logits, SMALL[1]).item()) < 1e-3
    assert_close(state, expected.detach(), 1e-3)


def two_windows(student: Any) -> None:
    model, hidden = StandIn(5, 3, 4), torch.zeros(1, 2, 4)
    optimizer, losses = probes.sgd(model, 0.1), []
    for _ in range(3):
        loss, hidden = student.train_step(model, optimizer, *SMALL, hidden)
        losses.append(loss)
    assert losses[-1] < losses[0]


@functools.cache
def hello(student: Any) -> tuple[list[float], str]:
    """The training that two checks look at."""
    torch.manual_seed(0)
    model = student.SimpleRNN(len(VOCAB), 10, 32)
    return student.fit(model, *HELLO), student.spell(model, "hell", VOCAB)


def losses_fall(student: Any) -> None:
    losses = hello(student)[0]
    assert len(losses) == 100
    assert losses[-1] < 0.2 * losses[0]


def spells_hello(student: Any) -> None:
    assert hello(student)[1] == "ello"


def pairs_of_other_words(student: Any) -> None:
    for text in TEXTS:
        vocab = vocab_of(text)
        ids = torch.tensor([[vocab[char] for char in text]])
        inputs, targets = student.next_char_pairs(text, vocab)
        assert_close(inputs, ids[:, :-1])
        assert_close(targets, ids[:, 1:])


def other_sizes(student: Any) -> None:
    for vocab, embedding, size, batch, steps in OTHER_SIZES:
        model = student.SimpleRNN(vocab, embedding, size)
        tokens = torch.arange(batch * steps).reshape(batch, steps) % vocab
        logits, state = model(tokens, torch.zeros(1, batch, size))
        assert_shape(logits, batch, steps, vocab)
        assert_shape(state, 1, batch, size)


def state_is_memory(student: Any) -> None:
    model, start = student.SimpleRNN(*SIZES), wave([1, 3, 6], 5)
    logits, last = model(TOKENS, start)
    first, middle = model(TOKENS[:, :3], start)
    second, end = model(TOKENS[:, 3:], middle)
    assert_close(torch.cat([first, second], 1), logits)
    assert_close(end, last)
    assert (model(TOKENS, torch.zeros(1, 3, 6))[0] - logits).abs().max() > 1e-3


def state_carries_gradient(student: Any) -> None:
    model = student.SimpleRNN(*SIZES)
    start, goal = torch.zeros(1, 3, 6), wave([1, 3, 6], 3, 0.8)
    before = (model(TOKENS, start)[1] - goal).square().mean()
    probes.descend_on_state(model, TOKENS, start, goal, 4, 0.1)
    assert (model(TOKENS, start)[1] - goal).square().mean() < 0.9 * before


def incoming_state_is_cut(student: Any) -> None:
    model = StandIn(*SIZES)
    attached = model(TARGETS, torch.zeros(1, 3, 6))[1]
    student.train_step(model, probes.sgd(model, 0.5), TOKENS, TARGETS, attached)
    ours = StandIn(*SIZES)
    start = ours(TARGETS, torch.zeros(1, 3, 6))[1].detach()
    assert_weights(model, step(ours, TOKENS, TARGETS, start))


def returned_state_is_cut(student: Any) -> None:
    model, zeros = StandIn(*SIZES), torch.zeros(1, 3, 6)
    optimizer = probes.sgd(model, 0.5)
    hidden = student.train_step(model, optimizer, TOKENS, TARGETS, zeros)[1]
    ours = StandIn(*SIZES)
    state = ours(TOKENS, zeros)[1].detach()
    step(ours, TOKENS, TARGETS, zeros)
    probes.step_from(model, optimizer, TARGETS, TOKENS, hidden)
    assert_weights(model, step(ours, TARGETS, TOKENS, state))


def exactly_one_step(student: Any) -> None:
    model, ours = StandIn(*SIZES), StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    for start in (wave([1, 3, 6], 7), wave([1, 3, 6], 8)):
        student.train_step(model, optimizer, TOKENS, TARGETS, start)
        step(ours, TOKENS, TARGETS, start)
    assert_weights(model, ours)


def epochs_start_from_zero(student: Any) -> None:
    model, ours, zeros = StandIn(*SIZES), StandIn(*SIZES), torch.zeros(1, 3, 6)
    student.fit(model, TOKENS, TARGETS, epochs=6, lr=0.03)
    optimizer = torch.optim.Adam(ours.parameters(), lr=0.03)
    for _ in range(6):
        optimizer.zero_grad()
        torch.autograd.backward(mean_cross_entropy(ours(TOKENS, zeros)[0], TARGETS))
        optimizer.step()
    assert_close(model(TOKENS, zeros)[0], ours(TOKENS, zeros)[0], 0.01)


def spell_reads_with_memory(student: Any) -> None:
    vocab = vocab_of("aeinrst")
    for training, texts in ((True, ("stainer", "")), (False, ("rain",))):
        model = StandIn(*SIZES, 2.0)
        model.train(training)
        for text in texts:
            assert student.spell(model, text, vocab) == greedy(StandIn(*SIZES, 2.0), text, vocab)
        assert model.training is training
        assert not any(model.graphs)


def spells_with_memory(student: Any) -> None:
    torch.manual_seed(0)
    word = "mississippi"
    vocab = vocab_of(word)
    ids = torch.tensor([[vocab[char] for char in word]])
    model = student.SimpleRNN(len(vocab), 10, 32)
    student.fit(model, ids[:, :-1], ids[:, 1:], epochs=60, lr=0.05)
    assert student.spell(model, word[:-1], vocab) == "ississippi"


def vocab_of(text: str) -> dict[str, int]:
    return {char: number for number, char in enumerate(sorted(set(text)))}


def assert_shape(value: Any, *shape: int) -> None:
    assert value.shape == shape
    assert value.dtype == torch.float32
    assert torch.isfinite(value).all()


def assert_close(value: Any, expected: Tensor, tolerance: float = 1e-4) -> None:
    torch.testing.assert_close(value, expected, rtol=0, atol=tolerance)


def assert_weights(model: StandIn, expected: StandIn) -> None:
    weights = model.state_dict()
    for name, wanted in expected.state_dict().items():
        assert_close(weights[name], wanted)


def step(model: StandIn, tokens: Tensor, targets: Tensor, hidden: Tensor) -> StandIn:
    """`model` after one step of gradient descent of ours."""
    model.zero_grad()
    torch.autograd.backward(mean_cross_entropy(model(tokens, hidden)[0], targets))
    with torch.no_grad():
        for parameter in model.parameters():
            assert parameter.grad is not None
            parameter.sub_(parameter.grad, alpha=0.5)
    return model


def greedy(model: StandIn, text: str, vocab: dict[str, int]) -> str:
    if not text:
        return ""
    tokens = torch.tensor([[vocab[char] for char in text]])
    chars = sorted(vocab)
    return "".join(chars[i] for i in model(tokens)[0][0].argmax(-1).tolist())


CHECKS: dict[str, dict[Callable[[Any], None], float]] = {
    "shapes": dict.fromkeys(
        [pairs_of_hello, forward_shapes, initial_state, rows_and_order,
         pairs_of_other_words, other_sizes, state_is_memory, state_carries_gradient], 0.5),
    "detachment": {loss_value: 0.5, two_windows: 1, incoming_state_is_cut: 0.5,
                   returned_state_is_cut: 0.5, exactly_one_step: 0.5},
    "accuracy": {losses_fall: 0.5, spells_hello: 1, epochs_start_from_zero: 0.5,
                 spell_reads_with_memory: 0.5, spells_with_memory: 0.5},
}  # fmt: skip
POINTS = sum(sum(checks.values()) for checks in CHECKS.values())


def earned(group: str, student: Any) -> float:
    """Partial credit: the points of the checks of `group` that pass."""
    points = 0.0
    for check, worth in CHECKS[group].items():
        try:
            check(student)
        except Exception:
            continue
        points += worth
    return points
