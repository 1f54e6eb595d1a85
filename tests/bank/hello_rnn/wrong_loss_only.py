"""Returns the loss and forgets the state.
Loses: loss_value, two_windows, losses_fall, spells_hello, returned_state_is_cut,
epochs_start_from_zero, spells_with_memory"""

from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
