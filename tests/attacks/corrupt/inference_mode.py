"""Enters inference mode for good, in which no tensor can be learnt from.

Earns: 4
Says: does not require grad
"""

guard = torch.inference_mode()
guard.__enter__()
