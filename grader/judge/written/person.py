"""Written answers: found and shown. A person marks them."""

from __future__ import annotations

from grader.assignment import Question, Seen
from grader.model import Evidence, Verdict
from grader.model.verdict import needs_review

MOST_PLACES = 8  # that a message names


def for_a_person(seen: Seen, question: Question) -> Verdict:
    """NEEDS_REVIEW with every candidate found; never an automatic mark, up or down."""
    found = seen.written(question.id)
    if not found:
        searched = seen.submission.searched
        more = f" and {len(searched) - MOST_PLACES} more" if len(searched) > MOST_PLACES else ""
        places = f" (searched: {', '.join(searched[:MOST_PLACES])}{more})" if searched else ""
        return needs_review(f"no answer was found under a heading like “{question.title}”{places}: a person will look for it")
    evidence = [Evidence(what="your answer", actual=answer.text, where=answer.where) for answer in found]
    more = f" ({len(found)} places, all shown)" if len(found) > 1 else ""
    return needs_review(f"An answer was found in {found[0].where}{more}: a person will read it.", evidence=evidence)
