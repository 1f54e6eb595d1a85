# %% [markdown]
# # Haiku, one character at a time
#
# A haiku is three short lines: a season, a picture, a turn. Yours will be written by a network that
# knows no season and no word. It reads a few hundred poems character by character, guesses at each
# one what comes next, and once it guesses well, it is allowed to go on by itself.
#
# The letters that stand for sizes, here and in every docstring:
#
# | letter | size of |
# |---|---|
# | N | a text: how many characters it has |
# | B | batch: how many stretches of text are read side by side |
# | T | time: how many characters are read in a row |
# | V | vocabulary: how many different characters there are |
# | E | embedding: the vector that stands for one character |
# | H | hidden state: the vector that carries the memory |
#
# Tokens are `int64 (B, T)`, logits `float32 (B, T, V)`, a hidden state `float32 (1, B, H)`. If a
# check is not content, `hint("text")` (or another group) has a nudge for whatever it found.

# %%
import copy
import functools
import math
import re
from pathlib import Path

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from autograder import check, corpus, exploration, hint

# %% [markdown]
# ## The poems
#
# Ready to use: `load_haiku()` gives the course's poems, `load_haiku("my.txt")` those of a file of
# yours. `split` holds every tenth poem back: who is good at unread poems has learnt about poems.


# %%
def load_haiku(path: str | Path | None = None) -> list[str]:
    """The poems of a UTF-8 text file with blank lines between them; None: the course's own.

    Their lines are separated by "\\n", without spaces at their ends.
    Raises FileNotFoundError if there is no such file, ValueError if no poem can be read from it.
    """
    source = corpus("haiku.txt") if path is None else Path(path)
    if not source.is_file():
        raise FileNotFoundError(f"There is no file {source}: give the path of a text file.")
    lines = source.read_text(encoding="utf-8-sig").splitlines()
    text = "\n".join(line.strip() for line in lines).strip()
    if not text:
        raise ValueError(f"{source} is empty: put poems in it, with a blank line between them.")
    return re.split(r"\n{2,}", text)


def split(poems: list[str]) -> tuple[str, str]:
    """A text to learn from, and one of every tenth poem, held back; a blank line ends a poem."""
    training = [poem for number, poem in enumerate(poems) if number % 10 != 9]
    return "".join(f"{poem}\n\n" for poem in training), "".join(f"{p}\n\n" for p in poems[9::10])


def build_vocab(text: str) -> dict[str, int]:
    """The unique characters of `text`, sorted, numbered from 0."""
    return {character: number for number, character in enumerate(sorted(set(text)))}


# %% [markdown]
# ## Text to numbers and back
#
# Spaces and line breaks are characters like any other: where a line ends is part of the poem.


# %%
def encode(text: str, vocab: dict[str, int]) -> Int64[Tensor, "T"]:
    """The numbers of the characters of `text`: int64 (T,), also for "", where T is 0.

    Raises KeyError for a character that is not in `vocab`; its message shows the character.
    """
    ### BEGIN SOLUTION
    # A dict raises that KeyError by itself. Without dtype, an empty list makes a float tensor.
    return torch.tensor([vocab[character] for character in text], dtype=torch.int64)
    ### END SOLUTION


def decode(ids: Int64[Tensor, "T"], vocab: dict[str, int]) -> str:
    """The text that `ids` int64 (T,) are the numbers of: decode(encode(s, v), v) == s."""
    ### BEGIN SOLUTION
    # `vocab` leads from character to number; the way back is the same table turned round.
    characters = {number: character for character, number in vocab.items()}
    return "".join(characters[number] for number in ids.tolist())
    ### END SOLUTION


# %%
check("text")

# %% [markdown]
# ## Rows to read side by side
#
# One long text is slow to read. So it is cut into B stretches of equal length that are read side by
# side, a row each: with B = 3, *abcdefghijk* becomes *abc*, *def*, *ghi*, and *jk* is left over and
# dropped. Reading a row is reading the text itself; that is what makes a memory useful.


# %%
def batchify(ids: Int64[Tensor, "N"], batch_size: int) -> Int64[Tensor, "B N//B"]:
    """Cut `ids` into B = batch_size rows: int64 (B, N // B), row r the r-th contiguous stretch.

    The N % B numbers left over at the end are dropped. Raises ValueError if N < B.
    """
    ### BEGIN SOLUTION
    length = len(ids) // batch_size
    if length == 0:
        raise ValueError(f"{len(ids)} characters do not fill {batch_size} rows: use fewer rows")
    # view fills row after row, which is what contiguous stretches are.
    return ids[: batch_size * length].view(batch_size, length)
    ### END SOLUTION


# %% [markdown]
# ## Windows through time
#
# Gradients cannot go back through thousands of characters, so rows are read in windows of a few
# dozen. The right answer to a window's last character is the first of the next window: **no
# prediction is lost at a seam**, and none is made twice.


# %%
Windows = list[tuple[Int64[Tensor, "B w"], Int64[Tensor, "B w"]]]


def windows(stream: Int64[Tensor, "B N"], window: int) -> Windows:
    """Cut `stream` into (inputs, targets), each int64 (B, w), in the order of the text.

    targets[:, t] is the character after inputs[:, t] in the stream. w is `window`; only the last
    pair may be shorter. Together the pairs hold each of the N - 1 predictions of a row once.
    Raises ValueError if window < 1.
    """
    ### BEGIN SOLUTION
    if window < 1:
        raise ValueError(f"window is {window}: a window needs at least one step")
    # Shift first, cut afterwards: so each target is found across a seam as well.
    inputs, targets = stream[:, :-1], stream[:, 1:]
    starts = range(0, inputs.shape[1], window)
    return [(inputs[:, i : i + window], targets[:, i : i + window]) for i in starts]
    ### END SOLUTION


# %% [markdown]
# ## The network
#
# Character to vector (V → E), vector into memory (E → H), memory to scores (H → V), as for *hello*.
# The memory may be a plain RNN or a GRU, PyTorch's or your own.


# %%
class CharRNN(nn.Module):
    """Reads characters one by one and scores, after each, every possible next one."""

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_size: int) -> None:
        """vocab_size is V, embedding_dim is E, hidden_size is H."""
        super().__init__()
        ### BEGIN SOLUTION
        # batch_first keeps every tensor (B, T, ...), so that nothing has to be transposed later.
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.GRU(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)
        ### END SOLUTION

    def forward(
        self, tokens: Int64[Tensor, "B T"], hidden: Float[Tensor, "1 B H"] | None = None
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "1 B H"]]:
        """Read `tokens` from left to right, starting with the memory `hidden` (None: zeros).

        Returns (logits, hidden): logits float32 (B, T, V), where logits[:, t] depends on tokens
        0..t and the incoming state only; hidden float32 (1, B, H), the state after the last token.
        Gradients flow through time and through the state that is returned.
        """
        ### BEGIN SOLUTION
        # torch's layers read None as zeros too. Where to detach, the training loop decides.
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden
        ### END SOLUTION


# %%
check("shapes")

# %% [markdown]
# ## Through the whole text
#
# In one epoch all windows are read in order. The memory goes along from window to window; its
# *history* does not: **detached**, a state keeps its numbers and lets go of the computation behind
# them, so gradients reach back to the start of a window and no further. This is *truncated*
# backpropagation through time. And lest one surprising window throw the weights far off, gradients
# are **clipped**: if all of them, as one long vector, are longer than `clip`, they are shortened.


# %%
def train_epoch(
    model: nn.Module, optimizer: torch.optim.Optimizer, batches: Windows, clip: float = 1.0
) -> float:
    """Make one optimizer step on each window of `batches`, in order.

    batches: what `windows` returns. The first is read with the hidden state None, each later one
    with the state its predecessor left, detached. The loss of a window is the mean cross-entropy
    (in nats) over its positions; its gradient, over all parameters, is clipped to the norm `clip`.
    Returns the mean loss as a float (a shorter last window may count as one or by its length).
    """
    ### BEGIN SOLUTION
    hidden, losses = None, []
    for inputs, targets in batches:
        logits, hidden = model(inputs, hidden)
        # The numbers go on to the next window, the graph stays behind.
        hidden = hidden.detach()
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        # After backward there are gradients to clip, after step it would be too late.
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
    ### END SOLUTION


# %%
check("detachment")

# %% [markdown]
# ## How good is it?
#
# Text models are compared in **bits per character**: how many yes-or-no questions are left, on
# average, before the next character is known. Blind guessing costs log₂ V bits.
# The check trains your model for a moment and measures it on poems it has not read. It must beat a
# *bigram* model, which knows how often each character follows each other one, and nothing before.


# %%
def bits_per_char(model: nn.Module, ids: Int64[Tensor, "N"]) -> float:
    """What the model needs to know of each next character, in bits: the mean of -log2 p.

    The text is read once, from a zero state; the mean is over its N - 1 predictions. Builds no
    graph, leaves the model in the mode (train or eval) it was in. Raises ValueError if N < 2.
    """
    ### BEGIN SOLUTION
    if len(ids) < 2:
        raise ValueError(f"a text of {len(ids)} characters has nothing to predict")
    with torch.no_grad():
        logits, _ = model(ids[None, :-1], None)
    # cross_entropy is in nats; one bit is ln 2 nats.
    return nn.functional.cross_entropy(logits[0], ids[1:]).item() / math.log(2)
    ### END SOLUTION


# %%
check("accuracy")

# %% [markdown]
# ## Let it write
#
# Read the prompt, draw a character, read it, draw the next. The **temperature** divides the logits
# and makes the draw timid or daring: at 0 the highest logit wins, far above 1 anything goes.


# %%
def sample(
    model: nn.Module,
    prompt: Int64[Tensor, "T"],
    length: int,
    temperature: float = 1.0,
    seed: int = 0,
) -> Int64[Tensor, "T+length"]:
    """The prompt and `length` characters more, as int64 (T + length,).

    Each is drawn from softmax(logits / temperature), given all before it; at temperature 0 it is
    the one with the highest logit. The same seed gives the same text, whatever ran before; another
    seed another. Builds no graph, and leaves the model in the mode (train or eval) it was in.
    Raises ValueError if temperature < 0 or the prompt is empty.
    """
    ### BEGIN SOLUTION
    if temperature < 0 or len(prompt) == 0:
        raise ValueError("give a temperature of 0 or more, and at least one character to begin")
    # Its own generator, seeded once: seeded at every step, it would draw the same again and again.
    generator = torch.Generator().manual_seed(seed)
    text, read, hidden = [prompt], prompt, None
    with torch.no_grad():
        for _ in range(length):
            # The state holds what was read, so only what is new is read: prompt, then character.
            logits, hidden = model(read[None], hidden)
            scores = logits[0, -1]
            if temperature == 0:
                read = scores.argmax().view(1)
            else:
                chances = (scores / temperature).softmax(dim=-1)
                read = torch.multinomial(chances, 1, generator=generator)
            text.append(read)
    return torch.cat(text)
    ### END SOLUTION


# %%
check("sampling")

# %% [markdown]
# ## Read, and be read to
#
# Nothing below is graded. `learned` trains once and remembers: after a change, run its cell again.


# %%
@functools.cache
def learned(path: str | None, epochs: int = 20) -> tuple[nn.Module, dict, Tensor, float]:
    """Best model, vocabulary, bits of training and unread poems (epochs, 2), those of bigrams."""
    from tqdm.auto import tqdm

    poems = load_haiku(path)
    vocab = build_vocab("".join(poems) + "\n")
    ids, unread = (encode(text, vocab) for text in split(poems))
    torch.set_num_threads(1)  # for so small a model, more threads mostly wait for each other
    torch.manual_seed(0)
    model = CharRNN(len(vocab), embedding_dim=32, hidden_size=128)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    batches = windows(batchify(ids, batch_size=16), window=32)
    curve, best = [], None
    for _ in tqdm(range(epochs), desc="epochs", leave=False):
        nats = train_epoch(model, optimizer, batches)
        curve.append((nats / math.log(2), bits_per_char(model, unread)))
        if curve[-1][1] == min(bits for _, bits in curve):
            best = copy.deepcopy(model)

    # The bigram model: how often each character follows each other one, and 0.1 times more.
    seen = nn.functional.one_hot(ids, len(vocab)).float()
    counts = seen[:-1].T @ seen[1:] + 0.1
    bigram = -(counts / counts.sum(1, keepdim=True))[unread[:-1], unread[1:]].log2().mean().item()
    return best, vocab, torch.tensor(curve), bigram


def poem(temperature: float, seed: int, prompt: str = "", path: str | None = None) -> str:
    """Three lines that begin with `prompt`; so small a network seldom ends a poem by itself."""
    model, vocab, _, _ = learned(path)
    ids = sample(model, encode(f"\n\n{prompt}", vocab), 160, temperature, seed)
    return "\n".join([line for line in decode(ids, vocab).split("\n") if line][:3])


def syllables(line: str) -> int:
    """About how many syllables an English line has."""
    silent = r"(?<=[^aeiouyl])e\b|(?<=[^aeiouytd])ed\b|(?<=[^aeiouyszxcgh])es\b"
    words = re.findall(r"[a-z]+", line.lower().replace("'", ""))
    return sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(silent, "", word)))) for word in words)


# %% [markdown]
# **Learning.** Where unread poems get harder again, poems are learnt by heart. The model of the
# lowest point is kept; picked with the very poems it is measured on, its number flatters a little.

# %%
if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt

        model, vocab, curve, bigram = learned(None)
        print(f"unread poems: {curve[:, 1].min():.2f} bits per character, bigrams {bigram:.2f}")
        epochs = range(1, len(curve) + 1)
        figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
        axes.axhline(math.log2(len(vocab)), color="gray", linestyle=":", label="blind guessing")
        axes.axhline(bigram, color="gray", linestyle="--", label="bigram model, unread poems")
        axes.plot(epochs, curve[:, 1], "o-", color="black", markersize=4, label="unread poems")
        axes.plot(epochs, curve[:, 0], "s:", color="black", markersize=4, label="training poems")
        axes.set(xlabel="epoch (number)", ylabel="bits per character", xticks=range(0, 21, 5))
        axes.legend(frameon=False, loc=(0.48, 0.6))
        plt.show()

# %% [markdown]
# **Counting.** Nobody told the network of 5, 7 and 5 syllables. Are its lines as long as those of
# the poets? A rough rule counts for both: groups of vowels, silent endings left out.

# %%
if __name__ == "__main__":
    with exploration():
        written = [poem(0.7, seed) for seed in range(50)]
        for name, poems in (("poets", load_haiku()), ("network", written)):
            counts = [[syllables(line) for line in text.split("\n")] for text in poems]
            means = " - ".join(f"{sum(n) / len(n):.1f}" for n in zip(*counts, strict=False))
            print(f"{name}: mean {means}, {counts.count([5, 7, 5])} of {len(poems)} are 5-7-5")

# %% [markdown]
# **Your turn.** Three poems at each of three temperatures: where does it stammer, where, now and
# then, does it say something? Begin a poem for it to end. Give it other reading, `path="my.txt"`,
# with blank lines between the pieces: limericks, recipes, your own messages?

# %%
if __name__ == "__main__":
    with exploration():
        for temperature in (0.3, 0.7, 1.2):
            poems = [poem(temperature, 1), poem(temperature, 2), poem(temperature, 3, "old pond")]
            print(f"--- temperature {temperature} ---", *poems, sep="\n\n", end="\n\n")
