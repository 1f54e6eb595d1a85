"""What the checks of `haiku_char_rnn` need beside student code; see `probes`.

The stand-ins here have the interface of `CharRNN`: `forward(tokens int64 (B, T), hidden=None) ->
(logits float32 (B, T, V), hidden)`. They hold no expected value.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch
from torch import Tensor, nn


class Carrier(nn.Module):
    """A model whose state does nothing but count steps, in the direction `drift` (V,).

    With state s, the logits at step t are table[tokens[:, t]] + s + (t + 1) * drift, where `table`
    is (V, V), and the state returned is s + T * drift: float32 (1, B, V), zeros for None. With
    `learned`, drift is a parameter, and its gradient shows how far back the state was followed;
    that graph holds nothing which a second backward pass would find gone. Otherwise drift is a
    constant. `starts` records the state each call was given: None, or its values.
    """

    def __init__(self, table: Tensor, drift: Tensor, learned: bool = False) -> None:
        super().__init__()
        self.table = nn.Parameter(table.clone())
        self.drift = nn.Parameter(drift.clone()) if learned else drift
        self.starts: list[Tensor | None] = []

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        self.starts.append(None if hidden is None else hidden.detach().clone())
        if hidden is None:
            hidden = torch.zeros(1, tokens.shape[0], len(self.table))
        steps = torch.arange(1, tokens.shape[1] + 1, dtype=torch.float32)[:, None]
        states = hidden[0, :, None] + steps * self.drift
        return self.table[tokens] + states, hidden + tokens.shape[1] * self.drift


class Adder(nn.Module):
    """A model that remembers all it has read: the sum of the tokens so far, as a state (1, B, 1).

    The logits are `gain` for token (sum + 1) mod V and 0 for all others. `graphs` records, for each
    call, whether its logits were part of a graph.
    """

    def __init__(self, vocab_size: int, gain: float) -> None:
        super().__init__()
        self.vocab_size = vocab_size
        self.gain = nn.Parameter(torch.tensor(gain))
        self.graphs: list[bool] = []

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        start = torch.zeros(1, tokens.shape[0], 1) if hidden is None else hidden
        sums = start[0] + tokens.cumsum(dim=1)
        following = (sums.long() + 1) % self.vocab_size
        logits = self.gain * nn.functional.one_hot(following, self.vocab_size).float()
        self.graphs.append(logits.requires_grad)
        return logits, sums[None, :, -1:].clone()


class Dice(nn.Module):
    """A model with the same logits at every step, whatever it has read; its state is zero."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(logits)

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        return self.logits.repeat(*tokens.shape, 1), torch.zeros(1, tokens.shape[0], 1)


class UnitSteps(torch.optim.Optimizer):
    """Steps of length `lr` down the gradient, which is cleared afterwards.

    What such steps show is the direction of each gradient alone: not its size, nor whether it was
    clipped, nor what an earlier window left behind in it.
    """

    def __init__(self, model: nn.Module, lr: float) -> None:
        super().__init__(model.parameters(), {"lr": lr})

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step, after calling `closure` if there is one; what that returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        moved = [p for p in self.param_groups[0]["params"] if p.grad is not None]
        if moved:
            length = torch.cat([p.grad.flatten() for p in moved]).norm() + 1e-12
            with torch.no_grad():
                for parameter in moved:
                    parameter -= self.param_groups[0]["lr"] * parameter.grad / length
        self.zero_grad()
        return loss


def adam(model: nn.Module, lr: float) -> torch.optim.Adam:
    """Adam on the model's parameters."""
    return torch.optim.Adam(model.parameters(), lr=lr)


def disturb() -> None:
    """Draw from every global generator and seed it anew, as whatever runs in between might."""
    torch.manual_seed(987)
    random.seed(654)
    numpy.random.seed(321)
    torch.rand(5)


def raised(function: Callable[..., Any], *args: Any) -> tuple[list[str], str]:
    """The classes of the exception that a call raises, most special first, and its message.

    ([], "") if it raises none. What is not written, or has run into a limit, raises as ever.
    """
    try:
        function(*args)
    except (NotImplementedError, MemoryError):
        raise
    except Exception as error:
        return [kind.__name__ for kind in type(error).__mro__], str(error)
    return [], ""


def slopes(
    model: nn.Module, tokens: Tensor, part: int, directions: int, size: float
) -> tuple[list[float], list[float]]:
    """How a number made of the model's output changes with its weights: by autograd, by trying.

    The number is a weighted sum of the last step's logits (part 0) or of the returned state (1),
    for `tokens` int64 (B, T) read from a zero state. For each direction in the space of all
    weights, the first list has the slope that the gradient gives, and the second that of a step of
    `size` both ways. They agree if the gradient is whole.
    """
    parameters = list(model.parameters())
    value = _number(model, tokens, part)
    gradients: Sequence[Tensor | None] = [None] * len(parameters)
    if value.requires_grad:
        gradients = torch.autograd.grad(value, parameters, allow_unused=True)
    by_autograd, by_trying = [], []
    for seed in range(1, directions + 1):
        along = _numbers([list(parameter.shape) for parameter in parameters], seed)
        pairs = zip(gradients, along, strict=True)
        by_autograd.append(sum(float((g * a).sum()) for g, a in pairs if g is not None))
        ends = []
        for step in (size, -size):
            _shift(parameters, along, step)
            ends.append(_number(model, tokens, part).item())
            _shift(parameters, along, -step)
        by_trying.append((ends[0] - ends[1]) / (2 * size))
    return by_autograd, by_trying


def _number(model: nn.Module, tokens: Tensor, part: int) -> Tensor:
    output = model(tokens)[part]
    chosen = output[:, -1] if part == 0 else output
    number: Tensor = (_numbers([list(chosen.shape)], 0)[0] * chosen).sum()
    return number


def _numbers(shapes: list[list[int]], seed: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in shapes]


def _shift(parameters: Sequence[Tensor], along: Sequence[Tensor], step: float) -> None:
    with torch.no_grad():
        for parameter, direction in zip(parameters, along, strict=True):
            parameter += step * direction


def write(model: nn.Module, prompt: Tensor, length: int, seed: int) -> Tensor:
    """What `model` goes on with after `prompt` (T,), drawn at temperature 0.7: int64 (length,)."""
    generator = torch.Generator().manual_seed(seed)
    read, hidden, drawn = prompt, None, []
    with torch.no_grad():
        for _ in range(length):
            logits, hidden = model(read[None], hidden)
            chances = (logits[0, -1] / 0.7).softmax(dim=-1)
            read = torch.multinomial(chances, 1, generator=generator)
            drawn.append(read)
    return torch.cat(drawn)
