"""The codes with which the station speaks; hmi/desk/texts.py puts them into words."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a request is refused; `detail` of the answer carries the parameters named here."""

    BAD_REQUEST = "bad_request"  # sentence
    UNKNOWN_USER = "unknown_user"
    UNTRUSTED_ROLE = "untrusted_role"
    NOT_ALLOWED = "not_allowed"  # role
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_PLAN = "unknown_plan"
    WRONG_PLAN_STATE = "wrong_plan_state"  # state
    DUPLICATE_PLAN = "duplicate_plan"  # plan_id
    OWN_PLAN = "own_plan"
    NOT_PROPOSER = "not_proposer"
    BAD_PLAN = "bad_plan"  # sentence
    DATA_MISMATCH = "data_mismatch"  # part
    PLAN_BREAKS_LIMIT = "plan_breaks_limit"  # machine, batch, violations
    SUPPLY_EXCEEDED = "supply_exceeded"  # peak_kw, supply_kw
    UNKNOWN_BATCH = "unknown_batch"  # batch
    BATCH_CHANGED = "batch_changed"  # batch
    UNKNOWN_MACHINE = "unknown_machine"  # machine
    BAD_BATCH = "bad_batch"
    BATCH_IN_PLAN = "batch_in_plan"  # batch, plan_id
    BATCH_RUNS = "batch_runs"  # batch, machine
    BAD_NOTE = "bad_note"
    NOTE_TAKEN = "note_taken"
    UNKNOWN_NOTE = "unknown_note"
    UNKNOWN_FINDING = "unknown_finding"
    UNKNOWN_MODEL = "unknown_model"  # version
    ANOTHER_PLAN = "another_plan"  # plan_id
    UNKNOWN_ALARM = "unknown_alarm"
    NOTHING_TO_ACKNOWLEDGE = "nothing_to_acknowledge"
    ALREADY_SUPPRESSED = "already_suppressed"
    NOT_SHELVED = "not_shelved"
    NOT_OUT_OF_SERVICE = "not_out_of_service"
    NOT_LATCHED = "not_latched"
    SHELF_END_PAST = "shelf_end_past"
    REASON_MISSING = "reason_missing"
    PLANT_REFUSED = "plant_refused"  # sentence
    PLANT_CHANGED = "plant_changed"  # key, now


class Stale(StrEnum):
    """Why a plan no longer fits the world; stored as its `state_reason` and answered to whoever approves."""

    TARIFF_CHANGED = "tariff_changed"
    TARIFF_UNREADABLE = "tariff_unreadable"
    START_PASSED = "start_passed"
    LOCAL_CONTROL = "local_control"  # machine
    INTERLOCK = "interlock"  # machine
    METER_SILENT = "meter_silent"  # machine
    PLC_SILENT = "plc_silent"
    BATCH_STARTED = "batch_started"  # machine
    BATCH_CHANGED = "batch_changed"  # batch
    UNVERIFIED_APPROVAL = "unverified_approval"  # found at the station's start; it is not carried out


class Hold(StrEnum):
    """Why a command is not written for now."""

    LOCAL_CONTROL = "local_control"
    INTERLOCK = "interlock"
    NOT_CHARGED = "not_charged"
    NOT_REMOTE = "not_remote"
    NOT_TAKEN = "not_taken"
    ALREADY_RUNNING = "already_running"  # somebody started it by hand
    MANUAL_START = "manual_start"  # what somebody started by hand is not paused by the plan
    PREVIOUS_BATCH = "previous_batch"
    BATCH_UNDER_WAY = "batch_under_way"
    METER_SILENT = "meter_silent"
    PLC_SILENT = "plc_silent"


class Skip(StrEnum):
    """Why a command will never be written."""

    SUPERSEDED = "superseded"
    BATCH_DONE = "batch_done"
    NOT_NEEDED = "not_needed"
    NOT_RUNNING = "not_running"
    PLAN_OVER = "plan_over"
    PLAN_STOPPED = "plan_stopped"
    NEVER_TAKEN = "never_taken"
    REFUSED = "refused_and_repeated"  # the PLC refused it; another command stands in its place


class AlarmKind(StrEnum):
    """What may be wrong; the parameters are in the alarm's `detail`."""

    LINE_DOWN = "line_down"  # sentence, code
    PLC_SILENT = "plc_silent"
    METER_SILENT = "meter_silent"  # since_ms
    IDLE_IN_PEAK = "idle_in_peak"  # minutes, power_kw, band
    BATCH_OVERDUE = "batch_overdue"  # end_ms
    SUPPLY_EXCEEDED = "supply_exceeded"  # power_kw, supply_kw
    METER_SUM_MISMATCH = "meter_sum_mismatch"  # main_kw, sum_kw
    COMMAND_HELD = "command_held"  # plan_id, batch, action, reason, late_min, slack_min
    COMMAND_FAILED = "command_failed"  # plan_id, batch, action, reason
    START_NOT_SEEN = "start_not_seen"  # plan_id, batch, power_kw
    # plan_id, since_ms, minutes, measured_kw, expected_kw, low_kw, high_kw, machines
    PLAN_DEPARTED = "plan_departed"
    LINE_OVERLOADED = "line_overloaded"  # load, lateness_s
    METER_MISREAD = "meter_misread"  # reason, factor, energy_kwh, integral_kwh
    OTHER_MODEL = "other_model"  # reason, profile, register, says, expected
    COUNTER_CHANGED = "counter_changed"  # reason, quantity, before, after
    DISK_FULL = "disk_full"  # free_mb, least_mb
    CLOCK_LEAPT = "clock_leapt"  # hours
    # By rules of the plant file (hmi/plant_alarms.py); all carry `rule`, its id.
    LIMIT = "limit"  # point, value, limit, side ("above", "below")
    RATE = "rate"  # point, per_min, limit
    STALE_VALUE = "stale_value"  # point, minutes
    FROZEN_VALUE = "frozen_value"  # point, value, minutes
    DEVIATION = "deviation"  # power_kw, expected_kw, minutes
    IDLING = "idling"  # minutes, power_kw, band
    OVERRUN = "overrun"  # minutes, limit
    LEAK = "leak"  # power_kw, limit
    DEMAND = "demand"  # expected_kw, limit, minutes
