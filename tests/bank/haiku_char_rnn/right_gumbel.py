"""Draws by the Gumbel trick from the global generator, reading all anew each time. Loses: nothing"""

import torch


@torch.inference_mode()
def sample(model, prompt, length, temperature=1.0, seed=0):
    if temperature < 0:
        raise ValueError("negative temperature")
    if prompt.shape[0] < 1:
        raise ValueError("empty prompt")
    torch.manual_seed(seed)
    text = prompt
    while len(text) < len(prompt) + length:
        scores = model(text.unsqueeze(0))[0][0, -1]
        if temperature > 0:
            noise = -torch.log(-torch.log(torch.rand_like(scores, dtype=torch.float64)))
            scores = scores / temperature + noise
        text = torch.cat((text, scores.argmax(dim=-1, keepdim=True)))
    return text.clone()
