"""The forecast of a series: its windows, the forecaster, and what was drawn of it."""
