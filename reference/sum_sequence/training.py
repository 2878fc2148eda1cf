"""Training and testing, and the curves that tell how it went."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from reference.sum_sequence.parameters import LEARNING_RATE

cross_entropy = tf.keras.losses.binary_crossentropy


@tf.function(reduce_retracing=True)
def train_step(
    model: tf.keras.Model, optimizer: tf.keras.optimizers.Optimizer, noise: tf.Tensor, label: tf.Tensor
) -> tf.Tensor:
    """Change the weights once, on one batch.

    Args:
        model: the network to train.
        optimizer: decides how far each weight moves along its gradient.
        noise: a batch of sequences, [batch, seq_len, 1].
        label: their labels, [batch, 1].

    Returns:
        The mean loss of the batch before the change, a scalar.
    """
    ### BEGIN SOLUTION: the loss under a GradientTape, its gradients, and one step of the optimizer
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(cross_entropy(label, model(noise)))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss
    ### END SOLUTION


@tf.function(reduce_retracing=True)
def test_step(model: tf.keras.Model, noise: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Look at one batch without learning from it.

    Args:
        model: the network to test.
        noise: a batch of sequences, [batch, seq_len, 1].
        label: their labels, [batch, 1].

    Returns:
        The loss of each sequence [batch], and whether the model decided right, 0 or 1 [batch, 1].
    """
    ### BEGIN SOLUTION: the loss, and the comparison of the decision (is the probability above one half?) with the label  # noqa: E501
    probability = model(noise)
    decision = tf.cast(probability > 0.5, label.dtype)
    return cross_entropy(label, probability), tf.cast(decision == label, tf.float32)
    ### END SOLUTION


def evaluate(model: tf.keras.Model, dataset: tf.data.Dataset) -> tuple[float, float]:
    """Test a model on a whole dataset.

    Args:
        model: the network to test.
        dataset: batches of noise [batch, seq_len, 1] and labels [batch, 1].

    Returns:
        The mean loss and the accuracy, both over all sequences.
    """
    ### BEGIN SOLUTION: collect losses and hits of all batches (the last one may be shorter), then take their means  # noqa: E501
    losses, hits = zip(*(test_step(model, noise, label) for noise, label in dataset), strict=True)
    return float(np.mean(np.concatenate(losses))), float(np.mean(np.concatenate(hits)))
    ### END SOLUTION


def train(
    model: tf.keras.Model, train_ds: tf.data.Dataset, test_ds: tf.data.Dataset, epochs: int
) -> tuple[list[float], list[float], list[float]]:
    """Train a model with Adam, and test it before the first epoch and after each one.

    Args:
        model: the network to train, called at least once before; its weights change.
        train_ds: the batches to learn from.
        test_ds: the batches to test on; nothing is learned from them.
        epochs: how often to go through train_ds.

    Returns:
        The mean training loss of each epoch, then the test losses and the test accuracies:
        these two have one number more, the one before training.
    """
    ### BEGIN SOLUTION: the loop over epochs and batches, with a line of print for each epoch
    loss, accuracy = evaluate(model, test_ds)
    optimizer = tf.keras.optimizers.Adam(LEARNING_RATE)
    optimizer.build(
        model.trainable_variables
    )  # before train_step is traced, so that train can be called more than once
    train_losses, test_losses, test_accuracies = [], [loss], [accuracy]
    print(f"before training: test loss {loss:.3f}, test accuracy {accuracy:.3f}")
    for epoch in range(1, epochs + 1):
        train_losses.append(
            float(np.mean([train_step(model, optimizer, noise, label) for noise, label in train_ds]))
        )
        loss, accuracy = evaluate(model, test_ds)
        test_losses.append(loss)
        test_accuracies.append(accuracy)
        print(
            f"epoch {epoch}: training loss {train_losses[-1]:.3f}, test loss {loss:.3f},"
            f" test accuracy {accuracy:.3f}"
        )
    return train_losses, test_losses, test_accuracies
    ### END SOLUTION


def plot_learning_curves(
    train_losses: list[float], test_losses: list[float], test_accuracies: list[float]
) -> None:
    """Draw losses and accuracies over the epochs.

    Args:
        train_losses: the mean training loss of each epoch.
        test_losses: the test loss before training and after each epoch.
        test_accuracies: the test accuracy before training and after each epoch.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
    left.plot(
        range(1, len(train_losses) + 1), train_losses, marker="o", label="training (mean over the epoch)"
    )
    left.plot(range(len(test_losses)), test_losses, marker="o", label="test")
    left.set(xlabel="epoch", ylabel="binary cross-entropy", title="Loss")
    left.legend()
    right.plot(range(len(test_accuracies)), test_accuracies, marker="o", color="tab:orange", label="test")
    right.axhline(0.8, color="grey", linestyle="--", label="asked for")
    right.set(xlabel="epoch", ylabel="share of right decisions", title="Accuracy", ylim=(0, 1))
    right.legend()
    plt.show()
