"""What is kept of an error: nothing of the machine on which it was raised."""

from grader.judge.words import raised
from grader.run.told import LONGEST_MESSAGE, told, without_paths

IN_A_GRAPH = """Graph execution error:

Detected at node concat_24 defined at (most recent call last):
  File "/srv/grade me/grader/run/inside/zygote.py", line 264, in <module>

  File "/srv/venv/lib/python3.11/site-packages/ipykernel/zmqshell.py", line 686, in run_cell

  File "/tmp/ipykernel_2/15984.py", line 21, in call

ConcatOp : Dimension 0 in both shapes must be equal
\t [[{{node concat_24}}]] [Op:__inference_step_1]"""
IN_USER_CODE = """in user code:

    File "/tmp/ipykernel_2/8967.py", line 15, in train_step  *
        loss = bce(y, model(x))
    File "/tmp/__autograph_generated_filen3kn.py", line 18, in tf__call

    AttributeError: 'SymbolicTensor' object has no attribute 'numpy'
"""


def test_an_error_of_a_graph_is_told_without_the_frames_that_lead_to_the_node():
    kept = told({"name": "InvalidArgumentError", "message": IN_A_GRAPH, "traceback": IN_A_GRAPH})
    assert "File" not in kept["message"]
    assert raised(kept) == "raises InvalidArgumentError: ConcatOp : Dimension 0 in both shapes must be equal"
    assert raised({"name": "InvalidArgumentError", "message": IN_A_GRAPH}) == raised(kept)


def test_places_of_generated_code_keep_their_names_without_their_folder():
    said = without_paths(IN_USER_CODE)
    assert '"ipykernel_2/8967.py", line 15' in said
    assert '"__autograph_generated_filen3kn.py"' in said
    assert raised({"name": "AttributeError", "message": IN_USER_CODE}) == raised(
        {"name": "AttributeError", "message": said}
    )


def test_frames_of_ours_are_left_out_and_the_folder_of_the_run_is_hidden():
    frame = '  File "/a b/grader/run/inside/seen/governor.py", line 3, in fit\n'
    text = f'{frame}  File "/x/files/own.py", line 1, in f\n'
    assert without_paths(text, ("/x/files",)) == '  File "own.py", line 1, in f\n'
    assert (
        without_paths("/opt/g/grader/run/inside/period/absent.py:50")
        == "grader/run/inside/period/absent.py:50"
    )
    assert without_paths("No such file: '/content/drive/hw7'") == "No such file: '/content/drive/hw7'"


def test_what_is_long_is_cut_after_it_was_cleaned():
    long = "/srv/lib/python3.11/site-packages/x " * 1000
    kept = told({"name": "E", "message": long, "traceback": "/" * 20_000})
    assert len(kept["message"]) == LONGEST_MESSAGE
    assert "site-packages" not in kept["message"]
