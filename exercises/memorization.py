# %% [markdown]
# # How long a sequence can it hold?
#
# Toss a coin ten times and learn the row of heads and tails by heart. Then twenty times, then
# eighty. Nothing helps but memory: a fair coin has no rule, so what comes next follows only from
# *which* row this is, and which row it is shows only in what came before.
#
# That is the game here: a network reads random bits and says at every step which bit comes next.
# Memorising is the task, so it is tested on the very rows it has learnt; on new rows, nobody is
# right more often than a coin. And there is a twist: two rows that begin alike cannot be told apart
# until they differ. Even a perfect memory is wrong now and then; you will count how often.
#
# The letters that stand for sizes, here and in every docstring:
#
# | letter | size of |
# |---|---|
# | B | batch: how many sequences are read side by side |
# | T | time: how many bits a sequence has |
# | H | hidden state: the vector that carries the memory |
#
# Bits are `int64 (B, T)`, logits `float32 (B, T, 2)`, a hidden state is `float32 (B, H)`. When a
# check finds something wrong, `hint("shapes")` (or another group's name) shows a hint for it.

# %%
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import product

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from autograder import check, exploration, hint

torch.set_num_threads(1)  # networks as small as this one are faster on one thread

# %% [markdown]
# ## What comes next
#
# `random_bits(2, 5, seed=0)` is ready to use: it tosses a coin five times, twice over. The right
# answer at each step is the bit after it. After the last bit nothing comes, and the answer there is
# **0**, a full stop that has to be learnt too: `1 1 0 1` has the targets `1 0 1 0`.


# %%
def random_bits(count: int, length: int, seed: int) -> Int64[Tensor, "B T"]:
    """`count` sequences of `length` fair random bits: int64 (count, length) of 0 and 1."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(2, (count, length), generator=generator)


# %%
def next_bit_targets(bits: Int64[Tensor, "B T"]) -> Int64[Tensor, "B T"]:
    """The bit that follows each bit of its sequence, and 0 at the last step.

    bits: int64 (B, T), T at least 1; it is not changed. Returns int64 (B, T).
    """
    raise NotImplementedError("next_bit_targets is not written yet")


# %%
check("shapes")

# %% [markdown]
# ## Sequences of different lengths
#
# A batch is a rectangle, sequences are not. So short ones are *padded* with zeros on the right, and
# a *mask* remembers which places are real, as padding looks like any other 0. Loss and accuracy are
# averaged over the mask, so that nobody earns anything for predicting padding.
#
# ```text
# sequences      tokens        mask
# 1 0 1          1 0 1 0       T T T F
# 1 1 0 0        1 1 0 0       T T T T
# 0              0 0 0 0       T F F F
# ```


# %%
def pad_batch(
    sequences: list[Int64[Tensor, "T_i"]],
) -> tuple[Int64[Tensor, "B T"], Bool[Tensor, "B T"]]:
    """Sequences of different lengths as one batch, padded with 0 on the right.

    sequences: B tensors int64 (T_i,), B at least 1. T is the length of the longest.
    Returns (tokens, mask), both (B, T), rows in the order given: tokens int64; mask bool, True
    where a bit is real and False where it is padding.
    """
    raise NotImplementedError("pad_batch is not written yet")


# %% [markdown]
# ## How wrong, how often right
#
# Two measures over the places where the mask is True: the loss, which training makes smaller, and
# the accuracy, which we care about. Mind the **empty mask**: a mean over no places is 0/0, and nan
# in a loss spreads to every weight. Here such a mean is 0.


# %%
def masked_bit_loss(
    logits: Float[Tensor, "B T 2"], targets: Int64[Tensor, "B T"], mask: Bool[Tensor, "B T"]
) -> Float[Tensor, ""]:
    """The mean cross-entropy, in nats, over the places where `mask` is True.

    logits: float32 (B, T, 2). targets: int64 (B, T) of 0 and 1. mask: bool (B, T).
    Returns a float32 tensor without dimensions, with its graph. Where no place is True it is 0.0:
    never nan, still differentiable, so `backward()` works and gives no gradient but 0.
    """
    raise NotImplementedError("masked_bit_loss is not written yet")


def bit_accuracy(
    logits: Float[Tensor, "B T 2"], targets: Int64[Tensor, "B T"], mask: Bool[Tensor, "B T"]
) -> float:
    """How often the bit with the higher logit is the target, where `mask` is True.

    logits: float32 (B, T, 2). targets: int64 (B, T) of 0 and 1. mask: bool (B, T).
    Returns a float in [0, 1]: right places over True places; 0.0 where no place is True.
    """
    raise NotImplementedError("bit_accuracy is not written yet")


# %%
check("masking")

# %% [markdown]
# ## The network, by hand
#
# Elman's network of 1990: the new memory is made of the bit just read and the old memory,
#
# $$h_t = \tanh(W_{in}[x_t] + h_{t-1} W_{hidden} + b), \qquad
# \mathrm{logits}_t = h_t W_{out} + b_{out}.$$
#
# A bit picks its row of `w_in`, as in an embedding. The parameters are ready; you write one step,
# and the loop that walks along a sequence. Gradients go back all the way: detach nothing here.


# %%
class ElmanRNN(nn.Module):
    """Reads bits one by one and scores, after each, whether 0 or 1 comes next."""

    def __init__(self, hidden_size: int) -> None:
        """Make the parameters, drawn from torch's global generator; hidden_size is H.

        w_in (2, H), w_hidden (H, H), bias (H,), w_out (H, 2), b_out (2,), all float32.
        """
        super().__init__()
        # Scaled like this, the memory is neither blown up nor forgotten at once, whatever H is.
        scale = 1 / math.sqrt(hidden_size)
        self.w_in = nn.Parameter(torch.randn(2, hidden_size))
        self.w_hidden = nn.Parameter(scale * torch.randn(hidden_size, hidden_size))
        self.bias = nn.Parameter(torch.zeros(hidden_size))
        self.w_out = nn.Parameter(scale * torch.randn(hidden_size, 2))
        self.b_out = nn.Parameter(torch.zeros(2))

    def step(self, token: Int64[Tensor, "B"], hidden: Float[Tensor, "B H"]) -> Float[Tensor, "B H"]:
        """The memory after one more bit: tanh(w_in[token] + hidden @ w_hidden + bias).

        token: int64 (B,) of 0 and 1. hidden: float32 (B, H), the memory before it; not changed.
        Returns float32 (B, H), through which gradients flow back to `hidden` and the parameters.
        """
        raise NotImplementedError("ElmanRNN.step is not written yet")

    def forward(
        self, tokens: Int64[Tensor, "B T"], hidden: Float[Tensor, "B H"] | None = None
    ) -> tuple[Float[Tensor, "B T 2"], Float[Tensor, "B H"]]:
        """Read `tokens` from left to right, starting with the memory `hidden`.

        tokens: int64 (B, T), T at least 1. hidden: float32 (B, H), the memory before the first
        bit; None means zeros.
        Returns (logits, hidden): logits float32 (B, T, 2), where logits[:, t] = the memory after
        step t @ w_out + b_out; hidden float32 (B, H), the memory after the last bit. Gradients
        flow through all steps, through the memory that comes in and the one that is returned.
        """
        raise NotImplementedError("ElmanRNN.forward is not written yet")


# %%
check("recurrence")

# %% [markdown]
# ## The ceiling
#
# Say you learn these four: `1 0 0`, `1 0 1`, `1 1 1`, `0 1 0`. After a first `1`, the next bit is 0
# in two of three sequences. Whoever has seen only that `1`, however good their memory, gets at most
# two of those three right, by always saying 0. So for one *prefix*, the bits up to and with this
# step, there is one prediction, and what most sequences need is the best. Add up how often that is
# right, over all prefixes, and divide by all B·T predictions: no predictor gets any further.


# %%
def best_possible_accuracy(bits: Int64[Tensor, "B T"], targets: Int64[Tensor, "B T"]) -> float:
    """The most that any predictor can get that sees, at each step, only the bits up to it.

    bits: int64 (B, T) of 0 and 1; at step t a predictor has seen bits[b, :t+1] and nothing else,
    neither b nor later bits. targets: int64 (B, T) of 0 and 1, any answers, not only the next bits.
    Returns a float in (0, 1]: the right predictions of the best predictor over all B·T.
    """
    raise NotImplementedError("best_possible_accuracy is not written yet")


# %%
check("ceiling")

# %% [markdown]
# As a picture: seven sequences, sorted like words in a dictionary, so that those that begin alike
# stand together. In a gray field the prefix leaves open what follows; a cross is a prediction that
# even the best predictor loses. In a white field the prefix says it all, to whoever remembers it.
# Longer sequences have a larger share of white: their ceiling is higher.

# %%
if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt

        bits = torch.tensor(sorted(random_bits(7, 6, seed=4).tolist()))
        targets = next_bit_targets(bits)
        undecided, lost = torch.zeros(7, 6), 0
        figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
        for row, t in product(range(7), range(6)):
            alike = (bits[:, : t + 1] == bits[row, : t + 1]).all(dim=1)
            answers = targets[alike, t]
            undecided[row, t] = len(answers.unique()) > 1
            axes.text(t, row, bits[row, t].item(), ha="center", va="center")
            if targets[row, t] != answers.mode().values:  # what most of those alike need
                axes.plot(t, row, "kx", markersize=24)
                lost += 1
        axes.imshow(undecided, cmap="gray_r", vmax=3)
        axes.set(xlabel="step in the sequence (number)", ylabel="sequence (number)")
        best = best_possible_accuracy(bits, targets)
        axes.set_title(f"{lost} of 42 are lost: at best {best:.3f} are right", fontsize=11)
        plt.show()

# %% [markdown]
# ## Learn by heart
#
# All sequences in every step, again and again. Now and then a recurrent network meets a cliff,
# where the gradient is enormous and one step would throw away what was learnt. So gradients are
# *clipped*: if the norm of all of them together is above 1, they are scaled down to a norm of 1.
# Then, `capacity_curve`: how much can it hold? For each length, a new network and new sequences.


# %%
def memorize(
    model: nn.Module,
    tokens: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
    mask: Bool[Tensor, "B T"],
    steps: int = 300,
    lr: float = 1e-2,
) -> list[float]:
    """Train `model` with Adam on one batch, `steps` times over, gradient norm clipped to 1.

    model: called as model(tokens), it gives (logits, hidden), as an ElmanRNN does. tokens, targets:
    int64 (B, T). mask: bool (B, T), False where padding stands, on the right; what stands there
    changes nothing. lr is Adam's. Every step reads the whole batch, from the zero memory.
    Returns the loss before each step in order: `steps` floats, in nats per bit.
    """
    raise NotImplementedError("memorize is not written yet")


# %%
def capacity_curve(
    lengths: Iterable[int], count: int = 32, hidden_size: int = 32, steps: int = 300, seed: int = 0
) -> dict[int, float]:
    """The accuracy that an ElmanRNN reaches on random sequences of each length.

    lengths: each at least 1. For each, `count` new random sequences, which are learnt for `steps`
    steps by a new model of hidden_size H, at `memorize`'s own learning rate.
    Returns {length: accuracy on the sequences that were learnt, a float in [0, 1]}, the same for
    the same arguments whatever ran before; another seed draws other sequences and other weights.
    """
    raise NotImplementedError("capacity_curve is not written yet")


# %%
check("accuracy")

# %% [markdown]
# ## Look inside
#
# The rest is for looking and playing; nothing below is graded. Three sizes of memory learn longer
# and longer sequences, beside the exact ceiling of the very sequences they learnt. Where a curve
# leaves the ceiling, the memory ran out, or the 300 steps.
#
# A high number here is memory, not insight: on fresh tosses the same network is right half of the
# time. And 84 % can be all that is possible for ten bits, and poor for eighty: 32 sequences take
# some five bits to tell apart, and all later bits could be known. (So can the full stop; that is
# why two bits are easier than five.) Only the distance to the ceiling says how much is missing.


# %%
def learn(bits: Int64[Tensor, "B T"], hidden_size: int) -> float:
    """The accuracy of a new network that has learnt the sequences `bits`."""
    model, targets, mask = ElmanRNN(hidden_size), next_bit_targets(bits), bits >= 0
    memorize(model, bits, targets, mask)
    return bit_accuracy(model(bits)[0], targets, mask)


if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt
        from tqdm.auto import tqdm

        batches = [random_bits(32, length, seed=0) for length in (2, 5, 10, 20, 40, 80)]
        lengths = [bits.shape[1] for bits in batches]
        ceiling = [best_possible_accuracy(bits, next_bit_targets(bits)) for bits in batches]

        figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
        axes.plot(lengths, ceiling, color="0.75", linewidth=6, label="ceiling, counted")
        for hidden_size, style in ((32, "k^-"), (16, "ko:"), (4, "ks-.")):
            run = tqdm(batches, f"H = {hidden_size}", leave=False, unit="length")
            axes.plot(lengths, [learn(bits, hidden_size) for bits in run], style, label=run.desc)
        axes.axhline(0.5, color="0.5", linestyle="--", label="guessing")
        axes.set(xlabel="length of the sequences (bits)", ylabel="accuracy (share of bits)")
        axes.set_title("32 random sequences after 300 steps", fontsize=11)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        plt.show()

# %% [markdown]
# **Your turn.** Does the memory run out, or the patience? Give it more steps and see. Then change
# the game: fewer sequences, more of them, a network of eight units. What is the longest single
# sequence that you can teach it without one mistake?

# %%
if __name__ == "__main__":
    with exploration():
        lengths, count, hidden_size = [40], 32, 32  # change them

        for steps in (100, 300, 900):
            curve = capacity_curve(lengths, count, hidden_size, steps)
            print(f"{steps:4} steps:", *(f"{a:.3f} at length {n}" for n, a in curve.items()))
