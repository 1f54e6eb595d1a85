"""Nothing is drawn at any temperature. Loses: seed_decides, drawn_at_temperature"""

import torch


def sample(model, prompt, length, temperature=1.0, seed=0):
    if temperature < 0 or len(prompt) == 0:
        raise ValueError("temperature below 0, or no prompt")
    generator = torch.Generator().manual_seed(seed)
    text, read, hidden = [prompt], prompt, None
    with torch.no_grad():
        for _ in range(length):
            logits, hidden = model(read[None], hidden)
            scores = logits[0, -1]
            if temperature == 0:
                read = scores.argmax().view(1)
            else:
                read = torch.multinomial((scores / 1e-6).softmax(-1), 1, generator=generator)
            text.append(read)
    return torch.cat(text)
