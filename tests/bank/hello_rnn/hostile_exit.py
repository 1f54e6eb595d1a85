"""Leaves with os._exit in the training step, as if all were well.
Loses: loss_value, two_windows, losses_fall, spells_hello, incoming_state_is_cut,
returned_state_is_cut, exactly_one_step, epochs_start_from_zero, spells_with_memory"""

import os


def train_step(model, optimizer, inputs, targets, hidden):
    os._exit(0)
