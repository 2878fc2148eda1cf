# %% sklearn: The data of the sheet.
X, y = make_regression(n_samples=1000, n_features=20, noise=0.1, random_state=1)
X_train, X_test, y_train, y_test = X[:500], X[500:], y[:500], y[500:]

# %% split: By scikit-learn's own split, in column vectors.
from sklearn.model_selection import train_test_split

X, y = make_regression(n_samples=1000, n_features=20, noise=0.1, random_state=3)
X_train, X_test, y_train, y_test = train_test_split(X, y.reshape(-1, 1), test_size=0.5, random_state=0)
X_train, X_test = X_train.astype("float32"), X_test.astype("float32")

# %% by_hand: The same kind of data, drawn in NumPy.
rng = np.random.default_rng(3)
X = rng.normal(size=(1000, 20))
weights = np.where(rng.random(20) < 0.5, 100 * rng.random(20), 0)
y = X @ weights + rng.normal(scale=0.1, size=1000)
X_train, X_test, y_train, y_test = X[:500], X[500:], y[:500], y[500:]
