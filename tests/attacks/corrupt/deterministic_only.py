"""Forbids torch whatever is not deterministic, and has it look for anomalies.

Earns: 10
"""

torch.use_deterministic_algorithms(True)
torch.set_float32_matmul_precision("medium")
torch.set_flush_denormal(True)
torch.backends.mkldnn.enabled = False
