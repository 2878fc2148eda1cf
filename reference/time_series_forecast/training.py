"""The sweep of the learning rate, and the training."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def plot_sweep(history: tf.keras.callbacks.History) -> None:
    """Draw the sweep's loss over its learning rate.

    Args:
        history: what fit returned, with "learning_rate" and "loss".
    """
    ### BEGIN SOLUTION: the loss over the learning rate, on a logarithmic axis
    plt.semilogx(history.history["learning_rate"], history.history["loss"])
    plt.xlabel("learning rate")
    plt.ylabel("Huber loss")
    plt.show()
    ### END SOLUTION


def forecast(model: tf.keras.Model, series: np.ndarray, window_size: int) -> np.ndarray:
    """Forecast from every window of a series the value after it.

    Args:
        model: windows [batch, window] -> forecasts [batch, 1].
        series: the values, [time].
        window_size: how many values a forecast sees.

    Returns:
        The forecasts of series[window_size:], and of the value after the end: [time - window_size + 1].
    """
    ### BEGIN SOLUTION: all windows in their order, and one forecast from each
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(series, dtype="float32"), window_size)
    return model.predict(windows, verbose=0)[:, 0]
    ### END SOLUTION


def plot_forecast(time: np.ndarray, truth: np.ndarray, forecasts: np.ndarray) -> None:
    """Draw a series and the forecast of it.

    Args:
        time: the days, [time].
        truth: the values, [time].
        forecasts: what was forecast for them, [time].
    """
    ### BEGIN SOLUTION: both lines in one figure, with labels
    plt.figure(figsize=(10, 4))
    plt.plot(time, truth, label="series")
    plt.plot(time, forecasts, label="forecast")
    plt.xlabel("day")
    plt.ylabel("value")
    plt.legend()
    plt.show()
    ### END SOLUTION
