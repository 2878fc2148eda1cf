"""Which of a homework's files is graded, and which of them belong together."""
