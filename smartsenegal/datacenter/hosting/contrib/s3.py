"""A store through the S3 API, its users through the IAM API at the same address (SeaweedFS, Ceph…)."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from smartsenegal.datacenter.hosting.contrib.base import Measure
from smartsenegal.datacenter.hosting.errors import BackendError, NotEmpty

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY = "project"
_SETTINGS = {"connect_timeout": 3, "read_timeout": 30, "retries": {"max_attempts": 1}}


@lru_cache
def _client(service: str, url: str, key: str, secret: str, region: str) -> Any:
    # Read only where there is a store: boto3 is heavy, and a page has no need of it.
    import boto3
    from botocore.config import Config

    session = boto3.session.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, region_name=region or "us-east-1"
    )
    config = Config(**_SETTINGS, s3={"addressing_style": "path"})
    return session.client(service, endpoint_url=url, config=config)


class S3:
    """The store behind an address, as its administrator."""

    def __init__(self, url: str, key: str, secret: str, region: str = "") -> None:
        self.address = url
        self._access = (url, key, secret, region)

    def buckets(self) -> set[str]:
        return {each["Name"] for each in self._s3("list_buckets").get("Buckets", [])}

    def create(self, name: str, lock_days: int) -> None:
        if name not in self.buckets():
            locked = {"ObjectLockEnabledForBucket": True} if lock_days else {}
            self._s3("create_bucket", Bucket=name, **locked)
        elif self.measure(name).count:
            # Ours would be empty: whoever chose this name would be given what somebody else keeps there.
            raise BackendError(f"{name} : le magasin a déjà un espace de ce nom, et ce qu’il contient")
        if lock_days:
            rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": lock_days}}
            self._s3(
                "put_object_lock_configuration",
                Bucket=name,
                ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
            )

    def delete(self, name: str) -> None:
        if name in self.buckets():
            # A store may be set to erase a bucket with what it holds: ours must be empty, versions included.
            if self.measure(name).count:
                raise NotEmpty(f"{name} : l’espace n’est pas vide")
            self._s3("delete_bucket", Bucket=name)

    def measure(self, name: str) -> Measure:
        size = count = 0
        for each in self._versions(name):
            size, count = size + int(each["Size"]), count + 1
        return Measure(size, count)

    def _versions(self, name: str) -> "Iterator[Any]":
        marker: dict[str, str] = {}
        while True:
            page = self._s3("list_object_versions", Bucket=name, **marker)
            yield from page.get("Versions", [])
            if not page.get("IsTruncated"):
                return
            following = {"KeyMarker": page["NextKeyMarker"]}
            if version := page.get("NextVersionIdMarker"):
                following["VersionIdMarker"] = version
            if following == marker:
                raise BackendError(f"{name} : le magasin rend deux fois la même page")
            marker = following

    def give(self, user: str) -> tuple[str, str]:
        self._ensure_user(user)
        self._drop_keys(user)
        made = self._iam("create_access_key", UserName=user)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def allow(self, user: str, policy: str) -> None:
        self._iam("put_user_policy", UserName=user, PolicyName=POLICY, PolicyDocument=policy)

    def withdraw(self, user: str) -> None:
        if self._iam("get_user", missing="NoSuchEntity", UserName=user):
            self._drop_keys(user)
            self._iam("delete_user_policy", missing="NoSuchEntity", UserName=user, PolicyName=POLICY)
            self._iam("delete_user", missing="NoSuchEntity", UserName=user)

    def _ensure_user(self, user: str) -> None:
        if not self._iam("get_user", missing="NoSuchEntity", UserName=user):
            self._iam("create_user", UserName=user)

    def _drop_keys(self, user: str) -> None:
        for each in self._iam("list_access_keys", UserName=user).get("AccessKeyMetadata", []):
            self._iam("delete_access_key", UserName=user, AccessKeyId=each["AccessKeyId"])

    def _s3(self, act: str, **given: Any) -> dict[str, Any]:
        return _call(_client("s3", *self._access), act, "", given)

    def _iam(self, act: str, missing: str = "", **given: Any) -> dict[str, Any]:
        return _call(_client("iam", *self._access), act, missing, given)


def _call(client: Any, act: str, missing: str, given: dict[str, Any]) -> dict[str, Any]:
    """The answer; nothing for a refusal with the code `missing`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(client, act)(**given)
    except ClientError as error:
        if missing and error.response.get("Error", {}).get("Code") == missing:
            return {}
        raise BackendError(f"{act} : {error}"[:300]) from None
    except BotoCoreError as error:
        raise BackendError(f"{act} : {error}"[:300]) from None
    return answer
