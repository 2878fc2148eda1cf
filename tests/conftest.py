"""What all tests rely on."""

import signal

# A CI job may start us in the background, where Ctrl-C is ignored and stays so in every process below.
signal.signal(signal.SIGINT, signal.default_int_handler)
