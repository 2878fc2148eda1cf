# %% one: Four lines in one figure.
for name, history in (("SimpleRNN", simple_history), ("gated", gated_history)):
    plt.plot(history.history["accuracy"], label=f"{name}, training")
    plt.plot(history.history["val_accuracy"], "--", label=f"{name}, test")
plt.xlabel("epoch")
plt.ylabel("accuracy")
plt.legend()
plt.show()

# %% two: A figure for each, with the legend of the course.
plt.plot(simple_history.history["acc"])
plt.plot(simple_history.history["val_acc"])
plt.legend(["train", "val"], loc="upper left")
plt.title("SimpleRNN")
plt.show()
plt.plot(gated_history.history["acc"])
plt.plot(gated_history.history["val_acc"])
plt.legend(["train", "val"], loc="upper left")
plt.title("LSTM")
plt.show()

# %% dicts: From dicts, in percent, side by side.
fig, axes = plt.subplots(1, 2)
for ax, (title, curves) in zip(axes, {"SimpleRNN": simple_history, "gated": gated_history}.items()):
    curves = getattr(curves, "history", curves)
    epochs = np.arange(1, len(curves["accuracy"]) + 1)
    ax.plot(epochs, 100 * np.array(curves["accuracy"]), label="training")
    ax.plot(epochs, 100 * np.array(curves["val_accuracy"]), label="validation")
    ax.set(title=title, xlabel="epoch", ylabel="accuracy in %")
    ax.legend()
plt.show()

# %% acc: From histories of either spelling.
for name, history in (("SimpleRNN", simple_history), ("gated", gated_history)):
    curves = {key.replace("accuracy", "acc"): values for key, values in history.history.items()}
    plt.figure()
    plt.plot(curves["acc"], "o-", label=name + " train")
    plt.plot(curves["val_acc"], "o-", label=name + " test")
    plt.xlabel("epoch")
    plt.legend()
plt.show()
