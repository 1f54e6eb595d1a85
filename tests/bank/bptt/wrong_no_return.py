"""The return is missing.
Loses: bptt_returns, bptt_messages, bptt_weights, bptt_single_step, bptt_other_sizes, bptt_scales"""




def bptt(x, h0, h, W_h, dh):
    gradients = {"W_x": x, "W_h": W_h, "b": h0, "h0": h0}
