"""Errors of its own classes, dataclasses, helpers that call helpers. Loses: nothing"""

from dataclasses import dataclass, field

import torch


class UnknownCharacter(KeyError):
    pass


class Unfit(ValueError):
    pass


def encode(text, vocab):
    numbers = torch.zeros(len(text), dtype=torch.long)
    for i, c in enumerate(text):
        try:
            numbers[i] = vocab[c]
        except KeyError:
            raise UnknownCharacter(c) from None
    return numbers


def decode(ids, vocab):
    out = ""
    for i in ids:
        out += [c for c, n in vocab.items() if n == int(i)][0]
    return out


def batchify(ids, batch_size):
    if len(ids) < batch_size:
        raise Unfit("too few characters")
    length = len(ids) // batch_size
    return torch.stack(list(ids[: length * batch_size].split(length)))


@dataclass
class Cutter:
    stream: torch.Tensor
    window: int
    pairs: list = field(default_factory=list)

    def __post_init__(self):
        if self.window < 1:
            raise Unfit(f"a window of {self.window}")
        n = self.stream.shape[1] - 1
        if n > 0:
            inputs = self.stream[:, :n].split(self.window, dim=1)
            targets = self.stream[:, 1:].split(self.window, dim=1)
            self.pairs = list(zip(inputs, targets))


def windows(stream, window):
    return Cutter(stream, window).pairs


@dataclass
class Writer:
    model: object
    temperature: float
    random: torch.Generator

    def choose(self, scores):
        if self.temperature == 0:
            return torch.argmax(scores).item()
        p = torch.softmax(scores / self.temperature, 0)
        return torch.distributions.Categorical(p).probs.multinomial(1, generator=self.random).item()


def sample(model, prompt, length, temperature=1.0, seed=0):
    if temperature < 0:
        raise Unfit("temperature")
    if not len(prompt):
        raise Unfit("prompt")
    writer = Writer(model, temperature, torch.Generator().manual_seed(seed))
    ids, hidden, logits = list(prompt.tolist()), None, None
    with torch.no_grad():
        for token in prompt:
            logits, hidden = model(token[None, None], hidden)
        for _ in range(length):
            ids.append(writer.choose(logits[0, -1]))
            logits, hidden = model(torch.tensor([[ids[-1]]]), hidden)
    return torch.tensor(ids)
