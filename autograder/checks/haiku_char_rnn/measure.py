"""How good a model of haiku is: bits per character, beside a bigram model's."""

import functools
import math
import random
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from autograder.checks import expect
from autograder.sandbox.inside.loading import corpus
from autograder.sandbox.inside.probes import StandIn, mean_cross_entropy
from autograder.sandbox.proxy import Proxy, keep

ROWS = 24
"""Rows that a text to measure with is cut into; each is read from a zero state."""


@functools.cache
def poems(path: Path | None = None) -> tuple[str, ...]:
    """The poems of a text file with blank lines between them; by default those of the kit."""
    text = (path or corpus("haiku.txt")).read_text(encoding="utf-8")
    return tuple(text.strip().split("\n\n"))


@functools.cache
def vocabulary() -> dict[str, int]:
    """The characters of the kit's poems, sorted, numbered from 0."""
    return {character: n for n, character in enumerate(sorted(set(joined(poems()))))}


def joined(several: Sequence[str]) -> str:
    """One text, with a blank line after each poem."""
    return "".join(f"{poem}\n\n" for poem in several)


def numbers(text: str) -> Tensor:
    """`text` as int64 (N,); characters that are not in the vocabulary are left out."""
    vocab = vocabulary()
    return torch.tensor([vocab[character] for character in text if character in vocab])


def letters(ids: Tensor) -> str:
    """The text that `ids` (N,) stand for."""
    characters = list(vocabulary())
    return "".join(characters[number] for number in ids.tolist())


def rows(ids: Tensor) -> Tensor:
    """The first ROWS * (N // ROWS) of `ids` (N,) as int64 (ROWS, N // ROWS)."""
    length = len(ids) // ROWS
    return ids[: ROWS * length].view(ROWS, length)


def bigram_bits(training: Tensor, text: Tensor) -> float:
    """Bits per character of a bigram model of `training` (N,) on `text` (ROWS, L), 0.1 added to
    every count: with 0.05 to 0.3 it comes out best, on the kit's poems, and within 0.005 bits."""
    size = len(vocabulary())
    counts = torch.full((size, size), 0.1, dtype=torch.float64)
    seen = torch.ones(len(training) - 1, dtype=torch.float64)
    counts.index_put_((training[:-1], training[1:]), seen, accumulate=True)
    chances = counts / counts.sum(dim=1, keepdim=True)
    return -float(chances[text[:, :-1], text[:, 1:]].log2().mean())


def bits_of(model: StandIn, ids: Tensor) -> float:
    """Bits per character of a model of ours on `ids` (N,), in one pass from a zero state."""
    logits = model(ids[None, :-1])[0].detach()
    return float(mean_cross_entropy(logits, ids[None, 1:])) / math.log(2)


def model_bits(model: Proxy, text: Tensor) -> float:
    """Bits per character of a model of the student's on `text` (ROWS, L), reckoned out here.

    Every row is read twice in one batch: as it is, and with other characters from a place on that
    is drawn at random. A model whose scores before that place are not the same has looked ahead.
    """
    model.eval()
    inputs, targets = text[:, :-1], text[:, 1:]
    count, length = inputs.shape
    cuts = torch.tensor([random.SystemRandom().randrange(1, length) for _ in range(count)])
    before = torch.arange(length) < cuts[:, None]
    other = torch.where(before, inputs, (inputs + 1) % len(vocabulary()))
    result = expect.is_sequence(model(torch.cat([inputs, other])), 2, "CharRNN.forward")
    shape = (2 * count, length, len(vocabulary()))
    logits = expect.is_tensor(result[0], "CharRNN.forward: logits", shape=shape)
    apart = (logits[:count] - logits[count:])[before].abs().max()
    expect.holds(
        float(apart) < 1e-3,
        "CharRNN.forward", "the same logits whatever comes later in the text",
        f"logits that differ by {float(apart):.2g}",
        "a step sees later characters: is the layer bidirectional, or time and batch swapped?",
    )  # fmt: skip
    chances = logits[:count].double().log_softmax(dim=-1).gather(-1, targets[..., None])
    return -float(chances.mean()) / math.log(2)


def trained(
    submission: Proxy, probes: Proxy, training: Tensor, sizes: tuple[int, int], batch_size: int,
    window: int, epochs: int,
) -> Proxy:  # fmt: skip
    """The student's model, with `sizes` E and H, trained by the student's own pieces."""
    stream = keep(submission.batchify, training, batch_size)
    batches = keep(submission.windows, stream, window)
    model: Proxy = submission.CharRNN(len(vocabulary()), *sizes)
    optimizer = probes.adam(model, 0.03)
    for _ in range(epochs):
        submission.train_epoch(model, optimizer, batches)
    return model


def syllables(line: str) -> int:
    """About how many syllables an English line has: groups of vowels, silent endings left out.

    On the kit's own poems it finds 5, 7 and 5 in three lines of four.
    """
    silent = r"(?<=[^aeiouyl])e\b|(?<=[^aeiouytd])ed\b|(?<=[^aeiouyszxcgh])es\b"
    words = re.findall(r"[a-z]+", line.lower().replace("'", ""))
    return sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(silent, "", word)))) for word in words)


def with_syllables(text: str) -> str:
    """Three lines of `text`, and how many syllables they have: counted for interest."""
    lines = [line for line in text.split("\n") if line.strip()][:3]
    counts = [syllables(line) for line in lines]
    kept = sum(count == due for count, due in zip(counts, (5, 7, 5), strict=False))
    told = "-".join(map(str, counts))
    return "\n".join([*lines, f"({told} syllables, roughly; {kept} of 3 lines as in 5-7-5)"])
