"""Runs on other machines, by Dask: a host that sends orders, workers that carry them out. Only the modules that need Dask import it.

What goes out is what a runner on this machine would find: the job, the drawn questions, the student's files (order.py). What comes
back is what it would leave. The key, what was drawn and stays hidden, the gradebook and all judging stay with the host.
"""
