from softphone.domain.media import MediaDirection, estimate_mos


def test_a_clean_call_is_good_and_loss_hurts() -> None:
    clean = estimate_mos("PCMU", 0.0, 1.0, 20.0)
    assert 4.3 <= clean <= 4.5
    assert estimate_mos("PCMU", 0.05, 1.0, 20.0) < clean - 0.4
    assert estimate_mos("PCMU", 0.0, 1.0, 900.0) < clean - 0.5


def test_mos_stays_on_its_scale() -> None:
    for loss in (0.0, 0.5, 1.0, 7.0):
        for delay in (0.0, 5000.0):
            assert 1.0 <= estimate_mos("G722", loss, delay, delay) <= 4.5


def test_directions_say_who_hears_whom() -> None:
    assert [each.value for each in MediaDirection if each.sends] == ["sendrecv", "sendonly"]
    assert [each.value for each in MediaDirection if each.receives] == ["sendrecv", "recvonly"]
    assert [each.value for each in MediaDirection if each.holds] == ["sendonly", "inactive"]
