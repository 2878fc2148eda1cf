"""The words of English and German that the reading of an answer rests on, whatever the question is."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Words with which a new clause begins: a "not" before them says nothing about what follows. The German "also"
# is not among them: it stands behind a comma, and in English "one could also ..." is one clause.
CONJUNCTIONS = _words(
    "because becuase since as but although though however so therefore hence while whereas thus therefor due",
    "weil da denn aber sondern obwohl daher deshalb somit während wohingegen",
)
# What announces a reason.
REASONS = _words("because becuase since as due for reason weil da denn wegen")
ANSWERS = _words("no nope nein yes yeah yep ja")
# What begins a clause after "no", "and" and their like without a comma: "no we should ...", "and there are
# ...".
LINKS = _words("and und")
SUBJECTS = _words("i you we it this that the there they one only da wir es man das ich nur")

# "as" after these compares or takes for, and begins nothing: "see it as a regression", "as important as".
TAKES_AS = _words(
    "see seen take taken treat treated view viewed consider considered regard regarded interpret interpreted"
    " such well far long much"
)

NEGATORS = _words(
    "not no never neither nor nothing none without hardly avoid against",
    "nicht kein keine keinen keinem keiner keines nie niemals weder ohne nein kaum gegen",
)
NO_NEGATION = {
    ("not", "only"),
    ("nicht", "nur"),
    ("no", "doubt"),
    ("not", "just"),
    ("not", "sure"),
    ("without", "doubt"),
}
INSTEAD = (
    ("than",),
    ("instead", "of"),
    ("opposed", "to"),
    ("contrast", "to"),
    ("as", "in"),
    ("like", "in"),
    ("unlike",),
    ("statt",),
    ("anstatt",),
    ("anstelle",),
)
WEIGHED = _words(
    "could might if may maybe possibly theoretically theoretical technically when whether",
    "wenn falls könnte könnten kann theoretisch vielleicht ob",
)
# Of these, what makes another way a mere possibility: "technically we regress" still says that we do.
POSSIBLE = _words("could might may", "könnte könnten")
# "regression would be right if the sum were asked for": what holds under a condition is not held.
CONDITIONS = _words("if when wenn falls")
WOULD_BE = {("would", "be"), ("wäre",), ("wären",)}
# "regression is not the case", "Regression ist es hier nicht": what may stand beside a "not" that comes late.
LIGHT = _words(
    "is are was were be would does do it this that here at all", "ist sind es das dies hier wäre war wir man"
)
CLOSING = _words(
    "right correct true apply applicable fit the case needed", "richtig nötig der fall passend zutreffend"
)
# "regression means ...", "Regression bedeutet ...": a definition takes no side.
DEFINES = _words(
    "means mean predicts predict assigns assign describes tries", "bedeutet heißt bezeichnet beschreibt meint"
)

# The commonest words of the two languages: a text with hardly any of them is in another one, or no text.
COMMON = _words(
    "a an and are as at be because but by can do does for from has have if in is it its just no not of on one"
    " only or our out",
    "should since so than that the their them then there these they this to use used was we were what which"
    " will with would you",
    "each every more most very here into when where how i all also could both between after before while some"
    " such",
    "aber alle als also am an auch auf aus bei da das dass dem den denn der des die dies diese durch ein eine"
    " einem einen einer",
    "eines er es für gibt hat hier ich ihr im in ist ja kann kein keine man mit nach nein nicht noch nur ob"
    " oder sein sich sie",
    "sind so sollte um und uns vom von vor war was weil wenn werden wir wird wurde zu zum zur zwei",
)
