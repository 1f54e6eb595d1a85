"""Stand-ins and measurements for the checks of `delayed_recall`; see `probes`.

The stand-ins are called as a RecallRNN is: model(tokens int64 (B, T), hidden=None) -> (logits
float32 (B, T, V), hidden), the hidden state being no view. They hold no expected value.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.optim.optimizer import register_optimizer_step_post_hook


class Reader(nn.Module):
    """A recurrent model with `embed`, `rnn` (batch first) and `fc`, its weights set by a formula.

    cell: "rnn", "gru" or "lstm". `seen`, `graphs` and `modes` record, for each call, its tokens,
    whether its logits were part of a graph, and whether the model was in training mode.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int,
        hidden_size: int,
        cell: str = "rnn",
        scale: float = 0.5,
    ) -> None:
        super().__init__()
        layer = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell]
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = layer(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)
        self.seen: list[Tensor] = []
        self.graphs: list[bool] = []
        self.modes: list[bool] = []
        with torch.no_grad():
            for number, parameter in enumerate(self.parameters(), start=1):
                count = torch.arange(parameter.numel(), dtype=torch.float64)
                numbers = scale * torch.sin(12.9898 * (count + 1) + 78.233 * number)
                parameter.copy_(numbers.float().reshape(parameter.shape))

    def forward(self, tokens: Tensor, hidden: Any = None) -> tuple[Tensor, Any]:
        """See the class."""
        states, last = self.rnn(self.embed(tokens), hidden)
        logits = self.fc(states)
        self.seen.append(tokens.detach().clone())
        self.graphs.append(logits.requires_grad)
        self.modes.append(self.training)
        pair = isinstance(last, tuple)
        return logits, tuple(part.clone() for part in last) if pair else last.clone()


class Rows(nn.Module):
    """A model with another row of weights for every optimizer step, and steep gradients.

    Whatever it reads, its logits at every position are gain * (rows[n] + common), where n counts
    the optimizer steps taken so far, told by `watch`. So only row n and `common` have a gradient of
    their own at that step: whatever else is in the gradients has been left there before.
    """

    def __init__(self, steps: int, vocab_size: int, gain: float) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.zeros(steps + 1, vocab_size))
        self.common = nn.Parameter(torch.zeros(vocab_size))
        self.gain, self.taken = gain, 0

    def forward(self, tokens: Tensor, hidden: Any = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        row = self.rows[min(self.taken, len(self.rows) - 1)]
        logits = self.gain * (row + self.common)
        return logits.repeat(*tokens.shape, 1), torch.zeros(1, tokens.shape[0], 1)


class Places(nn.Module):
    """A model with weights of its own for every step of a sequence, whatever it reads there.

    logits[:, t] = table[t], where `table` is (T, V), zero at first: which of its rows have moved
    tells which positions a loss has looked at.
    """

    def __init__(self, length: int, vocab_size: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(length, vocab_size))

    def forward(self, tokens: Tensor, hidden: Any = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        places = torch.arange(tokens.shape[1]).clamp(max=len(self.table) - 1)
        logits = self.table[places].repeat(tokens.shape[0], 1, 1)
        return logits, torch.zeros(1, tokens.shape[0], 1)


def watch(
    model: Rows, function: Callable[..., Any], *args: Any, **kwargs: Any
) -> list[tuple[Tensor, Tensor]]:
    """What each optimizer step of function(*args, **kwargs) uses and does.

    For each step, (gradients, weights after it) of all parameters of `model` in one row; a
    parameter without a gradient counts as one of zeros. Empty if no optimizer of torch took a step.
    """
    found: list[tuple[Tensor, Tensor]] = []

    def after(*_: Any) -> None:
        slopes = [torch.zeros_like(p) if p.grad is None else p.grad for p in model.parameters()]
        found.append((_flat(slopes), _flat(list(model.parameters()))))
        model.taken += 1

    hook = register_optimizer_step_post_hook(after)
    try:
        function(*args, **kwargs)
    finally:
        hook.remove()
    return found


def lengths_read(kind: Any, function: Callable[..., Any], *args: Any) -> list[int]:
    """The lengths T of all sequences that models of class `kind` read in function(*args)."""
    found: set[int] = set()

    def before(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        ours = isinstance(kind, type) and isinstance(module, kind)
        if ours and inputs and isinstance(inputs[0], Tensor):
            found.add(inputs[0].shape[-1])

    hook = register_module_forward_pre_hook(before)
    try:
        function(*args)
    finally:
        hook.remove()
    return sorted(found)


def slopes_of_memory(
    model: nn.Module, tokens: Tensor, hidden: Any, part: int, size: float
) -> dict[str, tuple[float, float]]:
    """How a number made of the model's output changes, by its gradient and by trying.

    The number is a weighted sum of the last step's logits (part 0) or of the returned state (1).
    "weights" and "state" each hold (slope by autograd, slope by a step of `size` both ways), along
    a fixed direction in the space of all parameters, and of the incoming state.
    """
    states = [state.clone().requires_grad_() for state in _parts(hidden)]
    found = {}
    for name, ends in (("weights", [*model.parameters()]), ("state", states)):
        along = [_numbers(list(end.shape), n) for n, end in enumerate(ends, start=2)]
        value = _number(model, tokens, _like(hidden, states), part)
        slope = 0.0
        if value.requires_grad:
            gradients = torch.autograd.grad(value, ends, allow_unused=True)
            pairs = zip(gradients, along, strict=True)
            slope = sum(float((g * a).sum()) for g, a in pairs if g is not None)
        tried = []
        for step in (size, -size):
            _shift(ends, along, step)
            tried.append(_number(model, tokens, _like(hidden, states), part).detach().item())
            _shift(ends, along, -step)
        found[name] = (slope, (tried[0] - tried[1]) / (2 * size))
    return found


def read_on(model: nn.Module, tokens: Tensor, at: int) -> Tensor:
    """Logits (B, T, V) of tokens read in two halves, cut before step `at`, the state handed on."""
    first, hidden = model(tokens[:, :at])
    return torch.cat([first, model(tokens[:, at:], hidden)[0]], dim=1).detach()


def size_of(model: nn.Module) -> int:
    """How many numbers there are to learn."""
    return sum(parameter.numel() for parameter in model.parameters())


def _parts(hidden: Any) -> list[Tensor]:
    return [hidden] if isinstance(hidden, Tensor) else list(hidden)


def _like(hidden: Any, states: list[Tensor]) -> Any:
    return states[0] if isinstance(hidden, Tensor) else tuple(states)


def _number(model: nn.Module, tokens: Tensor, hidden: Any, part: int) -> Tensor:
    output = model(tokens, hidden)[part]
    chosen = [output[:, -1]] if part == 0 else _parts(output)
    sums = [(_numbers(list(c.shape), n) * c).sum() for n, c in enumerate(chosen)]
    return torch.stack(sums).sum()


def _numbers(shape: list[int], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _shift(ends: Sequence[Tensor], along: Sequence[Tensor], step: float) -> None:
    with torch.no_grad():
        for end, direction in zip(ends, along, strict=True):
            end += step * direction


def _flat(tensors: list[Tensor]) -> Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
