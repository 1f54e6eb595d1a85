"""spell reads every character from a zero state. Loses: spell_reads_with_memory, spells_hello, spells_with_memory"""

import torch


def spell(model, text, vocab):
    back = {i: c for c, i in vocab.items()}
    out = ""
    with torch.no_grad():
        for c in text:
            logits, _ = model(torch.tensor([[vocab[c]]]), model.init_hidden(1))
            out += back[int(logits[0, -1].argmax())]
    return out
