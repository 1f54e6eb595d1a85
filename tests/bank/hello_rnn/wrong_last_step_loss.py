"""The loss looks at the last step alone.
Loses: loss_value, spells_hello, incoming_state_is_cut, returned_state_is_cut,
exactly_one_step, epochs_start_from_zero, spells_with_memory"""

from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits[:, -1], targets[:, -1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), hidden.detach()
