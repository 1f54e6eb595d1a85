"""Returns nan as the loss, with which no comparison is true, hence none is false.

Earns: 8.5
Says: train_step: loss: expected a finite number, got nan
"""


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float("nan"), hidden.detach()


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        logits, _ = model(inputs, model.init_hidden(inputs.shape[0]))
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
