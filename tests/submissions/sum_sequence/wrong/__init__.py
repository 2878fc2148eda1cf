"""Wrong submissions: one mistake each, as students make them.

`fails` are the checks that must not pass, `may` those that may fall with them. Checks follow the student's own earlier parts, so
a wrong cell costs the cell's check only: its layer is compared with that cell, and most wrong cells still learn to sum (README.md
has the figures). The mistakes were found in real homework, or are one small slip away from it.
"""

from tests.submissions.sum_sequence import styles, trained
from tests.submissions.sum_sequence.wrong import cell, data, layer, model, training, unfinished

SUBMISSIONS = [
    *data.SUBMISSIONS,
    *cell.SUBMISSIONS,
    *layer.SUBMISSIONS,
    *model.SUBMISSIONS,
    *training.SUBMISSIONS,
    *unfinished.SUBMISSIONS,
    *styles.WRONG,
    *trained.WRONG,
]
