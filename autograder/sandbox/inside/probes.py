"""What a check needs beside student code: stand-in models, optimizers, small measurements.

A check that looks at one piece hands it a stand-in of ours for the other pieces. Stand-ins run
where student code runs, so they hold no expected value; the trusted process builds the same
stand-in and works out what to expect. Their weights come from a formula, so that they are the
same on every machine and under every seed.
"""

import operator
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from .probes_bptt import (  # noqa: F401
    arguments_after,
    raised_without_autograd,
    without_autograd,
)
from .probes_delayed_recall import (  # noqa: F401
    Places,
    Reader,
    Rows,
    lengths_read,
    read_on,
    size_of,
    slopes_of_memory,
    watch,
)
from .probes_haiku_char_rnn import (  # noqa: F401
    Adder,
    Carrier,
    Dice,
    UnitSteps,
    adam,
    disturb,
    raised,
    slopes,
    write,
)
from .probes_memorization import (  # noqa: F401
    BitReader,
    Cliff,
    gradients,
    hold,
    loss_gradient,
    runs,
    set_parameters,
    use_our_step,
)


class StandIn(nn.Module):
    """A character model with the interface of the exercises' models: embed, rnn, fc.

    `forward(tokens int64 (B, T), hidden (1, B, H) or None) -> (logits float32 (B, T, V), hidden
    (1, B, H))`, the hidden state being no view. `init_hidden(batch_size)` gives zeros. `graphs`
    and `modes` record, for each call, whether its logits were part of a graph and whether the
    model was in training mode.
    """

    def __init__(
        self, vocab_size: int, embedding_dim: int, hidden_size: int, scale: float = 0.5
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)
        self.hidden_size = hidden_size
        self.graphs: list[bool] = []
        self.modes: list[bool] = []
        with torch.no_grad():
            for number, parameter in enumerate(self.parameters(), start=1):
                parameter.copy_(wave(list(parameter.shape), number, scale))

    def forward(self, tokens: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """See the class."""
        if hidden is None:
            hidden = self.init_hidden(tokens.shape[0])
        states, last = self.rnn(self.embed(tokens), hidden)
        logits = self.fc(states)
        self.graphs.append(logits.requires_grad)
        self.modes.append(self.training)
        return logits, last.clone()

    def init_hidden(self, batch_size: int) -> Tensor:
        """Zeros (1, batch_size, H)."""
        return torch.zeros(1, batch_size, self.hidden_size)


def wave(shape: Sequence[int], number: int = 1, scale: float = 0.5) -> Tensor:
    """Numbers without pattern in [-scale, scale], float32 of `shape`, from a formula alone."""
    count = torch.arange(int(torch.tensor(shape).prod()), dtype=torch.float64)
    return (scale * torch.sin(12.9898 * (count + 1) + 78.233 * number)).float().reshape(*shape)


def sgd(model: nn.Module, lr: float) -> torch.optim.SGD:
    """Plain gradient descent on the model's parameters: a step shows the gradient itself."""
    return torch.optim.SGD(model.parameters(), lr=lr)


def weights(model: nn.Module) -> dict[str, Tensor]:
    """All parameters and buffers by name."""
    return dict(model.state_dict())


def item(value: Any, key: Any) -> Any:
    """`value[key]`, of an object that stays inside."""
    return operator.getitem(value, key)


def descend_on_state(
    model: nn.Module, tokens: Tensor, hidden: Tensor, goal: Tensor, steps: int, lr: float
) -> None:
    """Train `model` until the hidden state it returns for `tokens` is near `goal` (1, B, H).

    Only a model whose returned hidden state carries its gradient gets any nearer.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        state = model(tokens, hidden)[1]
        loss = nn.functional.mse_loss(state, goal)
        if not loss.requires_grad:
            return
        loss.backward()
        optimizer.step()


def step_from(
    model: nn.Module, optimizer: Any, tokens: Tensor, targets: Tensor, hidden: Tensor
) -> None:
    """One step of ours on the mean cross-entropy, `hidden` taken as it comes, graph and all."""
    optimizer.zero_grad()
    mean_cross_entropy(model(tokens, hidden)[0], targets).backward()
    optimizer.step()


def mean_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean over all positions of -log softmax(logits (B, T, V)) at targets int64 (B, T)."""
    return -logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).mean()
