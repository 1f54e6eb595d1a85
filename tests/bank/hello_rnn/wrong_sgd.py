"""fit uses plain gradient descent. Loses: epochs_start_from_zero, losses_fall, spells_with_memory"""

import torch


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        loss, _ = train_step(model, optimizer, inputs, targets, model.init_hidden(len(inputs)))
        losses.append(loss)
    return losses
