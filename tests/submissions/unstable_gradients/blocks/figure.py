# %% semilogy: One call.
plt.semilogy(gradient_norms(simple_rnn, x_probe, y_probe))
plt.xlabel("step")
plt.ylabel("norm of the gradient")
plt.show()

# %% axes: Two models in one figure, the axis made logarithmic afterwards.
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(np.arange(1, LENGTH + 1), gradient_norms(simple_rnn, x_probe, y_probe), ".-", label="SimpleRNN")
ax.set_yscale("log")
ax.set(xlabel="t", ylabel="|dL/dx_t|")
ax.legend()
fig.savefig("norms.png")
plt.close(fig)

# %% logs: Logarithms, drawn on a linear axis, steps counted backwards from the end.
values = np.log10(np.asarray(gradient_norms(simple_rnn, x_probe, y_probe)))
plt.figure()
plt.plot(np.arange(LENGTH) - LENGTH, values)
plt.ylabel("log10 of the gradient's norm")
plt.show()
