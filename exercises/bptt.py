# %% [markdown]
# # Backpropagation through time, by hand
#
# A mistake is noticed on Friday; its cause was a decision on Monday. To learn from it, you walk
# back through the week, one day at a time, and ask of each day: how much did this one change the
# next? *Backpropagation through time* is that walk. PyTorch takes it whenever you call
# `backward()`. Here you take it yourself, and see with your own eyes why word of Friday so seldom
# arrives at Monday, or arrives as a shout.
#
# The network is the plain one, for a single sequence:
#
# $$h_t = \tanh(a_t), \qquad a_t = W_x\, x_t + W_h\, h_{t-1} + b$$
#
# Steps are counted from 0, so $h_0$ is the state after the first input: `h[0]` in code. The state
# before it, $h_{-1}$, is given, and is called `h0` there.
#
# | letter | size of |
# |---|---|
# | T | time: how many steps the sequence has |
# | I | input: the vector that is read at each step |
# | H | hidden state: the vector that carries the memory |
#
# Two rules. **No autograd**: when these functions are checked, it is switched off, so the chain
# rule is yours to apply (at the end you may compare with autograd as much as you like). And
# **everything in the dtype that comes in**, float64 when graded: then a right gradient agrees to
# ten digits, and a wrong one has nowhere to hide.
#
# Stuck? After `check("shapes")`, `hint("shapes")` shows a hint for whatever the check found wrong.

# %%
import torch
from jaxtyping import Float
from torch import Tensor

from autograder import check, exploration, hint

# %% [markdown]
# ## Forward
#
# Before walking back you have to walk there. The states you pass on the way are all the way back
# needs, since they settle the slope of the tanh: $\tanh'(a) = 1 - \tanh(a)^2$.


# %%
def rnn_forward(
    x: Float[Tensor, "T I"],
    h0: Float[Tensor, "H"],
    W_x: Float[Tensor, "H I"],
    W_h: Float[Tensor, "H H"],
    b: Float[Tensor, "H"],
) -> Float[Tensor, "T H"]:
    """The states of the recurrence h[t] = tanh(W_x x[t] + W_h h[t-1] + b), with h[-1] = h0.

    Returns h: row t is the state after step t, T rows (h0 is not among them), in the dtype of x.
    """
    raise NotImplementedError("rnn_forward is not written yet")


# %%
check("shapes")

# %% [markdown]
# ## And back
#
# Take the number $L = \sum_t h_t \cdot \mathrm{d}h_t$, where row t of `dh` says what the loss wants
# of state t. Whatever the loss of a network is, from here on only `dh` counts.
#
# Draw two steps on paper first, with an arrow from everything to what it enters. Then answer for
# one step t, walking from the last to the first:
#
# 1. Who listens to $h_t$? There are two, but for the last step. What comes back from each adds up.
# 2. From $h_t$ to $a_t$ is an elementwise tanh. What does that do to the message?
# 3. $a_t$ is made of four things. What does each of them get? (The shapes leave little choice: a
#    gradient has the shape of what it is for.)
# 4. The weights are the same at every step. So what becomes of the T answers for one of them?
#
# The answers are worth points of their own at the end of this page.


# %%
def bptt(
    x: Float[Tensor, "T I"],
    h0: Float[Tensor, "H"],
    h: Float[Tensor, "T H"],
    W_h: Float[Tensor, "H H"],
    dh: Float[Tensor, "T H"],
) -> dict[str, Float[Tensor, "..."]]:
    """The gradients of L = sum(h * dh), by backpropagation through time.

    h: the states that the forward pass gave for x and h0.
    dh: what the loss sends to each state directly, not by way of later states.
    Returns the gradients under the keys "W_x" (H, I), "W_h" (H, H), "b" (H,) and "h0" (H,). No
    argument is changed.
    """
    raise NotImplementedError("bptt is not written yet")


# %% [markdown]
# ## Not all the way
#
# The walk back takes as long as the walk there, and all states have to be kept. *Truncated*
# backpropagation gives up early: what is said to step t reaches **window** steps, t itself
# included, and no further. With window 1, no word ever goes from one step to an earlier one.
#
# Mind the start of the sequence: whoever reaches step 0 reaches `h0` through it.


# %%
def truncated_bptt(
    x: Float[Tensor, "T I"],
    h0: Float[Tensor, "H"],
    h: Float[Tensor, "T H"],
    W_h: Float[Tensor, "H H"],
    dh: Float[Tensor, "T H"],
    window: int,
) -> dict[str, Float[Tensor, "..."]]:
    """As `bptt`, but dh[t] reaches the steps t, t-1, ..., t-window+1 and no further.

    h0 is reached by those dh[t] that reach step 0. With window >= T the result is that of `bptt`.
    Raises ValueError if window < 1.
    """
    raise NotImplementedError("truncated_bptt is not written yet")


# %% [markdown]
# ## How loud is it still?
#
# Move state $h_{T-1-k}$ a little: how far can the last state $h_{T-1}$ move? At most by the
# *spectral norm*, the largest singular value, of the Jacobian
# $\partial h_{T-1} / \partial h_{T-1-k}$. It is a product of k matrices, one a step. Which, and in
# which order?


# %%
def jacobian_norms(h: Float[Tensor, "T H"], W_h: Float[Tensor, "H H"]) -> Float[Tensor, "T"]:
    """How strongly the last state depends on each state, by their lag.

    h: the states that the forward pass gave.
    Returns the spectral norms of d h[T-1] / d h[T-1-k] for k = 0, ..., T-1: entry 0 is 1.
    """
    raise NotImplementedError("jacobian_norms is not written yet")


# %% [markdown]
# The next cell looks at all three. Run it as soon as the first is written.

# %%
check("gradients")

# %% [markdown]
# ## Look at it
#
# The next cells are for looking and playing; nothing in them is graded. First a network with random
# weights. The eigenvalues of its $W_h$ fill a circle whose radius is about **scale**.


# %%
def random_network(
    scale: float, steps: int = 40, loudness: float = 0.1, seed: int = 0
) -> tuple[dict[str, Tensor], Tensor]:
    """A random sequence and network: the arguments of `rnn_forward` by name, and dh (T, H).

    T is steps, H is 32 and I is 8. loudness is the standard deviation of inputs and first state.
    All is float64.
    """
    draw = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=draw, dtype=torch.float64)

    network = {
        "x": loudness * normal(steps, 8),
        "h0": loudness * normal(32),
        "W_x": normal(32, 8) / 8**0.5,
        "W_h": scale * normal(32, 32) / 32**0.5,
        "b": torch.zeros(32, dtype=torch.float64),
    }
    return network, normal(steps, 32)


def gradients_of(
    network: dict[str, Tensor], dh: Tensor, window: int | None = None
) -> dict[str, Tensor]:
    """The gradients by `bptt`, or by `truncated_bptt` if there is a window."""
    h = rnn_forward(**network)
    states = (network["x"], network["h0"], h, network["W_h"], dh)
    return bptt(*states) if window is None else truncated_bptt(*states, window)


# Line and marker of each scale, to be told apart without colours.
STYLES = {0.5: "k:o", 0.9: "k-.s", 1.1: "k--^", 2.0: "k-D"}

# %% [markdown]
# **Ask autograd.** Do the two agree? In float64 the difference should be the rounding of the last
# digits, some 1e-15 of the gradient's size.

# %%
if __name__ == "__main__":
    with exploration():
        network, dh = random_network(scale=1.1)
        mine = gradients_of(network, dh)
        leaves = {name: value.clone().requires_grad_() for name, value in network.items()}
        (rnn_forward(**leaves) * dh).sum().backward()
        for name, gradient in mine.items():
            theirs = leaves[name].grad
            off = (gradient - theirs).abs().max() / theirs.abs().max()
            print(f"{name:>4}: largest entry {theirs.abs().max():8.3f}, mine is off by {off:.0e}")

# %% [markdown]
# **Whisper or shout.** How much the last state still depends on the one k steps before it. On a
# logarithmic axis, what is multiplied by the same at each step becomes a straight line. Why is the
# line of 2.0 so much less steep than doubling at every step would make it?

# %%
if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt

        _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
        for scale, style in STYLES.items():
            network, _ = random_network(scale)
            norms = jacobian_norms(rnn_forward(**network), network["W_h"])
            axes.plot(norms, style, markersize=4, markevery=3, label=f"scale {scale}")
        axes.set_yscale("log")
        axes.axhline(1, color="gray", linewidth=0.8)
        axes.set_xlabel("lag k (steps)")
        axes.set_ylabel("spectral norm (no unit)")
        axes.set_title("How far the last state moves with the state k steps before", fontsize=11)
        axes.legend(frameon=False)
        plt.show()

# %% [markdown]
# **What truncation costs.** The error of the gradient for $W_h$, as a share of its size. Where
# messages die out anyway, a short window loses nothing. Where they grow, what is cut off is the
# larger part. (With a window of all 40 steps nothing is cut off, and the error is 0.)

# %%
if __name__ == "__main__":
    with exploration():
        windows = range(1, 40)
        _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
        for scale, style in STYLES.items():
            network, dh = random_network(scale)
            whole = gradients_of(network, dh)["W_h"]
            errors = [
                (gradients_of(network, dh, window)["W_h"] - whole).norm() / whole.norm()
                for window in windows
            ]
            axes.plot(windows, errors, style, markersize=4, markevery=3, label=f"scale {scale}")
        axes.set_yscale("log")
        axes.set_ylim(1e-12, 10)
        axes.set_xlabel("window (steps)")
        axes.set_ylabel("relative error (no unit)")
        axes.set_title("Error of the truncated gradient for W_h", fontsize=11)
        axes.legend(frameon=False)
        plt.show()

# %% [markdown]
# **Your turn.** Can you build a network whose messages neither die nor grow? Set $W_h$ to an
# orthogonal matrix, and make the inputs quieter, or louder. What is it that even then takes a
# little off at every step?

# %%
if __name__ == "__main__":
    with exploration():
        network, _ = random_network(scale=1.0, loudness=0.1)  # quieter? louder?
        network["W_h"] = torch.linalg.qr(network["W_h"]).Q  # an orthogonal matrix
        norms = jacobian_norms(rnn_forward(**network), network["W_h"])
        for lag in (0, 1, 5, 10, 20, 39):
            print(f"{lag:2} steps back: {norms[lag]:.3g}")

# %% [markdown]
# ## In your own words
#
# **(a)** Derive the gradients for **two steps** (T = 2): of
# $L = h_0 \cdot \mathrm{d}h_0 + h_1 \cdot \mathrm{d}h_1$ with respect to $W_h$, and with respect to
# the state $h_{-1}$ before the first step. Say where each factor comes from.
#
# **(b)** With your result and the pictures: why do gradients over many steps **vanish or explode**?
# What do $W_h$ and the slope of the tanh each have to do with it, and what does it mean for
# learning? Four sentences are plenty.
#
# *5 points, read by a human. A formula goes between dollar signs: `$W_h^\top \delta_1$` shows as*
# $W_h^\top \delta_1$.

# %% [markdown]
# *Write your answer here, in place of this line.*
