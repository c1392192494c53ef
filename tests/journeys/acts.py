"""What anyone does with an act, with tools that are not ours: poppler's and an independent QR reader."""

import os
import re
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image


@dataclass
class Paper:
    """A downloaded act and the folder where a checker keeps what it needs."""

    pdf: Path

    @property
    def folder(self) -> Path:
        return self.pdf.parent

    def text(self) -> str:
        """The words of the page, as poppler reads them."""
        return _run(["pdftotext", "-layout", str(self.pdf), "-"]).stdout

    def code(self) -> str:
        """The verification code printed beside the seal."""
        found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", self.text())
        assert found, self.text()
        return found[0]

    def picture(self) -> Path:
        """The first page as a scanner or a phone would see it."""
        made = self.folder / f"{self.pdf.stem}.png"
        _run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(self.pdf), str(made.with_suffix(""))])
        return made

    def seals(self) -> list[str]:
        """The texts of the QR codes on the page, read by zxing."""
        with Image.open(self.picture()) as image:
            return [str(code.text) for code in zxingcpp.read_barcodes(image)]

    def signature(self) -> str:
        """What pdfsig says of the signature."""
        done = subprocess.run(["pdfsig", str(self.pdf)], capture_output=True, text=True)
        return done.stdout + done.stderr

    def tampered(self) -> "Paper":
        """A copy with one bit changed in its first third."""
        data = bytearray(self.pdf.read_bytes())
        data[len(data) // 3] ^= 1
        made = self.folder / "tampered.pdf"
        made.write_bytes(data)
        return Paper(made)


def keep_trust(base: str, folder: Path) -> None:
    """What a checker takes along before it goes where there is no network."""
    for name in ("confiance.json", "revocations.bin"):
        with urllib.request.urlopen(f"{base}/verifier/{name}", timeout=20) as answer:
            (folder / name).write_bytes(answer.read())


def verify_offline(folder: Path, *arguments: str, text: str = "") -> tuple[int, str]:
    """`smartsenegal verify` on a machine that has the two files and nothing else."""
    kept = ["--trust", str(folder / "confiance.json"), "--revocations", str(folder / "revocations.bin")]
    nothing = folder / "nothing"
    environment = {"PATH": os.environ["PATH"], "SMARTSENEGAL_DATA": str(nothing), "HOME": str(nothing)}
    done = subprocess.run(
        [sys.executable, "-m", "smartsenegal", "verify", *kept, *arguments],
        env=environment,
        input=text,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True)
