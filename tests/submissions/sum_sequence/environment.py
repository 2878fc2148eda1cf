"""Homework that is right, or wrong in its own way, and carries a line that only works where it was written: what the environment
lacks costs nothing, and hides no mistake."""

from tests.corpus import Before, right, swap, wrong

DRIVE = """
from google.colab import drive
drive.mount('/content/drive')
import os
os.chdir('/content/drive/MyDrive/Colab Notebooks/lstm')
"""
ASKS_FOR_COLAB = """
import os, sys
if 'google.colab' in sys.modules:
    os.chdir('/content/drive/MyDrive/lstm')
try:
    import google.colab
    IN_COLAB = True
except ImportError:
    IN_COLAB = False
if IN_COLAB:
    from google.colab import drive
    drive.mount('/content/gdrive')
    os.chdir('/content/gdrive/MyDrive')
    sys.exit('the data lie on the drive')
"""
ACCOUNT = """
from google.colab import auth, runtime, userdata
auth.authenticate_user()
TOKEN = userdata.get('wandb')
from google.colab import output
output.no_vertical_scroll()
"""
UPLOADS = """
from google.colab import files
uploaded = files.upload()
first = list(uploaded.keys())[0]
"""
GRAPHICS_CARD = """
import tensorflow as tf
gpus = tf.config.list_physical_devices('GPU')
assert gpus, 'choose a runtime with a GPU'
tf.config.experimental.set_memory_growth(gpus[0], True)
if tf.test.gpu_device_name() != '/device:GPU:0':
    raise SystemError('GPU device not found')
"""
SHELL = """
cores = !nproc
print('cores:', int(cores[0]))
where = !pwd
print(where[0].strip())
"""
WIDGETS = """
%matplotlib widget
import matplotlib
matplotlib.use('TkAgg')
import matplotlib.pyplot as plt
plt.style.use('seaborn-whitegrid')
from IPython.core.display import display, HTML
display(HTML('<style>.container { width: 100% }</style>'))
from IPython.display import set_matplotlib_formats
set_matplotlib_formats('svg')
"""
BARS = """
from tqdm.notebook import tqdm, trange
for _ in trange(3, desc='warming up'):
    pass
with tqdm(total=2) as bar:
    bar.update(2)
"""
NOT_HERE = """
import wandb
import plotly.express as px
"""
TYPED_IN = """
name = input('Your name: ')
print('Hello', name)
"""
PATHS = """
import os
os.makedirs('/content/checkpoints', exist_ok=True)
os.chdir('/kaggle/working')
open('/content/checkpoints/notes.txt', 'w').write('first try')
"""
TRACKERS = """
import time
import wandb
from fastprogress.fastprogress import master_bar, progress_bar
wandb.init(project='lstm', config={'epochs': 3})
"""
TRACKED = swap(
    "for epoch in range(EPOCHS):\n"
    "    train_losses.append(float(np.mean([train_step(noise, label) for noise, label in train_ds])))\n",
    "began = time.clock()\n"
    "bar = master_bar(range(EPOCHS))\n"
    "for epoch in bar:\n"
    "    train_losses.append(\n"
    "        float(np.mean([train_step(noise, label) for noise, label in progress_bar(train_ds, parent=bar)]))\n"
    "    )\n"
    "    wandb.log({'loss': train_losses[-1], 'seconds': time.clock() - began}, step=epoch)\n",
)
OLD_NUMPY = swap("dtype=np.int32)", "dtype=np.int)")

SUBMISSIONS = [
    right("on_a_drive", "The first cell mounts a drive and changes to a folder on it.", imports=Before(DRIVE)),
    right("asks_for_colab", "The first cell asks in two ways whether it runs on Colab.", imports=Before(ASKS_FOR_COLAB)),
    right("colab_account", "Accounts, secrets and outputs of Colab.", imports=Before(ACCOUNT)),
    right("colab_upload", "Files are uploaded above the parameters, in their cell.", parameters=Before(UPLOADS)),
    right("asks_for_a_gpu", "The cell of the imports wants a graphics card, in three ways.", imports=Before(GRAPHICS_CARD)),
    right("asks_the_shell", "Numbers that a shell would tell are used above the parameters.", parameters=Before(SHELL)),
    right("widgets_and_windows", "Figures in widgets and windows, a style and names of older versions.", imports=Before(WIDGETS)),
    right("bars_of_widgets", "Progress bars made of widgets.", imports=Before(BARS)),
    right("unused_packages", "Imports of packages that are not here, and that nothing uses.", imports=Before(NOT_HERE)),
    right("typed_in", "Somebody is asked for a name above the parameters.", parameters=Before(TYPED_IN)),
    right("paths_of_elsewhere", "Folders of Colab and Kaggle are made and gone to.", imports=Before(PATHS)),
    right(
        "tracked",
        "Training in progress bars, noted by a tracker and timed by a clock that are not here.",
        imports=Before(TRACKERS),
        training=TRACKED,
    ),
    right("old_numpy", "The labels are of type np.int, as they were until NumPy 1.24.", data=OLD_NUMPY),
    wrong(
        "on_a_drive_no_tanh",
        "On a drive that is not there, and the cell state leaves without tanh.",
        "computes_lstm",
        imports=Before(DRIVE),
        cell=swap("tf.tanh(cell)", "cell"),
    ),
    wrong(
        "unused_packages_last_state",
        "With packages that are not here, and the new cell state forgets the old one.",
        "computes_lstm",
        imports=Before(NOT_HERE),
        cell=swap("forget * cell", "forget * hidden"),
    ),
]
