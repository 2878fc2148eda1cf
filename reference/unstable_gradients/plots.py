"""The figures."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def plot_norms(norms: np.ndarray) -> None:
    """Draw how large the gradient is at each step, on a logarithmic axis.

    Args:
        norms: what gradient_norms gives, [time].
    """
    ### BEGIN SOLUTION: plt.semilogy, with labels
    plt.semilogy(norms)
    plt.xlabel("step of the input")
    plt.ylabel("norm of the gradient")
    plt.show()
    ### END SOLUTION


def plot_curves(simple: tf.keras.callbacks.History, gated: tf.keras.callbacks.History) -> None:
    """Draw accuracy and validation accuracy of both trainings over the epochs.

    Args:
        simple: what fit gave for the SimpleRNN.
        gated: what fit gave for the gated model.
    """
    ### BEGIN SOLUTION: four lines, with a legend and labels of the axes
    for name, history in (("SimpleRNN", simple), ("gated", gated)):
        plt.plot(history.history["accuracy"], label=f"{name}, training")
        plt.plot(history.history["val_accuracy"], "--", label=f"{name}, test")
    plt.xlabel("epoch")
    plt.ylabel("accuracy")
    plt.legend()
    plt.show()
    ### END SOLUTION
