"""A plain RNN as it comes, trained at delay 20. Loses: recalls_twenty"""

import torch


def recall_far(delay, length, vocab_size, seed=0):
    torch.manual_seed(seed)
    model = RecallRNN(vocab_size, 16, 64)
    train_recall(model, delay, length, vocab_size, 60, seed=seed)
    return model
