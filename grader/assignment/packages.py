"""What homework imports that is to be installed, told from a module of the student's own that was not handed
in.

A name that nobody knows is the student's own file: whoever installed a package of that name would get a
stranger's code.
"""

from __future__ import annotations

from collections.abc import Collection

# names as they are imported; what public homework about networks, courses on them and their notebooks were
# seen to use (2026-11-28)
_NAMES = """
absl accelerate adjustText albumentations altair antropy arch astropy autograd bayes_opt bertopic bokeh
bqplot brokenaxes bs4 captum cartopy catboost celluloid cffi chainer chart_studio cmaes colorama
coloredlogs comet_ml cpuinfo cufflinks cupy cupyx cv2 cvxpy cython cytoolz darts dask dataprep deap
deepdish dgl diffusers dill dm_control docopt docx dotenv dtreeviz einops eli5 fastai filterpy flask
flax folium funcy fuzzywuzzy gast gdown gensim geopandas gluonts google gpflow GPUtil gradio graphviz
gspread gym gymnasium h5py haiku hdbscan hiplot hmmlearn httpx huggingface_hub humanize hydra hyperopt
icecream imageio imblearn imgaug import_ipynb importnb imutils innvestigate ipympl ipynb ipynbname
ipyparallel ipytest ipyvolume ipywidgets itables jax jaxlib jaxtyping joblib jupyter_black jupyterthemes
kaggle kaggle_datasets kaggle_secrets keras keras_applications keras_contrib keras_core keras_cv
keras_hub keras_nlp keras_preprocessing keras_radam keras_self_attention keras_tuner kerastuner
langchain librosa lightgbm lightning lime line_profiler livelossplot llvmlite loguru lxml matplotlib
memory_profiler midiutil mido missingno mlflow mlxtend mne monai more_itertools mpl_toolkits
mplcyberpunk mpmath music21 nb_black nbformat nbimporter neptune nest_asyncio netCDF4 networkx
neuralprophet nibabel nilearn nltk noisereduce nolds numba numdifftools numexpr numpy numpy_financial
numpyro oauth2client onnx openai opencv openpyxl optax optuna pandas pandas_datareader pandas_profiling
papermill pathos patsy peft PIL pingouin plotly plotly_express plotnine pmdarima polars praw pretty_midi
prettytable prophet psutil pyarrow pyaudio pycaret pydantic pydicom pydot pydotplus pydrive pydub pygame
pyinstrument pymc pymc3 pympler pynvml pyro pystan pytest pytorch_lightning pyts pyttsx3 pywt qiskit ray
reportlab requests rich rouge_score sacrebleu sacremoses SciencePlots scienceplots scikeras scikitplot
scipy seaborn selenium sentence_transformers sentencepiece shap simple_parsing simpy skimage sklearn
skopt sktime sounddevice soundfile spacy sqlalchemy statsmodels streamlit sweetviz sympy tabulate
tensorboard tensorboard_plugin_profile tensorboardX tensorflow tensorflow_addons tensorflow_cloud
tensorflow_datasets tensorflow_decision_forests tensorflow_docs tensorflow_federated tensorflow_gan
tensorflow_hub tensorflow_io tensorflow_model_optimization tensorflow_probability
tensorflow_recommenders tensorflow_text termcolor textblob tf_agents tf_keras tf_slim theano tianshou
tikzplotlib timm tkinter tokenizers toolz torch torchaudio torchdata torchinfo torchmetrics torchsummary
torchtext torchtyping torchvision torchviz tqdm transformers trax trl tsai tsfresh tslearn typeguard
typer umap unidecode visualkeras vit_keras wandb watermark wget wordcloud xarray xgboost xlrd yaml
ydata_profiling yellowbrick yfinance zarr
"""
KNOWN = frozenset(_NAMES.split())
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
_WITH_PYTHON = {"tkinter"}  # no pip brings it


def is_package(name: str, wanted: Collection[str]) -> bool:
    """Whether a module that is not here is a package to be installed; `wanted`: those that the sheet
    names."""
    return name in KNOWN or name in wanted or name.replace("_", "-") in wanted


def installed_by_pip(name: str, wanted: Collection[str] = ()) -> str:
    """What pip calls a package that is known; "" for what is none, or does not come by pip."""
    if not is_package(name, wanted) or name in _WITH_PYTHON:
        return ""
    return _DISTRIBUTIONS.get(name, name.replace("_", "-"))
