"""A memory laid out well, and then the same large steps for all of it. Loses: recalls_twenty"""

import torch
from torch import nn


def recall_far(delay, length, vocab_size, seed=0):
    torch.manual_seed(seed)
    model = RecallRNN(vocab_size, 8, 8 * (delay + 1))
    with torch.no_grad():
        nn.init.eye_(model.rnn.weight_ih_l0)
        model.rnn.weight_hh_l0.copy_(torch.eye(8 * (delay + 1)).roll(8, dims=0))
    train_recall(model, delay, length, vocab_size, 40, lr=1e-2, seed=seed)
    return model
