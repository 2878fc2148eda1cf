"""Shut a process in: Linux only, the standard library only, loaded by path in the process that forks kernels.

One file per thing the kernel offers (namespaces, Landlock, seccomp, capabilities and limits, control groups),
`box.py` for what to build, `guard.py` for who watches it, `dry_run.py` for finding out what this machine
allows.
"""
