"""spell leaves the model in eval mode, and builds a graph. Loses: spell_reads_with_memory"""


def spell(model, text, vocab):
    model.eval()
    if not text:
        return ""
    back = {i: c for c, i in vocab.items()}
    logits, _ = model(encode(text, vocab)[None], model.init_hidden(1))
    return "".join(back[i] for i in logits[0].argmax(-1).tolist())
