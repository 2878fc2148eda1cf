"""Other spellings of the sheet's names are understood where there is no doubt."""

import pytest

from grader.assignment.spelling import other_spellings

CONTRACT = ("LSTM_Cell", "LSTM_Layer", "model", "MyModel", "train_ds")


@pytest.mark.parametrize(
    ("defined", "taken"),
    [
        (["LSTM_Cell"], {}),
        (
            ["LSTMCell", "lstm_layer", "trainDS"],
            {"LSTM_Cell": "LSTMCell", "LSTM_Layer": "lstm_layer", "train_ds": "trainDS"},
        ),
        (["LSTM_Cell", "LSTMCell"], {}),
        (["LSTMCell", "LstmCell"], {}),
        (["my_model"], {"MyModel": "my_model"}),
        (["Cell", "net"], {}),
        (["MyModel", "model"], {}),
    ],
)
def test_one_other_spelling_is_taken(defined, taken):
    assert dict(other_spellings(CONTRACT, defined)) == taken
