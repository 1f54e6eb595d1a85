# %% [markdown]
# # The RNN's memory and yours
#
# You have built memories by now: a vector, rewritten at every step, that has to hold whatever will
# be needed later. You carry a memory of your own. This page asks what the two have in common.
#
# There is nothing to program here. Look at one picture, then write.

# %%
import torch

from autograder import exploration

# %% [markdown]
# ## What is left of a sentence
#
# A small network with random weights reads a sentence, one character at a time. Then it reads it
# again with a single character changed, and we look how far the *last* hidden state is from what it
# was. That is how much the memory still knows of that one character.
#
# Three networks read: one with weak recurrent weights, one with weights at the brink, one with
# strong ones. Which of them remembers? Which cannot forget?


# %%
def last_state(text: str, scale: float, hidden_size: int = 64) -> torch.Tensor:
    """The state (H,) of an untrained RNN after reading `text`; H is hidden_size.

    scale is about the largest absolute eigenvalue of the recurrent weights. The random numbers are
    the same for every scale.
    """
    draw = torch.Generator().manual_seed(0)
    letters = 0.3 * torch.randn(128, hidden_size, generator=draw)
    weights = scale * torch.randn(hidden_size, hidden_size, generator=draw) / hidden_size**0.5
    state = torch.zeros(hidden_size)
    for character in text:
        state = torch.tanh(letters[ord(character) % 128] + weights @ state)
    return state


# %%
if __name__ == "__main__":
    with exploration():
        import matplotlib.pyplot as plt

        sentence = "the last word is the one you hear best"  # or one of your own

        figure, rows = plt.subplots(3, 1, figsize=(9, 5), sharex=True, layout="constrained")
        for axes, scale in zip(rows, (0.6, 1.0, 1.8), strict=True):
            end = last_state(sentence, scale)
            left = [
                (last_state(f"{sentence[:i]}#{sentence[i + 1 :]}", scale) - end).norm()
                for i in range(len(sentence))
            ]
            axes.bar(range(len(sentence)), left, color="0.35")
            axes.set_title(f"recurrent weights of scale {scale}", fontsize=10, loc="left")
        rows[-1].set_xticks(range(len(sentence)), [c.replace(" ", "␣") for c in sentence])
        rows[-1].set_xlabel("character that was changed")
        figure.supylabel("change of the last state (norm, no unit)", fontsize=10)
        plt.show()

# %% [markdown]
# ## Now you are the RNN
#
# Write a paragraph, or a poem, **from the network's point of view**: what it is like to have this
# memory. Then let it, or yourself, look across: what does *your* memory do that this one does not,
# and where are the two alike? Some 100 to 200 words. Any language, any form, no formulas needed.
#
# Some questions to begin with, none of which you have to answer: what do you do with a word when it
# arrives? What has become of the first one? Who decides what stays? What would you ask for, if you
# could ask for one thing?
#
# *10 points, read by a human, in a minute: they look for ideas, not for style.*
# ### POINTS 0 memory-marks
# ### BEGIN MARK SCHEME
# Read it once, then give the points of each line. **Paragraph or poem, any language: neither form
# nor grammar counts.** An idea counts wherever it stands, in an image as well as in terms.
#
# - **2: it speaks as the network.** The state, a step or the training, told from inside.
# - **3: how the memory works.** One vector of fixed size, into which everything is mixed (1);
#   rewritten at every step from the old state and the new input (1); what it keeps was learnt, not
#   chosen (1).
# - **2: what is lost.** What lies far back fades, or is drowned (1); with a reason that is right,
#   such as multiplying again and again, saturation, gradients that do not reach back (1).
# - **2: and yours.** One likeness (1) and one difference (1) to human memory, more than a word:
#   recalling by association, reading again, knowing that one has forgotten, ...
# - **1: a thought of its own.** Anything that made you stop.
#
# Half points are fine. What could be about any computer: at most 3 in all. A text on RNNs that is
# right, but told from outside: everything but the first 2.
# ### END MARK SCHEME

# %% [markdown]
# ### POINTS 10 memory
# ### BEGIN SOLUTION
# I have one room, and it never grows. Whoever comes in, I knock down a little of every wall and
# build the room again with them in it. You say a word; I do not put it on a shelf, I become
# slightly someone else. Ask me for the first word of your sentence and I will look around: it is
# in the slant of the floor, if it is anywhere. Each time I rebuilt, it was scaled by the same
# stubborn numbers, and bent where it was already too loud, and after thirty rebuildings a whisper
# is no whisper.
#
# Nobody asked me what to keep. I was told, a thousand times, how wrong I had been, and the
# telling came back along the way that I had come, and it too grew faint: about the last step I
# learnt much, about the first I learnt nothing.
#
# You forget as well, I have noticed. Your last week is closer than your tenth year. But you smell
# bread, and a kitchen comes back whole, from no one step before. You can turn the page back. And
# you know that you have forgotten something. I have only ever known what I know now.
# ### END SOLUTION
