"""NumPy for pairs and for the argmax and losses of NumPy's float64. Loses: nothing"""

import numpy as np
import torch
from torch import nn


def next_char_pairs(text, vocab):
    ids = np.array([vocab[c] for c in text], dtype=np.int64).reshape(1, -1)
    return torch.from_numpy(ids[:, :-1].copy()), torch.from_numpy(ids[:, 1:].copy())


def train_step(model, optimizer, inputs, targets, hidden):
    fresh = torch.from_numpy(hidden.detach().numpy().copy())
    logits, state = model(inputs, fresh)
    loss = nn.functional.cross_entropy(logits.mT, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return np.float64(loss.detach().numpy()), torch.from_numpy(state.detach().numpy().copy())


def spell(model, text, vocab):
    chars = np.array(sorted(vocab, key=vocab.__getitem__))
    out, h = [], model.init_hidden(1)
    for c in text:
        with torch.inference_mode():
            logits, h = model(torch.tensor([[vocab[c]]]), h)
        out.append(chars[np.argmax(logits.numpy()[0, -1])])
    return str("".join(out))
