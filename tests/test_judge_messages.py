"""What students read is what somebody has proofread."""

from tests.messages import PAGE, page


def test_the_page_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.messages and proofread what changed"
