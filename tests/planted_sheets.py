"""What a tired tutor does to the sheet that `grade new` makes: each one change, the rule that finds it, the
check that it is about, and the sentence that names it."""

from grader.lint import LintRule

SHEET, SOLUTION = "assignments/small/sheet.py", "reference/small/solution.ipynb"
RIGHT, WRONG = (
    "submissions/small/right/homework.ipynb",
    "submissions/small/wrong_forgets_the_state/homework.ipynb",
)
README = "reference/small/readme.md"
WORDS = 'part = hw.task("3", "In words.", after_training=False)\n'  # before which further checks are planted


def own_check(name, title, body, *, points=0, more=""):
    """A check of one's own, put into the sheet before the questions in words."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        f'@part.own_check("{title}", points={points}, forger_gains="nothing"{more})\ndef'
        f" {name}(seen):\n{lines}\n\n\n{WORDS}"
    )


ALWAYS = own_check("there", "There is something.", 'return passed("")', points=1)
STEADY = own_check(
    "rows",
    "It gives rows.",
    "(called,) = seen[asked]\nreturn passed('') if called.array.ndim == 2 else failed('')",
    points=1,
    more=", asks=asked",
)
LUCK = own_check(
    "luck",
    "It is large.",
    "(called,) = seen[asked]\nreturn passed('') if called.given[0][0, 0] > 0 else failed('small')",
    points=1,
    more=", asks=asked",
)
RAISES = own_check("raises", "It is kept.", "return {}['nothing']", points=1, more=", asks=asked")
FIRST_COLUMN = (
    "(called,) = seen[asked]\nshare = (called.array > 0).mean()\nreturn passed('') if share > 0.9 else"
    " failed('few')"
)
OFTEN_POSITIVE = own_check("share", "At least 80 % are positive.", FIRST_COLUMN, more=", asks=asked")
LETTERS = (
    'often = hw.choice("often", "How often is U used?", options=["Once", "At each step"], names=["often"])\n'
    f'part.check(checks.chosen(often, right="B"), points=2, hidden=True)\n{WORDS}'
)
WORD = own_check(
    "said", "It says so.", "return passed('')", points=3, more=", basis=Basis.REPORTED, asks=asked"
)
NOT_DRAWN = own_check(
    "seen_there", "It is there.", "return passed('')", points=1, more=", asks=probes.figures()"
)
HIDDEN = own_check(
    "secret", "The rows add up to one.", "return passed('')", points=0, more=", hidden=True, asks=asked"
)
IN_A_LOOP = (
    'for place in (1, 2):\n    part.check(checks.number(total, right=320), id=f"again_{place}", points=1,'
    f" hidden=True)\n\n{WORDS}"
)
ONE_LETTER = LETTERS.replace("points=2", "points=1")
RUBRIC_PHRASES = (
    "[keeps|stays ... between, bounded|bounds, does not grow|explode, keeps ... small|range]",
    "[linear|nonlinear|nonlinearity|non-linear]",
)
TWO_ALIKE = (
    'so = hw.question("why_so", "Why does the new state go through tanh, and how?", template_text='
    '"*Write your answer here.*")\npart.check(checks.answered(so), points=0)\npart.check(checks.answered(why)'
)
ONE_DRAW = "    batch, features, units = rng.integers(2, 7, 3)\n"
TANH_U = "np.tanh(x @ U + h @ W + b)"

PLANTED = {
    "a check that nothing wrong trips": (
        [(SHEET, WORDS, STEADY)], LintRule.UNTRIPPED, "rows", "no wrong submission trips it",
    ),
    "a reference without full points": (
        [(SOLUTION, TANH_U, "np.sinh(x @ U + h @ W + b)")], LintRule.REFERENCE, "one_step",
        "the reference does not get its 5 points: rnn_step gives other numbers",
    ),
    "a right one without full points": (
        [(RIGHT, "(features + units) * units + units", "features * units")],
        LintRule.RIGHT,
        "count_parameters",
        "it does not get its 2 points",
    ),
    "points that do not add up": (
        [(SHEET, "points=10)", "points=12)")], LintRule.POINTS, "",
        "its checks come to 10 points, and the sheet promises 12",
    ),
    "points that the README counts otherwise": (
        [(README, "| 2. Counting. | 3 |", "| 2. Counting. | 4 |")], LintRule.POINTS, "",
        "task 2 has 3 points by its checks, and README.md says 4",
    ),
    "points that a title counts otherwise": (
        [(SHEET, '"2", "Counting."', '"2", "Counting (5 points)."')], LintRule.POINTS, "",
        "task 2 has 3 points by its checks, and the sheet says 5",
    ),
    "a template that passes something": (
        [(SHEET, WORDS, ALWAYS)], LintRule.TEMPLATE, "there",
        "the template gets 1 of its 1 points with nothing written",
    ),
    "a notebook without gaps": (
        [(SOLUTION, "BEGIN SOLUTION", "SOLVED"), (SOLUTION, "END SOLUTION", "")], LintRule.TEMPLATE, "",
        "the notebook has no BEGIN SOLUTION",
    ),
    "a verdict that changes with the draw": (
        [(SHEET, WORDS, LUCK)], LintRule.UNSTEADY, "luck", "over 20 draws it is ",
    ),
    "more than a fifth on the kernel's word": (
        [(SHEET, WORDS, WORD), (SHEET, "import Assignment", "import Basis, Assignment")],
        LintRule.REPORTED,
        "",
        "3 of 13 points rest on the kernel's word alone; at most a fifth may",
    ),
    "a proof of what nobody drew": (
        [(SHEET, WORDS, NOT_DRAWN)], LintRule.REPORTED, "seen_there",
        "it says that it is proven, and asks nothing that the host draws",
    ),
    "a proof of what is drawn from a generator of its own": (
        [(SHEET, ONE_DRAW, f"    rng = np.random.default_rng(3)\n{ONE_DRAW}")], LintRule.REPORTED, "one_step",
        "it says that it is proven, and asks nothing that the host draws"
    ),
    "more than a tenth on letters": (
        [(SHEET, WORDS, LETTERS)], LintRule.LETTERS, "",
        "2 of 12 points rest on the letters of choice questions; at most a tenth may",
    ),
    "a hidden check that cannot be left out": (
        [(SHEET, WORDS, IN_A_LOOP)], LintRule.TRAVELS, "", "cannot be left out of the students' sheet",
    ),
    "a hidden check of which the README tells": (
        [(SHEET, WORDS, HIDDEN), (README, "<!-- first", "The rows add up to one.\n\n<!-- first")],
        LintRule.TRAVELS, "secret",
        "it is hidden, and README.md, which students get, says 'The rows add up to one'",
    ),
    "a right answer that travels": (
        [(SHEET, "hidden=True, points=1", "points=1")], LintRule.TRAVELS, "total",
        "its right answer stands in the sheet that students get",
    ),
    "a title that contradicts its numbers": (
        [(SHEET, WORDS, OFTEN_POSITIVE)],
        LintRule.TITLE, "share", "its title says 80 %, and its function 0.9",
    ),
    "a wrong submission that loses nothing": (
        [], LintRule.HARMLESS, "", "it is called wrong, and loses nothing",
    ),
    "points that the README's title counts otherwise": (
        [(README, "# A small sheet\n", "# A small sheet (12 points)\n")], LintRule.POINTS, "",
        "the checks come to 10 points, and the title of README.md says 12",
    ),
    "a README without a row for a task": (
        [(README, "| 2. Counting. | 3 |\n", "")], LintRule.POINTS, "",
        "task 2 has 3 points, and no row in the table of README.md",
    ),
    "a README with a row of last year": (
        [(README, "| 3. In words. | 2 |", "| 3. In words. | 2 |\n| 4. A figure. | 4 points |")],
        LintRule.POINTS, "",
        "README.md gives 4 points for what is no task of the sheet: | 4. A figure. | 4 points |",
    ),
    "a task of which nothing is checked": (
        [(SHEET, WORDS, f'hw.task("4", "A figure.")\n{WORDS}')], LintRule.POINTS, "",
        "task 4 (A figure) has no check: nothing in it earns points",
    ),
    "two checks that students cannot tell apart": (
        [(SHEET, WORDS, ALWAYS.replace("There is something.", "rnn_step gives tanh(x U + h W + b)."))],
        LintRule.TITLE, "", "2 checks have the title 'rnn_step gives tanh(x U + h W + b).'",
    ),
    "a sheet that nobody can pass": (
        [(SHEET, "level=Level.PASSED", "level=Level.OUTSTANDING")], LintRule.POINTS, "",
        "no check says level=Level.PASSED: nobody passes who is not outstanding",
    ),
    "a README of another homework": (
        [(SHEET, '"A small sheet", points', '"Homework 6: A small sheet", points'),
         (README, "# A small sheet", "# Homework 7: A small sheet")], LintRule.TOLD, "",
        "README.md has the title “Homework 7: A small sheet”, and the sheet “Homework 6: A small sheet”",
    ),
    "a README without a name": (
        [(README, "| `count_parameters(features, units)` | how many numbers U, W and b hold together |", "")],
        LintRule.TOLD, "", "README.md does not name count_parameters, by which the sheet finds the work",
    ),
    "a README with another order of arguments": (
        [(README, "rnn_step(x, h, U, W, b)", "rnn_step(h, x, U, W, b)")], LintRule.TOLD, "",
        "README.md says rnn_step(h, x, U, W, b), and the sheet asks rnn_step(x, h, U, W, b)",
    ),
    "a README that forgets an argument": (
        [(README, "rnn_step(x, h, U, W, b)", "rnn_step(x, h, U, W)")], LintRule.TOLD, "",
        "README.md says rnn_step(x, h, U, W), and the sheet asks rnn_step(x, h, U, W, b)",
    ),
    "a template with another order of arguments": (
        [(SOLUTION, "def rnn_step(x, h, U, W, b)", "def rnn_step(x, h, W, U, b)")], LintRule.TOLD, "",
        "homework.ipynb, cell 4, line 1 says rnn_step(x, h, W, U, b)",
    ),
    "a notebook with another name than the sheet's": (
        [(SOLUTION, "def count_parameters(", "def count_all(")], LintRule.REFERENCE, "",
        "the tutor's notebook does not define count_parameters; what behaves alike is taken for it",
    ),
    "a notebook with another number than the sheet's": (
        [(SHEET, "points=10)", 'points=10, parameters={"UNITS": 16})'),
         (SOLUTION, "import numpy as np", "import numpy as np\\nUNITS = 32")], LintRule.REFERENCE, "",
        "the tutor's notebook says UNITS = 32, and the sheet 16",
    ),
    "a package that students do not get": (
        [(SOLUTION, "import numpy as np", "import numpy as np\\nimport matplotlib.pyplot as plt")],
        LintRule.REFERENCE, "",
        "the tutor's notebook imports matplotlib, which the sheet does not give to students",
    ),
    "a solution in the README": (
        [(README, "<!-- first", "```python\nnew = np.tanh(x @ U + h @ W + b)\n```\n\n<!-- first")],
        LintRule.GIVEN, "",
        "the solution of cell 4, “return np.tanh(x @ U + h @ W + b)”, stands in README.md",
    ),
    "a solution left in another cell": (
        [(SOLUTION, "import numpy as np", "import numpy as np\\n# np.tanh(x @ U + h @ W + b)\\n"
          "def solved(x, h, U, W, b):\\n    return np.tanh(x @ U + h @ W + b)")],
        LintRule.GIVEN, "", "stands in homework.ipynb, cell 2, which students get",
    ),
    "a solution before its marker": (
        [(SOLUTION, "    ### BEGIN SOLUTION: a formula of both sizes\\n",
          "    # (features + units) * units + units\\n    ### BEGIN SOLUTION: a formula of both sizes\\n")],
        LintRule.GIVEN, "", "stands in homework.ipynb, cell 6, which students get",
    ),
    "an answer in words in the README": (
        [(README, "<!-- first", "It *keeps* the state between -1 and 1, however many steps there are: "
          "each step multiplies the state by W again.\n\n<!-- first")],
        LintRule.GIVEN, "", "the solution of cell 8, “It keeps the state between -1 and 1",
    ),
    "a number in the README": (
        [(README, "for 16 units on 3 features, as a number", "for 16 units on 3 features: 320")],
        LintRule.GIVEN, "total", "README.md, which students get, says its number",
    ),
    "a number left in the template": (
        [(SOLUTION, '"<!-- BEGIN SOLUTION -->\\n",\n    "320',
          '"320\\n", "\\n", "<!-- BEGIN SOLUTION -->\\n", "320')],
        LintRule.GIVEN, "total", "homework.ipynb, cell 7, which students get, answers it already: “320”",
    ),
    "a box that is ticked in the template": (
        [(SHEET, WORDS, ONE_LETTER), (SOLUTION, "## 3. In words", "### How often is U used?\\n\\n"
          "- [ ] Once\\n- [x] At each step\\n\\n## 3. In words")],
        LintRule.GIVEN, "often", "answers it already: B is ticked",
    ),
    "a letter in the README": (
        [(SHEET, WORDS, ONE_LETTER), (README, "<!-- first", "### How often is U used?\n\nB\n\n<!-- first")],
        LintRule.GIVEN, "often", "README.md, which students get, answers it already",
    ),
    "a template_text that is not the template's": (
        [(SHEET, '"*Write your answer here.*"', '"*Your answer.*"')], LintRule.QUESTION, "why_tanh",
        "who writes nothing has answered “*Write your answer here.*”",
    ),
    "an explanation that counts as an answer": (
        [(SOLUTION, "tanh?\\n", "tanh?\\n\\nThink of many steps.\\n")], LintRule.QUESTION, "why_tanh",
        "who writes nothing has answered “Think of many steps.”",
    ),
    "a question that the notebook does not ask": (
        [(path, "Why does the new state go through tanh?", "What is the activation for?")
         for path in (SHEET, "assignments/small/rubric.yaml")],
        LintRule.QUESTION, "why_tanh",
        "the tutor's notebook has no answer below a heading like “What is the activation for?”",
    ),
    "options in another order than the sheet's": (
        [(SHEET, WORDS, ONE_LETTER), (SOLUTION, "## 3. In words", "### How often is U used?\\n\\n"
          "- [ ] At each step\\n- [ ] Once\\n\\n## 3. In words")], LintRule.QUESTION, "often",
        "homework.ipynb, cell 8 has its options in another order than the sheet: B, A",
    ),
    "an option in other words than the sheet's": (
        [(SHEET, WORDS, ONE_LETTER), (SOLUTION, "## 3. In words", "### How often is U used?\\n\\n"
          "- [ ] Once\\n- [ ] Every now and then\\n\\n## 3. In words")], LintRule.QUESTION, "often",
        "who writes nothing seems to answer: ",
    ),
    "a rubric of another question": (
        [("assignments/small/rubric.yaml", phrases, "[noise]") for phrases in RUBRIC_PHRASES],
        LintRule.QUESTION, "why_tanh", "the rubric finds none of its positions in the tutor's own answer",
    ),
    "two questions that one heading could mean": (
        [(SHEET, "part.check(checks.answered(why)", TWO_ALIKE)], LintRule.QUESTION, "why_so",
        "the tutor's notebook has no answer below a heading like “Why does the new state go through tanh",
    ),
    "a wrong submission without its imports": (
        [(WRONG, "import numpy as np", "")], LintRule.STOPS, "",
        "it fails for another reason than its own: all that is asked of calls_rnn_step raises NameError",
    ),
    "a wrong submission with a typing error": (
        [(WRONG, "return np.tanh", "retrun np.tanh")], LintRule.STOPS, "",
        "it fails for another reason than its own: cell 3 raises SyntaxError",
    ),
    "a wrong submission whose names are others": (
        [(WRONG, "rnn_step", "step_once"), (WRONG, "count_parameters", "how_many"), (WRONG, "64", "320")],
        LintRule.STOPS, "",
        "it fails for another reason than its own: nothing of what the checks that it loses",
    ),
    "a wrong submission that was copied": (
        [], LintRule.SAME, "", "its code and answers are those of ",
    ),
    "a check that raises": (
        [(SHEET, WORDS, RAISES)], LintRule.FAULT, "raises", "it cannot be judged: KeyError: 'nothing'",
    ),
}  # fmt: skip


# what is called wrong, too, in a folder of its own
COPIED = {LintRule.HARMLESS: RIGHT, LintRule.SAME: WRONG}
