"""Names of buckets, and what a key may do in them. Pure."""

import json
import re
from collections.abc import Iterable
from typing import Any

from smartsenegal.lib.text import typography

CODE = re.compile(r"[a-z][a-z0-9]{2,19}")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?")
_READ = (
    "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:ListBucket", "s3:ListBucketVersions",
    "s3:GetBucketLocation",
)  # fmt: skip
_DELETE = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload")
_WRITE = ("s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectLegalHold")
# What a key may do: what it was given, less what the project's use leaves it.
READ_ONLY, CLEAN, FULL = "read", "clean", "full"


def bucket_name(code: str, typed: str) -> str:
    """The name of a bucket of a project, as the store has it. Raises ValueError with its French sentence."""
    if not _NAME.fullmatch(typed) or "--" in typed:
        told = "Écrivez de 1 à 42 minuscules sans accent, chiffres ou traits d’union, comme archives-2026."
        raise ValueError(typography(told))
    return f"{code}-{typed}"


def rights(write: bool, over: bool) -> str:
    """What a key may do now: a project that is over its quota reads and deletes, and adds nothing."""
    if not write:
        return READ_ONLY
    return CLEAN if over else FULL


def policy(buckets: Iterable[str], allowed: str) -> str:
    """The policy of a key, in the words of the S3 API: these buckets and no other, never their settings."""
    acts = {READ_ONLY: _READ, CLEAN: _READ + _DELETE, FULL: _READ + _DELETE + _WRITE}[allowed]
    names = sorted(buckets)
    resources = [f"arn:aws:s3:::{name}{end}" for name in names for end in ("", "/*")]
    # A policy must name something: the bucket of nobody when the project has none.
    given: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(acts), "Resource": resources or ["arn:aws:s3:::-"]},
        ],
    }
    return json.dumps(given, separators=(",", ":"))
