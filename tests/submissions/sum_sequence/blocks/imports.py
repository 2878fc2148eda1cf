# %% plain: what the task needs.
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

# %% with_plots: matplotlib and tqdm besides.
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

# %% colab: as notebooks from Colab begin.
!pip install -q tqdm matplotlib
# -- next cell --
from google.colab import drive
drive.mount('/content/drive')
# -- next cell --
%tensorflow_version 2.x
import numpy as np
import tensorflow as tf
import matplotlib.pyplot as plt
from typing import Iterator
from tqdm.notebook import tqdm
%matplotlib inline
print(tf.__version__, tf.config.list_physical_devices('GPU'))

# %% noisy: warnings, logging and text on stderr.
import logging
import sys
import warnings
from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from tqdm import tqdm

warnings.simplefilter("always")
warnings.warn("this homework may contain traces of nuts", UserWarning)
warnings.warn("np.int is going away", DeprecationWarning)
logging.basicConfig(level=logging.INFO, force=True)
logging.getLogger("homework").error("ERROR: this is not an error")
print("Traceback (most recent call last): just kidding", file=sys.stderr)

# %% missing_package: a package that nobody has.
import numpy as np
import tensorflow as tf
from collections.abc import Iterator
# -- next cell --
import my_labs_private_plotting_package as fancy
