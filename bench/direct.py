"""The calls that the checks of hello_rnn make into a submission, and nothing else.

What no grader can do without: the student's functions run, trainings included. No value is
compared, none of ours is computed. Written by hand after `autograder/checks/hello_rnn`, one
function for each check, with the same sizes, steps and epochs.
"""

from collections.abc import Callable
from typing import Any

import torch

from autograder.sandbox.inside import probes
from autograder.sandbox.inside.probes import wave

from .asserted import HELLO, OTHER_SIZES, SIZES, SMALL, TARGETS, TEXTS, TOKENS, VOCAB, vocab_of


def pairs_of_hello(student: Any) -> None:
    student.next_char_pairs("hello", VOCAB)


def forward_shapes(student: Any) -> None:
    model = student.SimpleRNN(5, 3, 4)
    for _ in range(3):
        model.state_dict()
    model(SMALL[0], torch.zeros(1, 2, 4))


def initial_state(student: Any) -> None:
    student.SimpleRNN(5, 3, 4).init_hidden(3)


def rows_and_order(student: Any) -> None:
    model = student.SimpleRNN(5, 3, 4)
    changed = SMALL[0].clone()
    changed[1, 3] = 0
    model(SMALL[0], torch.zeros(1, 2, 4))
    model(changed, torch.zeros(1, 2, 4))


def loss_value(student: Any) -> None:
    model = probes.StandIn(5, 3, 4)
    student.train_step(model, probes.sgd(model, 0.1), *SMALL, torch.zeros(1, 2, 4))


def two_windows(student: Any) -> None:
    model, hidden = probes.StandIn(5, 3, 4), torch.zeros(1, 2, 4)
    optimizer = probes.sgd(model, 0.1)
    for _ in range(3):
        _, hidden = student.train_step(model, optimizer, *SMALL, hidden)


def losses_fall(student: Any) -> None:
    model = student.SimpleRNN(len(VOCAB), 10, 32)
    student.fit(model, *HELLO)
    student.spell(model, "hell", VOCAB)


def spells_hello(student: Any) -> None:
    """Looks at the training that `losses_fall` makes: no call of its own."""


def pairs_of_other_words(student: Any) -> None:
    for text in TEXTS:
        student.next_char_pairs(text, vocab_of(text))


def other_sizes(student: Any) -> None:
    for vocab, embedding, size, batch, steps in OTHER_SIZES:
        tokens = torch.arange(batch * steps).reshape(batch, steps) % vocab
        student.SimpleRNN(vocab, embedding, size)(tokens, torch.zeros(1, batch, size))


def state_is_memory(student: Any) -> None:
    model, start = student.SimpleRNN(*SIZES), wave([1, 3, 6], 5)
    model(TOKENS, start)
    _, middle = model(TOKENS[:, :3], start)
    model(TOKENS[:, 3:], middle)
    model(TOKENS, torch.zeros(1, 3, 6))


def state_carries_gradient(student: Any) -> None:
    model = student.SimpleRNN(*SIZES)
    start, goal = torch.zeros(1, 3, 6), wave([1, 3, 6], 3, 0.8)
    model(TOKENS, start)
    probes.descend_on_state(model, TOKENS, start, goal, 4, 0.1)
    model(TOKENS, start)


def incoming_state_is_cut(student: Any) -> None:
    model = probes.StandIn(*SIZES)
    attached = model(TARGETS, torch.zeros(1, 3, 6))[1]
    student.train_step(model, probes.sgd(model, 0.5), TOKENS, TARGETS, attached)
    probes.weights(model)


def returned_state_is_cut(student: Any) -> None:
    model = probes.StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    _, hidden = student.train_step(model, optimizer, TOKENS, TARGETS, torch.zeros(1, 3, 6))
    probes.step_from(model, optimizer, TARGETS, TOKENS, hidden)
    probes.weights(model)


def exactly_one_step(student: Any) -> None:
    model = probes.StandIn(*SIZES)
    optimizer = probes.sgd(model, 0.5)
    for start in (wave([1, 3, 6], 7), wave([1, 3, 6], 8)):
        student.train_step(model, optimizer, TOKENS, TARGETS, start)
    probes.weights(model)


def epochs_start_from_zero(student: Any) -> None:
    model = probes.StandIn(*SIZES)
    student.fit(model, TOKENS, TARGETS, epochs=6, lr=0.03)
    model(TOKENS, torch.zeros(1, 3, 6))


def spell_reads_with_memory(student: Any) -> None:
    vocab = vocab_of("aeinrst")
    for training, texts in ((True, ("stainer", "")), (False, ("rain",))):
        model = probes.StandIn(*SIZES, 2.0)
        model.train(training)
        for text in texts:
            student.spell(model, text, vocab)


def spells_with_memory(student: Any) -> None:
    word = "mississippi"
    vocab = vocab_of(word)
    ids = torch.tensor([[vocab[char] for char in word]])
    model = student.SimpleRNN(len(vocab), 10, 32)
    student.fit(model, ids[:, :-1], ids[:, 1:], epochs=60, lr=0.05)
    student.spell(model, word[:-1], vocab)


CALLS: list[Callable[[Any], None]] = [
    pairs_of_hello, forward_shapes, initial_state, rows_and_order, loss_value, two_windows,
    losses_fall, spells_hello, pairs_of_other_words, other_sizes, state_is_memory,
    state_carries_gradient, incoming_state_is_cut, returned_state_is_cut, exactly_one_step,
    epochs_start_from_zero, spell_reads_with_memory, spells_with_memory,
]  # fmt: skip
