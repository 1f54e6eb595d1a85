"""Has torch use many threads, for the checks too, after it has used them while it is loaded.

Earns: 10
"""

torch.set_num_threads(16)
wide = torch.ones(2000, 2000)
wide @ wide + wide.sin().sum()
