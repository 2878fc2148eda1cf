"""In the instructor's process: what is asked, which runner does it, and what came of it."""
