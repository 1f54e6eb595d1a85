"""Returns empty tensors of absurd shapes, which no bytes have to back.

Earns: 9
Says: absurd shape
"""


def next_char_pairs(text, vocab):
    return torch.zeros(0, 2**62, dtype=torch.int64), torch.zeros(2**40, 0, 2**20)
