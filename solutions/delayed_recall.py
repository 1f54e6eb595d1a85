# %% [markdown]
# # Say again what was said
#
# Someone reads you random digits, one after another, and you are to answer each with the one you
# heard *five digits ago*. Nothing in the digits helps you: they have no rule. You have to keep the
# last five in mind, always, and in order. Psychologists call it the *n-back* task and measure
# working memory with it; three back is hard already.
#
# Here a network plays it. You say what the right answers are, build the network, train it, and
# measure how far back it can reach, and how far back its *gradient* reaches: what happened k steps
# ago can only be learnt if the error finds its way back over k steps.
#
# The letters that stand for sizes, here and in every docstring:
#
# | letter | size of |
# |---|---|
# | B | batch: how many sequences are read side by side |
# | T | time: how many tokens a sequence has |
# | V | vocabulary: how many different tokens there are |
# | E | embedding: the vector that stands for one token |
# | H | hidden state: the vector that carries the memory |
#
# `Int64[Tensor, "B T"]` in a signature is a tensor of whole numbers with B rows of T steps. When a
# check finds something wrong, `hint("masking")` (or another group's name) shows a hint for it.

# %%
from collections.abc import Iterable

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from autograder import check, exploration, hint

torch.set_num_threads(1)  # networks as small as this one are faster on one thread

# %% [markdown]
# ## The game
#
# `random_tokens` is ready to use: every call with another `seed` draws other sequences. With a
# delay of 2, these are the answers that are due. For the first two steps there is none, nothing was
# said long enough ago: the number -100, which is no token, stands there and says *do not count*.
#
# ```text
# tokens          3    1    4    1    5
# targets      -100 -100    3    1    4
# ```


# %%
def random_tokens(batch_size: int, length: int, vocab_size: int, seed: int) -> Int64[Tensor, "B T"]:
    """Tokens drawn evenly from 0..V-1: int64 (B, T), the same for the same arguments.

    batch_size is B, length is T, vocab_size is V.
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(vocab_size, (batch_size, length), generator=generator)


# %%
def delayed_targets(
    tokens: Int64[Tensor, "B T"], delay: int, ignore_index: int = -100
) -> Int64[Tensor, "B T"]:
    """The token that stood `delay` steps earlier in the same row, at each step.

    tokens: int64 (B, T); not changed. delay: 0 or more.
    Returns int64 (B, T). Where nothing stood `delay` steps earlier, it holds `ignore_index`: with
    delay >= T everywhere. With delay 0 it is a copy of `tokens`.
    """
    ### BEGIN SOLUTION
    # Nothing is a target at first; then the part of each row that comes back is filled in.
    targets = torch.full_like(tokens, ignore_index)
    # T - delay would be negative for a long delay, and then count from the end: hence the max.
    kept = max(tokens.shape[1] - delay, 0)
    # Slices from the front: tokens[:, :-delay] would be empty for delay 0, where all is due.
    targets[:, delay:] = tokens[:, :kept]
    return targets
    ### END SOLUTION


# %% [markdown]
# ## What counts
#
# The loss and the accuracy are means over the positions that *have* a target, and over nothing
# else. Mind the case that none has one: a mean over nothing is 0/0, and a nan in the loss spreads
# to every weight. Here such a mean is 0.


# %%
def masked_loss(
    logits: Float[Tensor, "B T V"], targets: Int64[Tensor, "B T"], ignore_index: int = -100
) -> Float[Tensor, ""]:
    """The mean cross-entropy, in nats, over the positions that have a target.

    logits: float32 (B, T, V). targets: int64 (B, T), tokens or `ignore_index` for no target.
    Returns a float32 tensor without dimensions, with its graph. Where no position has a target it
    is 0.0: never nan, still differentiable, so `backward()` works and gives no gradient but 0.
    """
    ### BEGIN SOLUTION
    # The sum, not the mean: torch's mean over nothing is nan, its sum is 0 and keeps the graph.
    total = nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=ignore_index, reduction="sum"
    )
    return total / (targets != ignore_index).sum().clamp(min=1)
    ### END SOLUTION


def masked_accuracy(
    logits: Float[Tensor, "B T V"], targets: Int64[Tensor, "B T"], ignore_index: int = -100
) -> float:
    """How often the token with the highest logit is the target, where there is one.

    logits: float32 (B, T, V). targets: int64 (B, T), tokens or `ignore_index` for no target.
    Returns a float in [0, 1]: right positions over those that have a target; 0.0 where none has.
    """
    ### BEGIN SOLUTION
    counts = targets != ignore_index
    right = (logits.argmax(dim=-1) == targets) & counts
    # item() gives plain integers; max keeps "no target at all" from dividing by 0.
    return right.sum().item() / max(counts.sum().item(), 1)
    ### END SOLUTION


# %%
check("masking")

# %% [markdown]
# ## The network
#
# `embed` turns a token into a vector (V → E), `rnn` mixes it into the memory (E → H), `fc` reads
# off the memory a score for every token (H → V). Three kinds of memory are to choose from:
#
# - `"rnn"`, the plain one: everything is written anew at every step;
# - `"gru"`: a gate decides what is kept as it is;
# - `"lstm"`: the same idea, older, with two states, so that its memory is a *pair* of tensors.


# %%
class RecallRNN(nn.Module):
    """Reads tokens one by one and scores, after each, every token as the answer."""

    def __init__(
        self, vocab_size: int, embedding_dim: int, hidden_size: int, cell: str = "rnn"
    ) -> None:
        """Make the submodules `embed` (V → E), `rnn` (E → H) and `fc` (H → V).

        vocab_size is V, embedding_dim is E, hidden_size is H. cell: "rnn", "gru" or "lstm".
        Raises ValueError for any other cell.
        """
        super().__init__()
        ### BEGIN SOLUTION
        layers = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
        if cell not in layers:
            raise ValueError(f"cell is one of {', '.join(layers)}, not {cell!r}")
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        # batch_first keeps every tensor (B, T, ...), so that nothing has to be transposed later.
        self.rnn = layers[cell](embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)
        ### END SOLUTION

    def forward(
        self,
        tokens: Int64[Tensor, "B T"],
        hidden: Float[Tensor, "1 B H"] | tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "1 B H"] | tuple[Tensor, Tensor]]:
        """Read `tokens` from left to right, starting with the memory `hidden`.

        hidden: the state before the first token, float32 (1, B, H), for "lstm" a pair of those;
        None means zeros.
        Returns (logits, hidden): logits float32 (B, T, V), where logits[:, t] depends on tokens
        0..t and the incoming state only; hidden is the state after the last token, of the same
        form as the incoming one. Gradients flow through all steps, through the state that comes in
        and the state that is returned.
        """
        ### BEGIN SOLUTION
        # torch's layers take None for zeros, and the pair of an LSTM passes through as it is.
        # Nothing is detached: what cannot flow back cannot be learnt.
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden
        ### END SOLUTION


# %%
check("shapes")

# %% [markdown]
# ## How far back does the error reach?
#
# Look at the last step's answer alone. How much would the loss change if the network had *seen*
# something slightly different k steps earlier? That is the gradient of the loss with respect to
# what `embed` gave at that step, and its size says how loudly the error is heard there.
#
# So: cross-entropy of the last step's logits, gradient with respect to the output of `embed`, and
# of its B·E numbers at each step the norm. Entry 0 is the last step itself, entry k is k steps
# earlier. To get hold of the output of `embed`, call the three parts one after the other, or look
# up `register_forward_hook`.


# %%
def gradient_by_lag(
    model: nn.Module, tokens: Int64[Tensor, "B T"], targets: Int64[Tensor, "B"]
) -> Float[Tensor, "T"]:
    """How strongly the last step's loss depends on what was read k steps earlier.

    model: has `embed`, `rnn` (batch first) and `fc`, as a RecallRNN does; its weights are not
    changed. tokens: int64 (B, T). targets: int64 (B,), the answer due at the last step of each row.
    Returns float32 (T,): entry k is the norm (root of the sum of squares, over batch and embedding)
    of the gradient of the loss with respect to the output of `model.embed` at step T-1-k, where the
    loss is the cross-entropy of the last step's logits, mean over the B rows.
    """
    ### BEGIN SOLUTION
    # Detached, the vectors are a beginning of their own, and autograd can be asked about them.
    vectors = model.embed(tokens).detach().requires_grad_()
    states, _ = model.rnn(vectors)
    loss = nn.functional.cross_entropy(model.fc(states[:, -1]), targets)
    # grad() instead of backward(): the gradients of the weights stay as they were.
    (gradient,) = torch.autograd.grad(loss, vectors)
    # (B, T, E) -> one norm for each step; flipped, so that the last step comes first.
    return gradient.norm(dim=(0, 2)).flip(0)
    ### END SOLUTION


# %%
check("gradients")

# %% [markdown]
# ## Practice
#
# Every step draws a **fresh batch**. That is the point of the whole exercise: a network that sees
# the same sequences again and again learns *these sequences*, by heart, and knows nothing about
# others. And it is scored on sequences that it has not seen: only then the number means recall.
#
# Now and then a recurrent network meets a cliff, where the gradient is enormous. So gradients are
# *clipped*: if the norm of all of them together is above 1, they are scaled down to a norm of 1.


# %%
def train_recall(
    model: nn.Module,
    delay: int,
    length: int,
    vocab_size: int,
    steps: int,
    batch_size: int = 32,
    lr: float = 5e-3,
    seed: int = 0,
) -> list[float]:
    """Train `model` with Adam to recall, gradient norm clipped to 1; a fresh batch for each step.

    model: called as model(tokens), it gives (logits, hidden), as a RecallRNN does. length is T,
    vocab_size is V, batch_size is B, lr is Adam's. Every step draws B new random sequences, and
    counts the positions that have a target.
    Returns the loss before each step in order: `steps` floats, in nats per token. They and the
    weights are the same for the same seed whatever ran before; another seed draws other sequences.
    """
    ### BEGIN SOLUTION
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    # One seed for each batch, drawn from the one given: seed + step would make the runs with seed 0
    # and with seed 1 read the same batches, one step apart, and evaluation draw with seed 1 too.
    seeds = torch.randint(2**60, (steps,), generator=torch.Generator().manual_seed(seed))
    losses = []
    for batch_seed in seeds.tolist():
        tokens = random_tokens(batch_size, length, vocab_size, batch_seed)
        # Each batch starts from no memory: these sequences do not go on from the last ones.
        logits, _ = model(tokens)
        loss = masked_loss(logits, delayed_targets(tokens, delay))
        optimizer.zero_grad()
        loss.backward()
        # Between backward and step: only there do the gradients exist and still matter.
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses
    ### END SOLUTION


def evaluate_recall(
    model: nn.Module,
    delay: int,
    length: int,
    vocab_size: int,
    batch_size: int = 256,
    seed: int = 1,
) -> float:
    """The share of positions with a target where `model` recalls it, on fresh sequences.

    model: as for train_recall. length is T, vocab_size is V, batch_size is B.
    Returns a float in [0, 1], the same for the same seed whatever ran before; another seed draws
    other sequences. Builds no graph, and leaves the model in the mode (train or eval) it was in.
    """
    ### BEGIN SOLUTION
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    with torch.no_grad():
        logits, _ = model(tokens)
    return masked_accuracy(logits, delayed_targets(tokens, delay))
    ### END SOLUTION


# %% [markdown]
# One number for one delay is not much. `recall_curve` asks the same for several, each time of a new
# network that has learnt this one delay.


# %%
def recall_curve(
    delays: Iterable[int],
    vocab_size: int = 8,
    hidden_size: int = 64,
    steps: int = 400,
    seed: int = 0,
    cell: str = "rnn",
) -> dict[int, float]:
    """How well a RecallRNN recalls at each delay, after `steps` steps of training on it.

    vocab_size is V, hidden_size is H, the embedding has E = 16. For each delay a new model is
    trained by `train_recall` and measured by `evaluate_recall`, both with sequences of length
    max(20, 2·delay) and with their own batch sizes and learning rate.
    Returns {delay: accuracy, a float in [0, 1]}, the same for the same arguments whatever ran
    before; another seed draws other sequences and other weights.
    """
    ### BEGIN SOLUTION
    curve = {}
    for delay in delays:
        length = max(20, 2 * delay)
        # The weights come from the global generator, so that is seeded too, for each model anew:
        # what one delay gets does not depend on the others.
        torch.manual_seed(seed)
        model = RecallRNN(vocab_size, 16, hidden_size, cell)
        train_recall(model, delay, length, vocab_size, steps, seed=seed)
        curve[delay] = evaluate_recall(model, delay, length, vocab_size, seed=seed + 1)
    return curve
    ### END SOLUTION


# %%
check("accuracy")

# %% [markdown]
# ## Look inside
#
# The rest is for looking and playing; nothing below is graded, but for the extra credit.
#
# **How far back it reaches.** For each delay a new network, 400 steps of 32 sequences. Blind
# guessing is right once in V times.
#
# You may have read that GRU and LSTM remember longer than a plain RNN. After so few steps they do
# not: at delay 8 they are clearly *behind*, at 12 nobody is good. A gate has to learn to hold on
# before it helps, and that takes its time.

# %%
CELLS = {"rnn": ("plain RNN", "ko-"), "gru": ("GRU", "ks--"), "lstm": ("LSTM", "k^:")}

if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt
        from tqdm.auto import tqdm

        figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
        for cell, (name, style) in CELLS.items():
            curve = {}
            for delay in tqdm((2, 5, 8, 12), name, leave=False, unit="delay"):
                curve |= recall_curve([delay], cell=cell)
            axes.plot(list(curve), list(curve.values()), style, label=name)
        axes.axhline(1 / 8, color="0.5", linewidth=0.8, label="chance, 1/V")
        axes.set(xlabel="delay (steps)", ylabel="recalled (share of targets)", ylim=(0, 1.05))
        axes.set_title("New sequences, after 400 steps of training", fontsize=11)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 0.14))
        plt.show()

# %% [markdown]
# **What more steps do.** The same three at delay 8, for longer: the gated ones catch up, and after
# 1600 steps there is little between the three. So the number after 400 steps says how fast they
# learn, not how far they can reach. (Training goes on in portions of 400 steps, each with an Adam
# of its own.)

# %%
if __name__ == "__main__":
    with exploration():
        delay, length, portions = 8, 20, 4

        trained = {}
        figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
        for cell, (name, style) in CELLS.items():
            torch.manual_seed(0)
            trained[cell] = RecallRNN(8, 16, 64, cell)
            reached = []
            for portion in tqdm(range(portions), name, leave=False, unit="portion"):
                train_recall(trained[cell], delay, length, 8, steps=400, seed=portion)
                reached.append(evaluate_recall(trained[cell], delay, length, 8, seed=99))
            axes.plot([400 * (n + 1) for n in range(portions)], reached, style, label=name)
        axes.axhline(1 / 8, color="0.5", linewidth=0.8, label="chance, 1/V")
        axes.set(xlabel="training (steps)", ylabel="recalled (share of targets)", ylim=(0, 1.05))
        axes.set_title(f"Recall at delay {delay}, on new sequences", fontsize=11)
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.14))
        plt.show()

# %% [markdown]
# **How far back the error is heard.** On the left, networks that have learnt nothing yet. On this
# axis, a straight line is a gradient that shrinks by the same factor at every step: after ten steps
# a hundredth or less is left. The plain RNN starts loudest and fades fastest, so the gates win only
# far back. On the right, the networks from above: here the gradient hardly fades, and is largest
# where the answer is. They had to learn that through the faint one.

# %%
if __name__ == "__main__":
    with exploration():
        tokens = random_tokens(256, length, 8, seed=2)
        answers = tokens[:, -1 - delay]

        figure, (left, right) = plt.subplots(
            1, 2, figsize=(9, 3.8), sharex=True, sharey=True, layout="constrained"
        )
        for cell, (name, style) in CELLS.items():
            torch.manual_seed(0)
            fresh = RecallRNN(8, 16, 64, cell)
            left.plot(gradient_by_lag(fresh, tokens, answers), style, markersize=4, label=name)
            after = gradient_by_lag(trained[cell], tokens, answers)
            right.plot(after, style, markersize=4, label=name)
        left.set_title("before training", fontsize=11)
        right.set_title(f"after {400 * portions} steps at delay {delay}", fontsize=11)
        left.set(yscale="log", ylabel="norm of the gradient (nats per unit)")
        for axes in (left, right):
            axes.axvline(delay, color="0.7", linewidth=0.8)
            axes.set(xlabel="lag (steps back)", xticks=range(0, length, 4))
        left.legend(frameon=False)
        plt.show()

# %% [markdown]
# **Recall, or learnt by heart?** The script that this exercise comes from trains on one random
# sequence and scores on *that same sequence*. It reaches 100 % at delay 5 every time, though the
# text around it promises less. Here is the same idea: one sequence, again and again. On new
# sequences the network does little better than guess: it has learnt this sequence, not the game.

# %%
if __name__ == "__main__":
    with exploration():
        torch.manual_seed(0)
        model = RecallRNN(8, 16, 64)
        optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
        tokens = random_tokens(1, 20, 8, seed=3)
        targets = delayed_targets(tokens, 5)
        for _ in range(200):
            optimizer.zero_grad()
            masked_loss(model(tokens)[0], targets).backward()
            optimizer.step()
        print(f"the one sequence it knows: {masked_accuracy(model(tokens)[0], targets):.2f}")
        print(f"sequences it has not seen: {evaluate_recall(model, 5, 20, 8):.2f}")

# %% [markdown]
# ## Extra credit: twenty steps
#
# After 400 steps the plain RNN recalls about half at delay 12, and at 20 it is still at chance: the
# error of a token that was read twenty steps ago comes through twenty steps that each make it
# fainter.
#
# Write a function that makes *and trains* a model which recalls at **delay 20** with an accuracy of
# at least **0.95** on new sequences (V = 8, T = 40). Everything is yours to choose: the cell, the
# size, how its weights start, how training goes, from short delays to long ones, say. You have ten
# seconds of one processor. It is worth 2 points on top of the 10; leaving it costs nothing.


# %%
def recall_far(delay: int, length: int, vocab_size: int, seed: int = 0) -> nn.Module:
    """A model, made and trained here, that recalls at a long delay.

    length is T, vocab_size is V. Everything random follows from the seed.
    Returns a model that is called as a RecallRNN is: model(tokens int64 (B, T)) gives (logits
    float32 (B, T, V), hidden).
    """
    ### BEGIN SOLUTION
    # A plain RNN whose memory starts as a shelf of delay + 1 places for `width` numbers each: what
    # is read goes to the first place, and all the rest moves on by one. Such a shift is orthogonal:
    # over its length it neither shrinks nor blows up what passes, forwards or backwards, and only
    # tanh wears it down a little. So the token from `delay` steps ago is there from the first
    # moment. What is left to learn is where on the shelf it stands, and which token it is.
    width = 8
    torch.manual_seed(seed)
    model = RecallRNN(vocab_size, width, width * (delay + 1))
    with torch.no_grad():
        nn.init.eye_(model.rnn.weight_ih_l0)
        model.rnn.weight_hh_l0.copy_(torch.eye(width * (delay + 1)).roll(width, dims=0))
        model.rnn.weight_hh_l0[:width] = 0  # the last place falls off instead of coming round
        model.rnn.bias_ih_l0.zero_()
        model.rnn.bias_hh_l0.zero_()
    # Reading off the memory is to be learnt fast. The memory works already: with steps as large,
    # Adam would shake the shelf to pieces before anything could be read off it.
    memory = [*model.embed.parameters(), *model.rnn.parameters()]
    optimizer = torch.optim.Adam(
        [{"params": model.fc.parameters(), "lr": 0.1}, {"params": memory, "lr": 3e-4}]
    )
    seeds = torch.randint(2**60, (80,), generator=torch.Generator().manual_seed(seed))
    for batch_seed in seeds.tolist():
        tokens = random_tokens(32, length, vocab_size, batch_seed)
        loss = masked_loss(model(tokens)[0], delayed_targets(tokens, delay))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model
    ### END SOLUTION


# %%
check("extra")

# %% [markdown]
# If yours works, look at *why* before you are proud of it. A memory that is laid out as a row of
# places from the start was not learnt: its builder knew the delay. Is that still learning? The
# gradient of such a network says something about it.

# %%
if __name__ == "__main__":
    with exploration():
        far = recall_far(20, 40, 8)
        print(f"recalled at delay 20: {evaluate_recall(far, 20, 40, 8, seed=5):.3f}")

        tokens = random_tokens(256, 40, 8, seed=6)
        wrong = (
            tokens[:, -21] + 1
        ) % 8  # asked for a wrong answer, it has something to complain of
        figure, axes = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
        axes.plot(gradient_by_lag(far, tokens, wrong), "ko-", markersize=4, label="recall_far")
        axes.axvline(20, color="0.7", linewidth=0.8)
        axes.set(
            yscale="log", xlabel="lag (steps back)", ylabel="norm of the gradient (nats per unit)"
        )
        axes.set_title("Where recall_far listens", fontsize=11)
        plt.show()

# %% [markdown]
# **Your turn.** Play the game yourself: how many digits back can you go? Then change the
# network's: does a smaller vocabulary make it easier? Does a longer sequence, with more targets in
# it? Which delay can a memory of eight units still reach?

# %%
if __name__ == "__main__":
    with exploration():
        delay, vocab_size, hidden_size, steps = 4, 3, 8, 400  # change them

        curve = recall_curve([delay], vocab_size, hidden_size, steps)
        print(f"V = {vocab_size}, H = {hidden_size}: {curve[delay]:.2f} at delay {delay}")
