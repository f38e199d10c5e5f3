"""AS2 (RFC 4130, RFC 5402 compression, RFC 6362 attachments, the 2026 draft's clarifications): bytes in, decisions and bytes out.

A message goes out by `build`, its answer or later request comes back through `read` and `judge_mdn`. A message comes in through
`read_envelope` (whose is it?), `read` (with that partner's certificates and terms) and is answered by `build_mdn`. `examine` says
why one failed. Nothing here reads, waits or looks at a clock; the only chance is that of cryptography (content keys, padding).
"""

from gateway.protocols.as2.algorithms import Cipher, Compression, Digest, KeyTransport, SignatureScheme, parse_digest
from gateway.protocols.as2.certificate import (
    EXPIRY_NOTICES,
    Certificate,
    Expiry,
    OwnKey,
    encryption_certificate,
    expiring,
    load_certificate,
    load_certificates,
    load_own_key,
    signing_key,
    usable,
)
from gateway.protocols.as2.disposition import (
    AUTHENTICATION_FAILED,
    AUTHENTICATION_FAILED_CONTINUED,
    DECOMPRESSION_FAILED,
    DECRYPTION_FAILED,
    DUPLICATE_DOCUMENT,
    DUPLICATE_FILENAME,
    ILLEGAL_FILENAME,
    INSUFFICIENT_MESSAGE_SECURITY,
    INTEGRITY_CHECK_FAILED,
    INVALID_MESSAGE_ID,
    PROCESSED,
    UNEXPECTED_PROCESSING_ERROR,
    UNKNOWN_TRADING_PARTNER,
    UNKNOWN_TRADING_RELATIONSHIP,
    UNSUPPORTED_FORMAT,
    UNSUPPORTED_MIC_ALGORITHMS,
    Disposition,
    Severity,
    Verdict,
    parse_disposition,
)
from gateway.protocols.as2.envelope import Envelope, ReceiptRequest, format_as2_name, parse_as2_name, read_envelope
from gateway.protocols.as2.errors import As2Error, CannotBuild
from gateway.protocols.as2.examination import examine, examine_mic
from gateway.protocols.as2.file_name import refuse_file_name
from gateway.protocols.as2.incoming import carries_mdn, read
from gateway.protocols.as2.limits import Limits
from gateway.protocols.as2.mdn import BuiltMdn, Mdn, MdnOutcome, MdnVerdict, Sent
from gateway.protocols.as2.message import (
    Attachment,
    BuiltMessage,
    CompressedLayer,
    EncryptedLayer,
    Encryption,
    Failure,
    Layer,
    Part,
    Received,
    SignedLayer,
    Signing,
    TransferEncoding,
)
from gateway.protocols.as2.mic import Mic, compute_mic, parse_mic
from gateway.protocols.as2.outgoing import build
from gateway.protocols.as2.policy import Algorithm, Policy
from gateway.protocols.as2.receipt import build_mdn, judge_mdn, receipt_signing
from gateway.protocols.as2.retry import Broken, RetryDecision, decide_retry
from gateway.protocols.as2.variants import Examination, Trial

__all__ = [
    "AUTHENTICATION_FAILED",
    "AUTHENTICATION_FAILED_CONTINUED",
    "DECOMPRESSION_FAILED",
    "DECRYPTION_FAILED",
    "DUPLICATE_DOCUMENT",
    "DUPLICATE_FILENAME",
    "EXPIRY_NOTICES",
    "ILLEGAL_FILENAME",
    "INSUFFICIENT_MESSAGE_SECURITY",
    "INTEGRITY_CHECK_FAILED",
    "INVALID_MESSAGE_ID",
    "PROCESSED",
    "UNEXPECTED_PROCESSING_ERROR",
    "UNKNOWN_TRADING_PARTNER",
    "UNKNOWN_TRADING_RELATIONSHIP",
    "UNSUPPORTED_FORMAT",
    "UNSUPPORTED_MIC_ALGORITHMS",
    "Algorithm",
    "As2Error",
    "Attachment",
    "Broken",
    "BuiltMdn",
    "BuiltMessage",
    "CannotBuild",
    "Certificate",
    "Cipher",
    "CompressedLayer",
    "Compression",
    "Digest",
    "Disposition",
    "EncryptedLayer",
    "Encryption",
    "Envelope",
    "Examination",
    "Expiry",
    "Failure",
    "KeyTransport",
    "Layer",
    "Limits",
    "Mdn",
    "MdnOutcome",
    "MdnVerdict",
    "Mic",
    "OwnKey",
    "Part",
    "Policy",
    "ReceiptRequest",
    "Received",
    "RetryDecision",
    "Sent",
    "Severity",
    "SignatureScheme",
    "SignedLayer",
    "Signing",
    "TransferEncoding",
    "Trial",
    "Verdict",
    "build",
    "build_mdn",
    "carries_mdn",
    "compute_mic",
    "decide_retry",
    "encryption_certificate",
    "examine",
    "examine_mic",
    "expiring",
    "format_as2_name",
    "judge_mdn",
    "load_certificate",
    "load_certificates",
    "load_own_key",
    "parse_as2_name",
    "parse_digest",
    "parse_disposition",
    "parse_mic",
    "read",
    "read_envelope",
    "receipt_signing",
    "refuse_file_name",
    "signing_key",
    "usable",
]
