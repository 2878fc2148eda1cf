# %% numpy: and nothing else.
import numpy as np
