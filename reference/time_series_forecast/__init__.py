"""Homework 9: a time series, forecast by recurrent networks."""
