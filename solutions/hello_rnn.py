# %% [markdown]
# # Hello, RNN
#
# Spell *hello* aloud, one letter at a time. After **h** comes **e**, after **e** comes **l**. And
# after **l**? Once another **l**, once an **o**. The letter in front of you does not settle it: you
# have to remember what came before.
#
# So does the small network you write here. It reads one character at a time, keeps what it has
# read in a *hidden state*, and says which character comes next. By the end of this page it spells.
#
# The letters that stand for sizes, here and in every docstring:
#
# | letter | size of |
# |---|---|
# | B | batch: how many texts are read side by side |
# | T | time: how many characters are read in a row |
# | V | vocabulary: how many different characters there are |
# | E | embedding: the vector that stands for one character |
# | H | hidden state: the vector that carries the memory |
#
# The signatures say what goes in and what comes out: `Int64[Tensor, "B T"]` is a tensor of whole
# numbers with B rows of T steps, `Float[Tensor, "1 B H"]` a hidden state. The docstrings say what
# each piece must do; how you do it is up to you.
#
# Stuck? After `check("shapes")`, `hint("shapes")` shows a hint for whatever the check found wrong.

# %%
import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from autograder import check, exploration, hint

# %% [markdown]
# ## From characters to numbers
#
# A network reads numbers, so every character gets one. These two functions are ready to use:
# `build_vocab("hello")` is `{"e": 0, "h": 1, "l": 2, "o": 3}`, so V = 4.


# %%
def build_vocab(text: str) -> dict[str, int]:
    """The unique characters of `text`, sorted, numbered from 0."""
    return {character: number for number, character in enumerate(sorted(set(text)))}


def encode(text: str, vocab: dict[str, int]) -> Int64[Tensor, "T"]:
    """The numbers of the characters of `text`, all of them in `vocab`."""
    return torch.tensor([vocab[character] for character in text], dtype=torch.int64)


# %% [markdown]
# ## What to read, what to say
#
# The text is its own teacher: the right answer at each character is the character after it. The
# last one has nothing after it, so a text of T characters makes **T - 1** pairs. For *hello* those
# are h→e, e→l, l→l, l→o.


# %%
def next_char_pairs(
    text: str, vocab: dict[str, int]
) -> tuple[Int64[Tensor, "1 T-1"], Int64[Tensor, "1 T-1"]]:
    """Inputs and targets of one text, as a batch of one.

    text: T characters, all of them in `vocab`.
    Returns (inputs, targets): targets[0, t] is the character that follows inputs[0, t] in the text.
    """
    ### BEGIN SOLUTION
    # Two views of one tensor, one step apart; `None` adds the batch axis in front.
    tokens = encode(text, vocab)
    return tokens[None, :-1], tokens[None, 1:]
    ### END SOLUTION


# %% [markdown]
# ## The network
#
# Three parts in a row: `embed` turns a character into a vector (V → E), `rnn` mixes that vector
# into the memory (E → H), `fc` reads off the memory a score for every possible next character
# (H → V).
#
# For `rnn`, PyTorch's own layer, its single-step cell, or a recurrence of your own are equally
# good. Whichever you take, mind which axis is the batch and which is time.


# %%
class SimpleRNN(nn.Module):
    """Reads characters one by one and scores, after each, every possible next one."""

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_size: int) -> None:
        """Make the submodules `embed` (V → E), `rnn` (E → H) and `fc` (H → V).

        vocab_size is V, embedding_dim is E, hidden_size is H.
        """
        super().__init__()
        ### BEGIN SOLUTION
        # batch_first keeps every tensor (B, T, ...), so that nothing has to be transposed later.
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)
        ### END SOLUTION

    def forward(
        self, tokens: Int64[Tensor, "B T"], hidden: Float[Tensor, "1 B H"]
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "1 B H"]]:
        """Read `tokens` from left to right, starting with the memory `hidden`.

        hidden: the state before the first token.
        Returns (logits, hidden): logits[:, t] depends on tokens 0..t and the incoming state only;
        hidden is the state after the last token. Both are float32. Gradients flow through the
        state that comes in and the state that is returned.
        """
        ### BEGIN SOLUTION
        # `states` holds the memory after every step (B, T, H); `fc` looks at each step alone.
        # Nothing is detached here: where to cut is for the training loop to decide.
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden
        ### END SOLUTION

    def init_hidden(self, batch_size: int) -> Float[Tensor, "1 B H"]:
        """The empty memory: float32 zeros, where B is batch_size."""
        ### BEGIN SOLUTION
        # A fresh tensor each time: no reader starts with what another has left behind.
        return torch.zeros(1, batch_size, self.rnn.hidden_size)
        ### END SOLUTION


# %%
check("shapes")

# %% [markdown]
# ## One step of learning
#
# Compare what the network says with what it should have said, and move the weights a little.
#
# One thing to watch is the hidden state. A state that comes out of a step still holds the whole
# computation that made it. **Detach** it, and only its numbers stay: you remember what you read
# yesterday without reading it all over again. Otherwise the next step would send its gradients back
# into a computation that is over and gone.


# %%
def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
    hidden: Float[Tensor, "1 B H"],
) -> tuple[float, Float[Tensor, "1 B H"]]:
    """Make one optimizer step on one batch.

    hidden: possibly with a history of its own, which no gradient may enter: it is detached first.
    The loss is the mean cross-entropy (in nats) over all B·T positions.
    Returns (loss, hidden): the loss before the step as a float, and the state that the model
    returns for these inputs, detached.
    """
    ### BEGIN SOLUTION
    # Detached on the way in and again on the way out: each end is safe whoever holds the other.
    logits, hidden = model(inputs, hidden.detach())
    # cross_entropy wants the classes on axis 1: B·T rows of V scores, B·T answers.
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    # Gradients add up from call to call, so the old ones go first.
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    # item() gives a plain number; a tensor would keep the graph alive in the list of losses.
    return loss.item(), hidden.detach()
    ### END SOLUTION


# %%
check("detachment")

# %% [markdown]
# ## Practice
#
# Read the word again and again, one step each time. Every reading, an *epoch*, starts from a **zero
# state**: later the network will spell from an empty memory, so it should practise from one.


# %%
def fit(
    model: SimpleRNN,
    inputs: Int64[Tensor, "B T"],
    targets: Int64[Tensor, "B T"],
    epochs: int = 100,
    lr: float = 0.01,
) -> list[float]:
    """Train `model` on one batch with Adam, one step an epoch, each from a zero state.

    B may be any number of texts of one length. lr is Adam's learning rate.
    Returns the loss of each epoch in order: `epochs` floats, in nats per character.
    """
    ### BEGIN SOLUTION
    # One optimizer for the whole run: Adam keeps averages that a new one would forget.
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        # The returned state is dropped: carried over, it would make "the beginning of the word"
        # look different in every epoch, and never the way `spell` will see it.
        hidden = model.init_hidden(inputs.shape[0])
        loss, _ = train_step(model, optimizer, inputs, targets, hidden)
        losses.append(loss)
    return losses
    ### END SOLUTION


# %% [markdown]
# ## Now spell
#
# Given *hell*, a network that has learnt its word says *ello*: after every character it reads, the
# one it expects next.


# %%
def spell(model: SimpleRNN, text: str, vocab: dict[str, int]) -> str:
    """The character the model expects after each character of `text`, read from a zero state.

    text: T characters, all of them in `vocab`. Returns T characters, each the one with the
    highest score at its step; "" for "". Builds no graph, and leaves the model in the mode
    (train or eval) it was in.
    """
    ### BEGIN SOLUTION
    # nn.RNN refuses a sequence without steps, and there is nothing to say anyway.
    if not text:
        return ""
    # One pass over the whole text: logits[0, t] has seen text[:t+1] and nothing after it.
    with torch.no_grad():
        logits, _ = model(encode(text, vocab)[None], model.init_hidden(1))
    # `vocab` leads from character to number; the way back is the same table turned round.
    characters = {number: character for character, number in vocab.items()}
    return "".join(characters[number] for number in logits[0].argmax(dim=-1).tolist())
    ### END SOLUTION


# %%
check("accuracy")

# %% [markdown]
# ## Look inside
#
# The rest is for looking and playing; nothing below is graded. Two helpers first: `learn` trains a
# fresh network on a word, `picture` draws its memory while it reads.


# %%
def learn(
    word: str, hidden_size: int = 32, seed: int = 0
) -> tuple[SimpleRNN, dict[str, int], list[float]]:
    """A network trained on `word` (two characters or more), its vocabulary, its losses in nats."""
    vocab = build_vocab(word)
    torch.manual_seed(seed)
    model = SimpleRNN(len(vocab), embedding_dim=10, hidden_size=hidden_size)
    return model, vocab, fit(model, *next_char_pairs(word, vocab))


def picture(model: SimpleRNN, text: str, vocab: dict[str, int]) -> None:
    """Draw the hidden state (H rows) after each character of `text` (T columns)."""
    import matplotlib.pyplot as plt

    hidden, columns = model.init_hidden(1), []
    for token in encode(text, vocab):
        with torch.no_grad():
            _, hidden = model(token.view(1, 1), hidden)
        columns.append(hidden[0, 0])
    states = torch.stack(columns, dim=1)  # (H, T)
    # A space would leave a gap under the axis, so it is drawn as a sign.
    pairs = zip(text, spell(model, text, vocab), strict=False)
    labels = [f"{read}\n↓\n{said}".replace(" ", "␣") for read, said in pairs]

    _, axes = plt.subplots(figsize=(min(2.5 + 0.5 * len(text), 14), 4.5), layout="constrained")
    image = axes.imshow(states.numpy(), cmap="gray", vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(text)), labels, fontsize=12)
    axes.set_xlabel("character read ↓ predicted next")
    axes.set_ylabel("hidden unit (number)")
    axes.set_title(f"Memory while reading “{text}”", fontsize=11)
    plt.colorbar(image, ax=axes, label="activation (no unit)")
    plt.show()


# %% [markdown]
# **The loss.** The dashed line is what blind guessing costs: ln V nats per character.

# %%
if __name__ == "__main__":
    with exploration():
        import math

        import matplotlib.pyplot as plt

        model, vocab, losses = learn("hello")
        print("hell →", spell(model, "hell", vocab))

        figure, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
        axes.plot(range(1, len(losses) + 1), losses, color="black", label="SimpleRNN")
        axes.axhline(math.log(len(vocab)), color="black", linestyle="--", label="blind guessing")
        axes.set_xlabel("epoch (number)")
        axes.set_ylabel("loss (nats per character)")
        axes.set_ylim(bottom=0)
        axes.set_title("Learning to spell “hello”", fontsize=11)
        axes.legend(frameon=False)
        plt.show()

# %% [markdown]
# **The memory.** One column for each character read: black is -1, white is +1. Compare the two
# columns of **l**. The letter is the same, the memory is not, and that is how the network knows
# which of the two it has just read.

# %%
if __name__ == "__main__":
    with exploration():
        model, vocab, _ = learn("hello")
        picture(model, "hell", vocab)

# %% [markdown]
# **Your turn.** How much memory does a word need? In *mississippi* an **s** is followed by **s** or
# **i**, an **i** by **s** or **p**. Someone who sees only the current letter gets at most 6 of 10
# right. Below, networks with ever larger memories try; put in your own name, a tongue twister, a
# word from another language. Which word is the hardest you can find?

# %%
if __name__ == "__main__":
    with exploration():
        word = "mississippi"  # any text of two characters or more

        for hidden_size in (1, 2, 4, 8, 32):
            model, vocab, _ = learn(word, hidden_size)
            said = spell(model, word[:-1], vocab)
            right = sum(a == b for a, b in zip(said, word[1:], strict=False))
            print(f"H = {hidden_size:2}: {word[:-1]} → {said}  {right} of {len(said)} right")
        picture(model, word[:-1], vocab)
