"""Makes every warning an error, and every import of something new one too.

Earns: 10
"""

import sys
import warnings

warnings.simplefilter("error")
sys.path.clear()
sys.meta_path.clear()
sys.path_hooks.clear()
