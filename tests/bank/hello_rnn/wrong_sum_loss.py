"""The loss is a sum over positions. Loses: loss_value, incoming_state_is_cut, returned_state_is_cut, exactly_one_step"""

from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), hidden.detach()
