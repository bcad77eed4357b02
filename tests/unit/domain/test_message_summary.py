"""message-summary bodies: the RFC's example, what may be missing, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.message_summary import MessageSummary, MessageSummaryInvalid, parse_message_summary

# RFC 3842 §5.2
EXAMPLE = """Messages-Waiting: yes\r
Message-Account: sip:alice@vmail.example.com\r
Voice-Message: 2/8 (0/2)\r
\r
To: <alice@atlanta.example.com>\r
From: <bob@biloxi.example.com>\r
"""


def test_the_example_of_rfc_3842() -> None:
    assert parse_message_summary(EXAMPLE) == MessageSummary(
        waiting=True, account_uri="sip:alice@vmail.example.com", new=2, old=8, new_urgent=0, old_urgent=2
    )


def test_only_the_first_line_is_needed() -> None:
    assert parse_message_summary("messages-waiting: No\n") == MessageSummary(waiting=False)


def test_fax_is_no_voice_message() -> None:
    summary = parse_message_summary("Messages-Waiting: yes\r\nFax-Message: 3/0\r\nVoice-Message: 1/0\r\n")
    assert (summary.new, summary.old, summary.new_urgent) == (1, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Voice-Message: 1/0",
        "Messages-Waiting: perhaps",
        "Messages-Waiting: yes\r\nVoice-Message: many",
        "Messages-Waiting: yes\r\nVoice-Message: 1/2 (3)",
        "Messages-Waiting: yes\r\nVoice-Message: 99999999999/0",
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(MessageSummaryInvalid):
        parse_message_summary(text)


@given(st.text(max_size=200))
def test_foreign_text_raises_nothing_else(text: str) -> None:
    try:
        summary = parse_message_summary(text)
    except MessageSummaryInvalid:
        return
    assert summary.new >= 0
