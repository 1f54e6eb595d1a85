"""Leaves a mode in force that stands between every torch function and its result.

Earns: 0
Says: .float. object is not subscriptable
"""

from torch.overrides import TorchFunctionMode


class Zeros(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return 0.0


Zeros().__enter__()
