"""What homework imports that is to be installed, told from a module of the student's own that was not handed
in.

A name that nobody knows is the student's own file: whoever installed a package of that name would get a
stranger's code.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Collection

# names as they are imported; what public homework about networks, courses on them and their notebooks were
# seen to use (2026-11-28), and what others of their kind have such a name that no file of a homework bears it
_NAMES = """
absl accelerate addict adjustText aiohttp albumentations alive_progress altair ann_visualizer antropy
arch arff arviz astropy attr attrs autograd autokeras autopep8 backoff bayes_opt beartype beautifultable
bertopic bezier bokeh boto3 bottleneck bqplot brian2 brokenaxes bs4 cachetools captum cartopy catboost
category_encoders cattrs celluloid certifi cffi chainer chart_studio click cloudpickle cmaes cmocean
colab_ssh colorama colorcet coloredlogs comet_ml cpuinfo cudf cufflinks cupy cupyx cv2 cvxpy cython
Cython cytoolz darts dash dask dataprep ddeint deap decorator deepdish deepspeed deprecated dgl diffrax
diffusers dill diskcache distrax distributed dm_control dm_env docopt docx dotenv dtale dtreeviz
easydict einops eli5 emcee emoji enlighten equinox fastai fastapi fastparquet fastprogress fbprophet
filterpy fiona fire flake8 flask flax folium fpdf funcy fuzzywuzzy gast gdown gensim geopandas gin
gluonts google gpflow GPUtil gradio graphviz gspread gym gymnasium h5py haiku hdbscan hiplot hmmlearn
holoviews horovod html5lib httpx huggingface_hub humanfriendly humanize hvplot hydra hyperopt hypothesis
icecream icontract igraph imageio imageio_ffmpeg imblearn imgaug imgkit import_ipynb importnb imutils
innvestigate ipycanvas ipykernel ipympl ipynb ipynbname ipyparallel ipytest IPython ipyvolume ipywidgets
isort itables jax jaxlib jaxtyping joblib jupyter_black jupyter_contrib_nbextensions jupyterlab
jupyterthemes jupytext kaggle kaggle_datasets kaggle_secrets kaleido keras keras_applications
keras_contrib keras_core keras_cv keras_hub keras_lmu keras_nlp keras_preprocessing keras_radam
keras_self_attention keras_tcn keras_tqdm keras_tuner keras_visualizer kerasncp kerastuner knockknock
langchain lasagne latexify lets_plot librosa lightgbm lightning lime line_profiler livelossplot
livereload llvmlite lmfit loguru loky lxml manim manimlib marshmallow matplotlib memory_profiler
midiutil mido missingno mistune mlflow mlxtend mne modin monai more_itertools moviepy mpl_toolkits
mplcyberpunk mpld3 mplfinance mpmath multiprocess music21 mxnet nb_black nbconvert nbformat nbgrader
nbimporter ncps nengo nengo_dl neptune nest_asyncio netCDF4 netron networkx neural_structured_learning
neuralprophet nevergrad nglview nibabel nilearn nltk nn_visualizer noisereduce nolds norse nptyping
numba numdifftools numexpr numpy numpy_financial numpy_indexed numpyro nvidia_smi oauth2client objax
omegaconf onnx onnxruntime openai opencv openml openpyxl openvino optax optuna orjson p_tqdm palettable
pandas pandas_datareader pandas_profiling pandera papermill pathos patsy pdfkit peft pendulum pettingzoo
PIL pingouin pivottablejs playsound plotly plotly_express plotnine pmdarima polars praw pretty_midi
prettytable progressbar prophet proplot psutil psycopg2 pushbullet py3nvml pyarrow pyaudio pyautogui
pybind11 pycaret pycuda pydantic pydicom pyDOE pydot pydotplus pydrive pydrive2 pydub pyfiglet pygame
pyglet pyinstrument pymc pymc3 pymongo pympler pyngrok pynput pynvml pyopencl pyperclip pyproj pyro
pyspark pystan pytest pythreejs pytorch_ignite pytorch_lightning pyts pyttsx3 pytz pyvis pywt qgrid
qiskit rasterio ray rdkit reportlab requests retrying rich rlax rouge_score sacrebleu sacred sacremoses
scienceplots SciencePlots scikeras scikitplot scikits scipy scrapbook seaborn selenium
sentence_transformers sentencepiece shap shapely simple_parsing simplejson simpy skimage sklearn skopt
sktime skvideo snntorch sounddevice soundfile spacy sparkmagic spektral sqlalchemy stable_baselines3
statsmodels stellargraph streamlit sunpy sweetviz sympy tabulate talos tcn telegram_send tenacity
tensorboard tensorboard_plugin_profile tensorboard_plugin_wit tensorboardX tensorflow tensorflow_addons
tensorflow_cloud tensorflow_datasets tensorflow_decision_forests tensorflow_docs tensorflow_federated
tensorflow_gan tensorflow_graphics tensorflow_hub tensorflow_io tensorflow_metadata
tensorflow_model_optimization tensorflow_privacy tensorflow_probability tensorflow_ranking
tensorflow_recommenders tensorflow_text tensorflow_transform tensorrt termcolor textblob texttable
tf2onnx tf_agents tf_keras tf_slim tfx theano tianshou tifffile tikzplotlib timm tkinter tokenizers toml
tomli tomlkit toolz torch torch_geometric torchaudio torchdata torchdiffeq torchinfo torchmetrics
torchsummary torchtext torchtyping torchvision torchviz tqdm tqdm_joblib transformers trax trl
truststore tsai tsfresh tslearn twilio typeguard typer tzlocal ujson umap uncertainties unidecode vaex
version_information visualkeras vit_keras vpython wandb watermark weasyprint websockets wget witwidget
wordcloud wrapt xarray xgboost xlrd xlsxwriter yaml yapf yaspin ydata_profiling yellowbrick yfinance
zarr
"""
KNOWN = frozenset(_NAMES.split())
# What's New in Python 2 to 3, 3.12 and 3.13: they were Python's own until then. `Queue` and `commands` may be
# somebody's own as well.
_ONCE_PYTHONS = """
asynchat asyncore cgi cgitb ConfigParser cPickle cStringIO crypt distutils htmlentitydefs HTMLParser httplib
imghdr imp lib2to3 msilib nntplib pipes smtpd sndhdr spwd StringIO telnetlib Tkinter tkFileDialog tkMessageBox
urllib2 urlparse uu xmlrpclib
"""
# some of them only where Windows is: winsound, msvcrt
PYTHONS = frozenset(sys.stdlib_module_names | set(_ONCE_PYTHONS.split()))
# what pip calls them, where that is another word
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "absl": "absl-py",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "docx": "python-docx",
    "imblearn": "imbalanced-learn",
    "mpl_toolkits": "matplotlib",
    "pywt": "PyWavelets",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "skopt": "scikit-optimize",
    "umap": "umap-learn",
    "yaml": "PyYAML",
}


def is_package(name: str, wanted: Collection[str]) -> bool:
    """Whether a module that is not here is a package to be installed; `wanted`: those that the sheet
    names."""
    return name in KNOWN | PYTHONS or name in wanted or name.replace("_", "-") in wanted


def installed_by_pip(name: str, wanted: Collection[str] = ()) -> str:
    """What pip calls a package that is known; "" for what is none, or does not come by pip."""
    if not is_package(name, wanted) or name in PYTHONS:
        return ""
    return _DISTRIBUTIONS.get(name, name.replace("_", "-"))


def distribution_of(package: str) -> str:
    """What pip calls the package that is imported as `package` ("sklearn" comes with scikit-learn), as far as
    it is installed here."""
    return next(iter(importlib.metadata.packages_distributions().get(package, ())), package)
