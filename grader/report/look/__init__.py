"""What a person should see first of a class: `first.py` gathers what the others find."""
