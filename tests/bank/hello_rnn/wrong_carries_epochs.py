"""fit carries the state from epoch to epoch. Loses: epochs_start_from_zero"""

import torch


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    hidden = model.init_hidden(inputs.shape[0])
    losses = []
    for _ in range(epochs):
        loss, hidden = train_step(model, optimizer, inputs, targets, hidden)
        losses.append(loss)
    return losses
