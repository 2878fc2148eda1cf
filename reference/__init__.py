"""The solutions of the homework sheets, from which the tutors' notebooks and the students' templates are
made."""
