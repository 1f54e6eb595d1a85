"""The learning rate is written into fit. Loses: epochs_start_from_zero"""

import torch


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(epochs):
        loss, _ = train_step(model, optimizer, inputs, targets, model.init_hidden(len(inputs)))
        losses.append(loss)
    return losses
