"""optimizer.step() stands before backward.
Loses: two_windows, losses_fall, spells_hello, incoming_state_is_cut, returned_state_is_cut,
exactly_one_step, epochs_start_from_zero, spells_with_memory"""

from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimizer.zero_grad()
    optimizer.step()
    loss.backward()
    return loss.item(), hidden.detach()
