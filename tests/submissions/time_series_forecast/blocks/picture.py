# %% legend: both lines and a legend.
plt.figure(figsize=(10, 5))
plt.plot(time[SPLIT_TIME:], series[SPLIT_TIME:], label="series")
plt.plot(time[SPLIT_TIME:], forecasts, label="forecast")
plt.legend()
plt.show()


# %% course: a function that plots, with names of the axes.
def plot_series(time, series, format="-", start=0, end=None):
    plt.plot(time[start:end], series[start:end], format)
    plt.xlabel("Time")
    plt.ylabel("Value")
    plt.grid(True)


time_valid, series_valid = time[SPLIT_TIME:], series[SPLIT_TIME:]
plt.figure(figsize=(10, 6))
plot_series(time_valid, series_valid)
plot_series(time_valid, forecasts)

# %% axes: two pairs of axes; the second with both lines.
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
left.plot(forecaster_history.history["loss"])
right.plot(series[SPLIT_TIME:], "k.", label="truth")
right.plot(forecasts, label="network")
right.legend(["truth", "network"])
fig.savefig("forecast.png")
plt.close(fig)

# %% table: by pandas, from a table of days.
import pandas as pd

table = pd.DataFrame({"day": time[SPLIT_TIME:], "value": series[SPLIT_TIME:], "forecast": forecasts})
table.plot(x="day", y=["value", "forecast"], figsize=(12, 4))
plt.ylabel("value")
plt.show()
