"""What is known of the two generations of Keras. docs/runtimes.md tells it to people.

`generations`: what each is called, where it comes from and how a process becomes it. `names`: what exists
in one alone, as the source shows it before anything runs. `symptoms`: the errors that code for one raises
under the other. Which of the two a notebook gets is decided in judge/runtimes.py.
"""
