# %% dict: a dict of tuples.
def output_shapes(batch, time, features, units):
    return {"x": (batch, time, features), "x_t": (batch, features), "h": (batch, time, units), "h_t": (batch, units)}


# %% tuples: four tuples.
def output_shapes(batch, time, features, units):
    return (batch, time, features), (batch, features), (batch, time, units), (batch, units)
