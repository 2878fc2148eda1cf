"""In the runner's process, which is expendable: it drives one notebook at a time through a kernel."""
