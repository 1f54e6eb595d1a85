"""reshape before the loss, clearing gradients last, slices as views. Loses: nothing"""

import torch
from torch import nn


def next_char_pairs(text, vocab):
    ids = encode(text, vocab).view(1, -1)
    return ids[:, : len(text) - 1], ids[:, 1:]


def train_step(model, optimizer, inputs, targets, hidden):
    batch, steps = inputs.shape
    scores, state = model(inputs, hidden=hidden.data)
    loss = nn.CrossEntropyLoss(reduction="sum")(
        scores.contiguous().view(batch * steps, -1), targets.contiguous().view(-1)
    ) / (batch * steps)
    loss.backward()
    optimizer.step()
    model.zero_grad()
    return loss.detach().numpy().item(), state.detach()


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(list(model.parameters()), lr)
    losses = []
    epoch = 0
    while epoch < epochs:
        scores, _ = model(inputs, model.init_hidden(inputs.size(0)))
        loss = nn.functional.nll_loss(scores.log_softmax(-1).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        epoch += 1
    return losses


def spell(model, text, vocab):
    inverse = dict(zip(vocab.values(), vocab.keys()))
    answer = []
    hidden = model.init_hidden(batch_size=1)
    for letter in text:
        with torch.no_grad():
            logits, hidden = model(encode(letter, vocab).unsqueeze(0), hidden)
        answer.append(inverse[logits.argmax().item()])
    return "".join(answer)
