"""Makes float64 torch's default type.

Earns: 10
Also: nbgrader, otter
"""

torch.set_default_dtype(torch.float64)
