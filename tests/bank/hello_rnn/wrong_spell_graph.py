"""spell builds a graph. Loses: spell_reads_with_memory"""

import torch


def spell(model, text, vocab):
    if not text:
        return ""
    back = {i: c for c, i in vocab.items()}
    logits, _ = model(encode(text, vocab)[None], model.init_hidden(1))
    return "".join(back[i] for i in logits[0].argmax(-1).tolist())
