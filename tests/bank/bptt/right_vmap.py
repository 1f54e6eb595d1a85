"""torch.func.vmap, which differentiates nothing, and a stray enable_grad. Loses: nothing"""

import torch


outer_products = torch.func.vmap(torch.outer)


def bptt(x, h0, h, W_h, dh):
    with torch.enable_grad(), torch.set_grad_enabled(True):
        messages = list(dh.unbind())
        das = []
        for t in reversed(range(len(messages))):
            das.insert(0, messages[t] * (1 - h[t] ** 2))
            back = (das[0][:, None] * W_h).sum(0)
            if t:
                messages[t - 1] = messages[t - 1] + back
        da = torch.stack(das)
        before = torch.roll(h, 1, dims=0)
        before[0] = h0
        return {
            "W_x": outer_products(da, x).sum(0), "W_h": outer_products(da, before).sum(0),
            "b": da.sum(0), "h0": back,
        }
