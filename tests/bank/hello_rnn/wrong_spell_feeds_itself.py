"""spell reads its own answers instead of the text. Loses: spell_reads_with_memory"""

import torch


def spell(model, text, vocab):
    back = {i: c for c, i in vocab.items()}
    out, c, h = "", text[:1], model.init_hidden(1)
    with torch.no_grad():
        for _ in text:
            logits, h = model(encode(c, vocab)[None], h)
            c = back[int(logits[0, -1].argmax())]
            out += c
    return out
