"""dialog-info: documents read, partial ones joined, bombs refused, and what a key shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.call import CallState, Direction
from softphone.domain.dialog_info import Dialog, DialogInfo, LineState, line_state
from softphone.domain.dialog_info_xml import (
    DialogInfoDocument,
    DialogInfoInvalid,
    merge_dialog_info,
    parse_dialog_info,
)
from softphone.domain.uri import Party

# After RFC 4235 §4.4
TALKING = b"""<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:1001@pbx">
  <dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" remote-tag="456887766"
          direction="recipient">
    <state event="2xx" code="200">confirmed</state>
    <duration>274</duration>
    <local>
      <identity>sip:1001@pbx</identity>
      <target uri="sip:1001@192.0.2.1"><param pname="+sip.rendering" pvalue="no"/></target>
    </local>
    <remote>
      <identity display="\xe5\xb1\xb1\xe7\x94\xb0">sip:1002@pbx</identity>
      <target uri="sip:1002@192.0.2.2"/>
    </remote>
  </dialog>
</dialog-info>"""

BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="&b;"/>"""


def document(version: int, *dialogs: Dialog, full: bool = False) -> DialogInfoDocument:
    return DialogInfoDocument(entity="sip:1001@pbx", version=version, full=full, dialogs=dialogs)


def dialog(
    identifier: str, state: CallState, direction: Direction | None = None, held: bool = False
) -> Dialog:
    return Dialog(id=identifier, state=state, direction=direction, held=held)


EARLY = dialog("a", CallState.EARLY, Direction.RECIPIENT)
CONFIRMED = dialog("b", CallState.CONFIRMED)


def test_everything_a_pickup_needs_is_read() -> None:
    read = parse_dialog_info(TALKING)
    assert (read.entity, read.version, read.full) == ("sip:1001@pbx", 1, True)
    assert read.dialogs == (
        Dialog(
            id="as7d900as8",
            state=CallState.CONFIRMED,
            direction=Direction.RECIPIENT,
            sip_call_id="a84b4c76e66710",
            local_tag="1928301774",
            remote_tag="456887766",
            remote=Party(uri="sip:1002@pbx", display_name="山田", number="1002"),
            held=True,
        ),
    )


def test_no_dialog_at_all() -> None:
    empty = TALKING[: TALKING.index(b"  <dialog ")] + b"</dialog-info>"
    assert parse_dialog_info(empty).dialogs == ()


def test_a_target_without_identity_names_the_far_side() -> None:
    anonymous = TALKING.replace(b">sip:1002@pbx<", b"><")
    remote = parse_dialog_info(anonymous).dialogs[0].remote
    assert remote is not None
    assert remote.number == "1002"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        TALKING[:-20],
        BOMB,
        TALKING.replace(b'version="1" state', b'version="x" state'),
        TALKING.replace(b'state="full"', b'state="half"'),
        TALKING.replace(b">confirmed<", b">sleeping<"),
        TALKING.replace(b'id="as7d900as8" ', b""),
        TALKING.replace(b"dialog-info xmlns", b"presence xmlns").replace(b"/dialog-info", b"/presence"),
        TALKING.replace(b'version="1.0"', b'version="1.0" encoding="nonsense"'),
        b"<a>" * 100 + b"</a>" * 100,
    ],
)
def test_what_is_no_dialog_info_is_refused(data: bytes) -> None:
    with pytest.raises(DialogInfoInvalid):
        parse_dialog_info(data)


def test_a_document_type_is_refused_by_name() -> None:
    with pytest.raises(DialogInfoInvalid, match="document type"):
        parse_dialog_info(BOMB)


@given(st.binary(max_size=200), st.integers(0, len(TALKING)))
def test_foreign_bytes_raise_nothing_else(data: bytes, place: int) -> None:
    try:
        read = parse_dialog_info(TALKING[:place] + data + TALKING[place:])
    except DialogInfoInvalid:
        return
    assert read.version >= 0


def test_partial_documents_are_joined_by_id() -> None:
    known = merge_dialog_info(None, document(4, EARLY, full=True))
    assert known is not None
    known = merge_dialog_info(known, document(5, CONFIRMED))
    assert known is not None
    assert known.dialogs == (EARLY, CONFIRMED)
    known = merge_dialog_info(known, document(6, dialog("a", CallState.TERMINATED)))
    assert known == DialogInfo(entity="sip:1001@pbx", version=6, dialogs=(CONFIRMED,))


def test_a_gap_or_a_partial_beginning_asks_for_the_full_state() -> None:
    known = DialogInfo(entity="sip:1001@pbx", version=4)
    assert merge_dialog_info(known, document(6, EARLY)) is None
    assert merge_dialog_info(None, document(0, EARLY)) is None


def test_an_old_partial_changes_nothing_and_an_old_full_counts() -> None:
    known = DialogInfo(entity="sip:1001@pbx", version=4, dialogs=(CONFIRMED,))
    assert merge_dialog_info(known, document(4, EARLY)) is known
    begun_anew = merge_dialog_info(known, document(0, EARLY, full=True))
    assert begun_anew is not None
    assert (begun_anew.version, begun_anew.dialogs) == (0, (EARLY,))


@pytest.mark.parametrize(
    ("dialogs", "shown"),
    [
        ((), LineState.IDLE),
        ((dialog("a", CallState.TERMINATED),), LineState.IDLE),
        ((EARLY,), LineState.RINGING),
        ((dialog("a", CallState.EARLY),), LineState.RINGING),
        ((dialog("a", CallState.EARLY, Direction.INITIATOR),), LineState.TALKING),
        ((dialog("a", CallState.TRYING, Direction.INITIATOR),), LineState.TALKING),
        ((CONFIRMED,), LineState.TALKING),
        ((dialog("a", CallState.CONFIRMED, held=True),), LineState.HELD),
        ((dialog("a", CallState.CONFIRMED, held=True), CONFIRMED), LineState.TALKING),
        ((CONFIRMED, EARLY), LineState.RINGING),
    ],
)
def test_what_a_key_shows(dialogs: tuple[Dialog, ...], shown: LineState) -> None:
    assert line_state(DialogInfo(entity="sip:1001@pbx", dialogs=dialogs)) is shown


def test_unknown_is_not_idle() -> None:
    assert line_state(None) is LineState.UNKNOWN
