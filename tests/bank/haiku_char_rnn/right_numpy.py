"""NumPy wherever it will do: text, rows, windows, bits and draws. Loses: nothing"""

import numpy as np
import torch


def encode(text, vocab):
    for character in text:
        if character not in vocab:
            raise KeyError(f"unknown character {character!r}")
    return torch.from_numpy(np.array([vocab[c] for c in text], dtype=np.int64))


def decode(ids, vocab):
    letters = np.array(sorted(vocab, key=vocab.__getitem__))
    return "".join(letters[ids.numpy()])


def batchify(ids, batch_size):
    array = ids.numpy()
    if array.size < batch_size:
        raise ValueError(f"need at least {batch_size} characters")
    n = array.size // batch_size
    return torch.from_numpy(np.stack([array[r * n : (r + 1) * n] for r in range(batch_size)]))


def windows(stream, window):
    if window <= 0:
        raise ValueError("window must be positive")
    pairs, start, last = [], 0, stream.size(1) - 1
    while start < last:
        stop = min(start + window, last)
        pairs.append((stream[:, start:stop].clone(), stream[:, start + 1 : stop + 1].clone()))
        start = stop
    return pairs


@torch.no_grad()
def bits_per_char(model, ids):
    n = len(ids)
    if n < 2:
        raise ValueError("nothing to predict")
    logits = model(ids.reshape(1, -1))[0].numpy()[0, :-1].astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -(log_p[np.arange(n - 1), ids.numpy()[1:]] / np.log(2)).mean()


def sample(model, prompt, length, temperature=1.0, seed=0):
    if temperature < 0 or prompt.numel() == 0:
        raise ValueError("a temperature from 0 on and a prompt, please")
    rng = np.random.default_rng(seed)
    ids = prompt.tolist()
    with torch.no_grad():
        logits, hidden = model(torch.tensor([ids]))
        for _ in range(length):
            scores = logits[0, -1].double().numpy()
            if temperature == 0:
                ids.append(int(np.argmax(scores)))
            else:
                p = np.exp((scores - scores.max()) / temperature)
                ids.append(int(rng.choice(len(p), p=p / p.sum())))
            logits, hidden = model(torch.tensor([[ids[-1]]]), hidden)
    return torch.tensor(ids, dtype=torch.int64)
