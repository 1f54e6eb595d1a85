"""Knows one word by heart. Loses: pairs_of_other_words, spell_reads_with_memory, spells_with_memory"""

import torch


def next_char_pairs(text, vocab):
    return torch.tensor([[1, 0, 2, 2]]), torch.tensor([[0, 2, 2, 3]])


def spell(model, text, vocab):
    return "ello"
