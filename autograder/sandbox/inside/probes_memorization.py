"""Stand-ins and measurements for the checks of `memorization`; see `probes`."""

import types
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)


class BitReader(nn.Module):
    """A model with the interface of `ElmanRNN`, its weights set by a formula.

    `forward(tokens int64 (B, T), hidden float32 (B, H) or None) -> (logits float32 (B, T, 2),
    hidden (B, H))`, the hidden state being no view. Logits are multiplied by `gain`: with a large
    one, every gradient is long.
    """

    def __init__(self, hidden_size: int, gain: float = 1.0) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, 2)
        self.gain = gain
        with torch.no_grad():
            for number, parameter in enumerate(self.parameters(), start=1):
                count = torch.arange(parameter.numel(), dtype=torch.float64)
                numbers = 0.8 * torch.sin(12.9898 * (count + 1) + 78.233 * number)
                parameter.copy_(numbers.float().reshape(parameter.shape))

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        if hidden is None:
            hidden = torch.zeros(tokens.shape[0], self.rnn.hidden_size)
        states, last = self.rnn(nn.functional.one_hot(tokens, 2).float(), hidden[None])
        return self.gain * self.fc(states), last[0].clone()


class Cliff(nn.Module):
    """Two numbers to learn, `steep` and `flat`, and the same logits (B, T, 2) at every place.

    The first step's gradient is 100 for `steep` and 0.5 for `flat`; then `steep` has left the
    cliff and its gradient vanishes. So the way that `flat` takes shows how gradients were clipped.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steep = nn.Parameter(torch.zeros(()))
        self.flat = nn.Parameter(torch.zeros(()))

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        score = 2 * torch.tanh(50 * self.steep) + 0.5 * self.flat - 6
        logits = torch.stack([torch.zeros(()), score]).expand(*tokens.shape, 2)
        return logits.clone(), torch.zeros(tokens.shape[0], 1)


def hold(value: Any) -> Any:
    """`value` as it is: what is kept of this is an object inside, asked for again later."""
    return value


def set_parameters(model: nn.Module, values: dict[str, Tensor]) -> None:
    """Copy `values` into the parameters of those names."""
    own = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in values.items():
            own[name].copy_(value)


def use_our_step(model: nn.Module) -> None:
    """Give this one model a right `step`, so that its `forward` is measured alone."""

    def step(self: Any, token: Tensor, hidden: Tensor) -> Tensor:
        return torch.tanh(self.w_in[token] + hidden @ self.w_hidden + self.bias)

    model.step = types.MethodType(step, model)  # type: ignore[assignment]


def gradients(
    model: nn.Module, method: str, tokens: Tensor, hidden: Tensor, pulls: list[Tensor]
) -> dict[str, Tensor]:
    """Gradients of the sum of output * pull, over the outputs of model.method(tokens, hidden).

    Keys are "hidden" and the names of the parameters; zeros where none arrives.
    """
    hidden = hidden.clone().requires_grad_()
    outputs = getattr(model, method)(tokens, hidden)
    outputs = [outputs] if isinstance(outputs, Tensor) else outputs
    total = torch.stack(
        [(output * pull).sum() for output, pull in zip(outputs, pulls, strict=True)]
    ).sum()
    ends = {"hidden": hidden, **dict(model.named_parameters())}
    if not total.requires_grad:
        return {name: torch.zeros_like(end) for name, end in ends.items()}
    found = torch.autograd.grad(total, list(ends.values()), allow_unused=True)
    return {
        name: torch.zeros_like(end) if gradient is None else gradient
        for (name, end), gradient in zip(ends.items(), found, strict=True)
    }


def loss_gradient(
    loss_of: Callable[..., Tensor], logits: Tensor, targets: Tensor, mask: Tensor
) -> Tensor:
    """The gradient (B, T, 2) of a loss with respect to the logits; zeros where none arrives."""
    logits = logits.clone().requires_grad_()
    loss_of(logits, targets, mask).backward()
    return torch.zeros_like(logits) if logits.grad is None else logits.grad


def runs(function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[list[int]]:
    """What `function(*args, **kwargs)` trains: [number of parameters, optimizer steps] of each run.

    A run begins where the weights that an optimizer is about to move are not those that its last
    step left behind: with a new model, or one that has been initialised again.
    """
    found: list[list[int]] = []
    left: dict[Tensor, Tensor] = {}

    def before(optimizer: Any, *_: Any) -> None:
        parameters = _parameters(optimizer)
        known = left.get(parameters[0])
        if known is None or not torch.equal(known, _flat(parameters)):
            found.append([sum(parameter.numel() for parameter in parameters), 0])
        found[-1][1] += 1

    def after(optimizer: Any, *_: Any) -> None:
        parameters = _parameters(optimizer)
        left[parameters[0]] = _flat(parameters)

    hooks = [register_optimizer_step_pre_hook(before), register_optimizer_step_post_hook(after)]
    try:
        function(*args, **kwargs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _parameters(optimizer: Any) -> list[Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _flat(parameters: list[Tensor]) -> Tensor:
    return torch.cat([parameter.detach().flatten().clone() for parameter in parameters])
