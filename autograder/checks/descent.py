"""Optimizers for expected values: torch's own take a second to import what is not needed here."""

from collections.abc import Iterable

import torch


class GradientDescent:
    """Plain gradient descent on `parameters` with the rate `lr`, as torch.optim.SGD."""

    def __init__(self, parameters: Iterable[torch.Tensor], lr: float) -> None:
        self._parameters, self._lr = list(parameters), lr

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move each parameter that has a gradient."""
        with torch.no_grad():
            for parameter in self._parameters:
                if parameter.grad is not None:
                    parameter -= self._lr * self._direction(parameter, parameter.grad)

    def _direction(self, parameter: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        return gradient


class Adam(GradientDescent):
    """Adam as torch.optim.Adam has it by default: Kingma and Ba (2015), algorithm 1."""

    BETAS, EPSILON = (0.9, 0.999), 1e-8

    def __init__(self, parameters: Iterable[torch.Tensor], lr: float = 0.001) -> None:
        super().__init__(parameters, lr)
        self._steps = 0
        self._moments = {
            id(parameter): (torch.zeros_like(parameter), torch.zeros_like(parameter))
            for parameter in self._parameters
        }

    def step(self) -> None:
        """Move each parameter that has a gradient."""
        self._steps += 1
        super().step()

    def _direction(self, parameter: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        first, second = self._moments[id(parameter)]
        first.lerp_(gradient, 1 - self.BETAS[0])
        second.lerp_(gradient.square(), 1 - self.BETAS[1])
        mean, variance = (
            moment / (1 - beta**self._steps)
            for moment, beta in zip((first, second), self.BETAS, strict=True)
        )
        return mean / (variance.sqrt() + self.EPSILON)
