from lms import metrics


def numbers() -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in metrics.page().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_page_tells_what_was_counted():
    before = numbers()

    metrics.delivered(3)
    metrics.gap_healed()
    metrics.refused("too_fast")
    metrics.closed(4408)
    metrics.answered(404, 0.02)
    metrics.waiting("letters", 7)
    metrics.show("lms_rooms_open", "Rooms.", lambda: 2)
    after = numbers()

    counted = [name for name in after if name.startswith("lms") and "_total" in name]
    assert {name: added for name in counted if (added := after[name] - before.get(name, 0))} == {
        "lms_deliveries_total": 3,
        "lms_gaps_healed_total": 1,
        'lms_refusals_total{code="too_fast"}': 1,
        'lms_sockets_closed_total{code="4408"}': 1,
        'lms_requests_total{status="4xx"}': 1,
    }
    assert (after['lms_waiting{what="letters"}'], after["lms_rooms_open"]) == (7, 2)
