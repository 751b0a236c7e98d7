"""Why a record was rejected or dropped: two closed lists."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a line became a reject."""

    # the bytes of the line
    INVALID_UTF8 = "invalid-utf8"
    INVALID_JSON = "invalid-json"
    NOT_AN_OBJECT = "not-an-object"
    LINE_TOO_LONG = "line-too-long"
    # the record
    INVALID_ID = "invalid-id"
    DUPLICATE_ID = "duplicate-id"
    DUPLICATE_KEY = "duplicate-key"
    MISSING_SECTION = "missing-section"
    INVALID_SECTION = "invalid-section"
    SECTION_EXISTS = "section-exists"
    HUMAN_SECTION = "human-section"
    MISSING_FIELD = "missing-field"
    SPLIT_CONFLICT = "split-conflict"
    NO_MATCH = "no-match"
    # the files it names
    UNSAFE_URI = "unsafe-uri"
    UNKNOWN_ROOT = "unknown-root"
    MISSING_ROLE = "missing-role"
    ASSET_MISSING = "asset-missing"
    ASSET_NOT_A_FILE = "asset-not-a-file"
    ASSET_UNREADABLE = "asset-unreadable"
    ASSET_UNDECODABLE = "asset-undecodable"
    ASSET_TOO_LARGE = "asset-too-large"
    ASSET_MISMATCH = "asset-mismatch"
    # a row of a foreign file
    MALFORMED_ROW = "malformed-row"
    UNKNOWN_LABEL = "unknown-label"
    EMPTY_TEXT = "empty-text"
    UNKNOWN_REQUEST = "unknown-request"
    # the backend
    BACKEND_FAILED = "backend-failed"
    REFUSED = "refused"
    INVALID_ANSWER = "invalid-answer"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


REASON_TEXTS: dict[Reason, str] = {
    Reason.INVALID_UTF8: "the line is not UTF-8",
    Reason.INVALID_JSON: "the line is not JSON, or nests deeper than the parser allows",
    Reason.NOT_AN_OBJECT: "the line is JSON but not an object",
    Reason.LINE_TOO_LONG: "the line is longer than --max-line-bytes",
    Reason.INVALID_ID: "id is absent, not text, empty, over 512 bytes, or holds control characters",
    Reason.DUPLICATE_ID: "an earlier record has the same id",
    Reason.DUPLICATE_KEY: "the object holds its id, or a section that is read or written, twice",
    Reason.MISSING_SECTION: "a section that the verb needs is absent",
    Reason.INVALID_SECTION: "a section breaks its schema",
    Reason.SECTION_EXISTS: "the section to be written is there already (--existing reject)",
    Reason.HUMAN_SECTION: "people made the section that the verb would replace",
    Reason.MISSING_FIELD: "a field that is needed is absent, null or not of the kind asked for",
    Reason.SPLIT_CONFLICT: "records of its group lie in another split, which they keep",
    Reason.NO_MATCH: "the manifest that is joined has no record of this id (--how inner)",
    Reason.UNSAFE_URI: "a uri leaves its root",
    Reason.UNKNOWN_ROOT: "a uri names a root that no --root gives",
    Reason.MISSING_ROLE: "the record has no asset in the role looked at",
    Reason.ASSET_MISSING: "there is no file at a uri",
    Reason.ASSET_NOT_A_FILE: "what lies at a uri is a folder, a device or a pipe",
    Reason.ASSET_UNREADABLE: "the file at a uri may not be read",
    Reason.ASSET_UNDECODABLE: "the file at a uri is empty, truncated or of another kind",
    Reason.ASSET_TOO_LARGE: "the asset is larger than the tool's limit",
    Reason.ASSET_MISMATCH: "the file at a uri is not the one the record describes",
    Reason.MALFORMED_ROW: "a row of a foreign file does not have the format's shape",
    Reason.UNKNOWN_LABEL: "a row carries a label that the vocabulary does not have",
    Reason.EMPTY_TEXT: "a row carries no text",
    Reason.UNKNOWN_REQUEST: "a row answers a request that was not asked here",
    Reason.BACKEND_FAILED: "the backend failed on this record",
    Reason.REFUSED: "the model refused to answer",
    Reason.INVALID_ANSWER: "the model's answer does not have the shape asked for",
    Reason.TIMEOUT: "the record took longer than the limit",
    Reason.CRASHED: "the process died on this record, also when it had it alone",
}

BACKEND_REASONS = frozenset(
    {
        Reason.BACKEND_FAILED,
        Reason.REFUSED,
        Reason.INVALID_ANSWER,
        Reason.TIMEOUT,
        Reason.CRASHED,
    }
)
"""Reasons that point at the backend, not at the record: many in a row are a fault of the run."""


class DropReason(StrEnum):
    """Why an importer left a well-formed row out."""

    NO_RESPONSE = "no-response"
    NO_FACE = "no-face"
    LOW_CONFIDENCE = "low-confidence"
    UNANSWERED = "unanswered"


DROP_REASON_TEXTS: dict[DropReason, str] = {
    DropReason.NO_RESPONSE: "the person gave no answer; the text only says so",
    DropReason.NO_FACE: "the program that looked for a face did not find it",
    DropReason.LOW_CONFIDENCE: "the program that measured was less sure than was asked for",
    DropReason.UNANSWERED: "the request has no answer yet; it can be asked again",
}
