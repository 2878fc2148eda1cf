# %% given: as the template has it.
def make_series(seed):
    rng, time = np.random.default_rng(seed), np.arange(1461)
    slope, phase, level = rng.uniform(0.01, 0.03), rng.uniform(), rng.uniform(2, 4)
    week = rng.standard_normal(7)
    week = 12 * (week - week.mean()) / week.std()
    clean = 40 + slope * time + 15 * np.sin(2 * np.pi * (time / 365 + phase)) + week[time % 7]
    return clean + level * rng.standard_normal(1461)


# -- next cell --
series = make_series(SERIES_SEED)
time = np.arange(len(series))
train_series = series[:SPLIT_TIME]
