"""How a training went: what it read, and whether its steps are those of Adam."""

import functools

import torch

from autograder.checks import causes, expect
from autograder.checks.descent import Adam, GradientDescent


def trained_on(model, length, vocab):
    """The tokens of a stand-in's calls that had a graph, if (B, length) and below vocab."""
    tokens = [seen for seen, graph in zip(model.seen, model.graphs, strict=True) if graph]
    what, cause = "train_recall", "random_tokens(batch_size, length, vocab_size, ...) is called"
    expect.holds(bool(tokens), what, "a model that reads", "no call with a graph", "is it trained?")
    fits = all(batch.shape[-1:] == (length,) for batch in tokens)
    wanted = f"sequences of {length} tokens of 0..{vocab - 1} read"
    expect.holds(fits, what, wanted, f"a batch of shape {tuple(tokens[0].shape)}", cause)
    tokens = torch.cat([batch.reshape(-1, length) for batch in tokens])
    low, high = int(tokens.min()), int(tokens.max())
    expect.holds((low, high) == (0, vocab - 1), what, wanted, f"tokens of {low}..{high}", cause)
    return tokens


def by_adam(gradients, make=Adam, lr=0.03, anew=False):
    """Weights after each step of an optimizer with these gradients, from zeros."""
    weights = torch.nn.Parameter(torch.zeros_like(gradients[0]))
    optimizer, after = make([weights], lr=lr), []
    for gradient in gradients:
        optimizer = make([weights], lr=lr) if anew else optimizer
        weights.grad = gradient.clone()
        optimizer.step()
        after.append(weights.detach().clone())
    return after


def why_other_steps(after, gradients):
    """The likeliest cause of other weights `after` each step than Adam gives."""
    suspects = (
        ({"make": GradientDescent}, "it is plain gradient descent: Adam is asked for"),
        ({"anew": True}, "the optimizer is made anew in every step: make it once"),
        ({"lr": 5e-3}, "the argument lr is not used"),
        ({"lr": 1e-3}, "the argument lr is not handed to Adam"),
        ({"lr": 0.0}, "no weight moves"),
    )
    pairs = [(functools.partial(_by, gradients, f), why) for f, why in suspects]
    otherwise = "it is not one step of Adam for each batch, with `lr` as its rate"
    return causes.matching(torch.stack(after), pairs, otherwise)


def _by(gradients, fault):
    return torch.stack(by_adam(gradients, **fault))
