"""Where written questions are answered."""
