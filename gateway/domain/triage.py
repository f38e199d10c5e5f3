"""What most likely caused a failure, and what most likely helps: a literal table over code, stage, kind of target and status.

It proposes; a person decides. What fits no row is said to be unknown, and never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Whose cause it is, so that it goes to who can do something about it."""

    PARTNER_DATA = "partner-data"
    OUR_CONFIGURATION = "our-configuration"
    MASTER_DATA = "master-data"
    APPLICATION_DOWN = "application-down"
    APPLICATION_REFUSES = "application-refuses"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    CREDENTIALS = "credentials"
    CAPACITY = "capacity"
    DUPLICATE = "duplicate"
    SEQUENCE = "sequence"
    PARTNER_SILENT = "partner-silent"
    BUG = "bug"
    UNKNOWN = "unknown"


class TargetKind(StrEnum):
    """What a failed delivery was for."""

    APPLICATION = "application"
    PARTNER = "partner"
    SUBSCRIBER = "subscriber"
    NONE = ""


class Helped(StrEnum):
    """What a person did that helped, as it is remembered when a failure is resolved."""

    REPLAYED = "replayed"
    REDELIVERED = "redelivered"
    CORRECTED = "corrected"
    CONFIGURED = "configured"
    PARTNER_ACTED = "partner-acted"
    APPLICATION_MENDED = "application-mended"
    WAIVED = "waived"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The likely cause, by which words of the failure it was found, and what likely helps."""

    cause: Cause
    because: str
    remedy: str


_CODES: Mapping[Cause, str] = {
    Cause.CERTIFICATE: (
        "tls tls-files tls-refused certificate-refused certificate-ends certificate-ended no-encryption decryption-failed "
        "integrity-check-failed insufficient-message-security short-key rsa-pss host-key-changed host-key-unconfirmed "
        "no-common-algorithm receipt-unsigned mic-mismatch mic-missing"
    ),
    Cause.CREDENTIALS: (
        "access-denied login-refused key-unusable key-missing token-refused token-unavailable authentication-failed "
        "permission-denied sender-refused json-rpc odoo-database"
    ),
    Cause.APPLICATION_DOWN: "target-unavailable call-hung still-failing",
    Cause.CONNECTION: (
        "connection connection-lost timeout no-answer dns host-unknown poll-failed server-unusable server-failure list-failed "
        "list-unreadable not-sftp sftp-refused mailbox-unusable mail-not-taken answer-lost receipt-missing outcome-unknown "
        "look-up-ambiguous in-doubt owner-not-told"
    ),
    Cause.CAPACITY: (
        "disk-full disk-unusable memory-full queue-full no-room too-large answer-too-large too-many-requests translation-crashed "
        "worker-crashed no-child-process xml-limit interchange-too-large document-too-large store-unavailable"
    ),
    Cause.DUPLICATE: (
        "interchange-duplicate interchange-conflict document-conflict document-reference-duplicate duplicate-document "
        "duplicate-filename message-id-reused idempotency-key-reused notice-key-reused name-taken bill-duplicate already-shipped "
        "already-invoiced"
    ),
    Cause.SEQUENCE: "control-number-gap control-number-awaited control-numbers-restarted interchange-out-of-sequence",
    Cause.PARTNER_SILENT: (
        "acknowledgement-overdue expected-traffic-missing receipt-overdue response-overdue deadline-missed "
        "service-level-at-risk release-hold-overdue"
    ),
    Cause.MASTER_DATA: (
        "product-unknown product-ambiguous product-not-sold partner-unknown partner-ambiguous unit-unknown unit-mismatch "
        "unit-differs currency-unknown company-unknown journal-unknown location-unknown warehouse-unknown carrier-unknown "
        "tax-unknown payment-terms-unknown lot-unknown table-miss lookup-miss factor-missing price-unknown vendor-mismatch "
        "warehouse-unmapped carrier-unmapped tax-unmapped payment-terms-unmapped status-unmapped supplier-is-no-partner"
    ),
    Cause.OUR_CONFIGURATION: (
        "no-route agreement-missing agreement-ambiguous identity-missing not-writable document-not-agreed document-unmapped "
        "not-mapped rules-broke-document template-failed endpoint redirected address-refused address-missing address-gone "
        "field-unknown word-unknown option-invalid action-unsupported kind-unsupported configuration-lost rule-gone trigger-gone "
        "statement-gone source-unknown without-authority acknowledgement-not-writable folder-unusable no-such-folder "
        "program-missing program-too-slow receipt-unsupported definition-missing guide-missing version-nearest required-missing "
        "sender-unknown receiver-unknown document-type-unsupported document-version-unsupported follow-up-withdrawn "
        "mail-unwritable"
    ),
    Cause.APPLICATION_REFUSES: (
        "odoo-refused odoo-fault partner-refused answer-refused answer-unexpected answer-unclear bad-answer document-refused "
        "order-locked order-cancelled order-not-confirmed transfer-closed transfer-not-done price-deviates quantity-deviates "
        "date-deviates payer-mismatch difference-open order-unknown transfer-unknown invoice-unknown delivery-unknown "
        "stale-reference shipped-meanwhile order-ambiguous line-unknown line-ambiguous change-unclear nothing-returned"
    ),
    Cause.PARTNER_DATA: (
        "interchange-refused document-rejected rejected-by-partner partly-accepted-by-partner acknowledgement-contradicted "
        "acknowledgement-without-verdict acknowledgement-unreadable acknowledgement-unmatched acknowledgement-counts-differ "
        "receipt-unmatched value-unreadable quantity-invalid price-invalid lines-missing price-missing amount-missing "
        "currency-mismatch currency-mixed sums-differ file-refused file-set-aside file-not-taken name-unsafe"
    ),
    Cause.BUG: (
        "translator-fault connector-crashed notifier-crashed schedule-crashed follow-up-fault not-storable release-not-decided "
        "no-outcome message-not-built receipt-not-built evidence-not-written unexpected-processing-error internal-error"
    ),
}  # fmt: skip
"""Codes, by what usually causes them. `tests/gateway/domain/test_triage.py` keeps each in one row."""

_BY_CODE: Mapping[str, Cause] = {code: cause for cause, codes in _CODES.items() for code in codes.split()}

_BY_STAGE: Mapping[str, Cause] = {
    "receive": Cause.PARTNER_DATA,
    "translate": Cause.PARTNER_DATA,
    "route": Cause.OUR_CONFIGURATION,
    "channel": Cause.CONNECTION,
    "certificates": Cause.CERTIFICATE,
}
"""What it usually is where the code says nothing: findings are codes of `translate`, and they are about partners' data."""

_STATUSES: Mapping[int, Cause] = {
    401: Cause.CREDENTIALS, 403: Cause.CREDENTIALS, 407: Cause.CREDENTIALS, 404: Cause.OUR_CONFIGURATION,
    405: Cause.OUR_CONFIGURATION, 410: Cause.OUR_CONFIGURATION, 408: Cause.APPLICATION_DOWN, 413: Cause.CAPACITY,
    429: Cause.CAPACITY, 501: Cause.OUR_CONFIGURATION, 507: Cause.CAPACITY,
}  # fmt: skip
_HTTP = re.compile(r"http-(\d{3})")
_SERVER = 500

_REMEDIES: Mapping[Cause, str] = {
    Cause.PARTNER_DATA: "Send the partner the findings and ask for a corrected message; where it is small, correct it yourself.",
    Cause.OUR_CONFIGURATION: "Correct routes.toml, check it with `gateway check`, activate it, and replay the open cases.",
    Cause.MASTER_DATA: "Add what is unknown to the application or to a table of codes, then redeliver or replay the open cases.",
    Cause.APPLICATION_DOWN: "See whether the application works; deliveries go on by themselves when it does.",
    Cause.APPLICATION_REFUSES: "Read what the application says, mend the record there, and redeliver the open cases.",
    Cause.CONNECTION: "See whether the other side can be reached: `gateway doctor`. It is tried again by itself.",
    Cause.CERTIFICATE: "Compare both sides' certificates, dates and authorities; the console has ours under Certificates.",
    Cause.CREDENTIALS: "Renew the password, key or token with whoever gives it, and put it where routes.toml refers to.",
    Cause.CAPACITY: "Make room or give the process more of what ran out; what waits goes on by itself.",
    Cause.DUPLICATE: "Compare both: where the second is meant, ask for a new number or message id; else resolve this.",
    Cause.SEQUENCE: "Ask the partner for what is missing between the numbers; nothing is lost of what came.",
    Cause.PARTNER_SILENT: "Ask whether they have it and work on it; an answer that comes late ends this by itself.",
    Cause.BUG: "Report it with the id of the message: it is a fault of the gateway. The bytes are kept, and can be replayed.",
    Cause.UNKNOWN: "Read the message and the cases below; what you find out is remembered when you resolve this.",
}  # fmt: skip
_AT_PARTNER = "The partner's server does not take it: see whether it can be reached, then tell the partner. It is tried again."
_REFUSED_BY_PARTNER = "The partner's server refuses it: send the partner what it says, and redeliver when it is mended there."


def judge(*, stage: str, code: str, kind: TargetKind = TargetKind.NONE) -> Judgement:
    """The likely cause of a failure with this code at this stage, about a target of this kind."""
    cause, because = _cause(stage, code)
    if kind is TargetKind.APPLICATION and cause is Cause.CONNECTION:
        cause = Cause.APPLICATION_DOWN  # it is ours, and what is behind the network is what people look after
    elif kind is not TargetKind.APPLICATION and cause is Cause.APPLICATION_DOWN:
        cause = Cause.CONNECTION if kind is TargetKind.PARTNER else cause
    remedy = _REMEDIES[cause]
    if kind is TargetKind.PARTNER:
        remedy = {Cause.CONNECTION: _AT_PARTNER, Cause.APPLICATION_REFUSES: _REFUSED_BY_PARTNER}.get(cause, remedy)
    return Judgement(cause, because, remedy)


def _cause(stage: str, code: str) -> tuple[Cause, str]:
    if (cause := _BY_CODE.get(code)) is not None:
        return cause, f"the code {code}"
    if (status := _HTTP.fullmatch(code)) is not None:
        number = int(status[1])
        usual = Cause.APPLICATION_DOWN if number >= _SERVER else Cause.APPLICATION_REFUSES
        return _STATUSES.get(number, usual), f"the status {number}"
    if (usual := _BY_STAGE.get(stage, Cause.UNKNOWN)) is not Cause.UNKNOWN:
        return usual, f"the stage {stage}"
    return Cause.UNKNOWN, f"nothing: the code {code} is not in the table"
