# %% plain: read-in, GRU, read-out.
class MyModel(tf.keras.Model):
    """Reads noise, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.gru = GRU_Layer(GRU_Cell(GRU_UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            probabilities, [batch, 1].
        """
        start = self.gru.zero_states(tf.shape(x)[0])
        hidden = self.gru(self.read_in(x), start)
        return self.read_out(hidden[:, -1])
