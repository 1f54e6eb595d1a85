"""Makes a device without numbers torch's default.

Earns: 10
"""

torch.set_default_device("meta")
