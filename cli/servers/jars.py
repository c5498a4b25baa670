"""The Kafka broker's jars: fetched once by Maven, kept in a cache folder, run by Java 17+."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from cli.servers.process import ServerUnavailableError

LOCAL: Final = Path(__file__).parents[2] / "deploy" / "local"
JAVA_NEEDED: Final = 17
FETCH_PATIENCE: Final = 600.0
HINT: Final = (
    "(Debian or Ubuntu: `apt-get install openjdk-17-jre-headless maven`; macOS: "
    "`brew install openjdk@17 maven`), or name a running Kafka in KAFKA_BOOTSTRAP."
)


def cache_folder() -> Path:
    """Where downloads are kept: ACCORD_CACHE, else the account's own cache folder."""
    if chosen := os.environ.get("ACCORD_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "accord"


def java() -> str:
    """The Java to run Kafka with; refuses one that is missing or too old."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    program = program or shutil.which("java")
    if program is None:
        raise ServerUnavailableError(
            f"Kafka needs Java {JAVA_NEEDED} or newer and there is no `java`: install it {HINT}"
        )
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    if version is None or int(version[1]) < JAVA_NEEDED:
        raise ServerUnavailableError(
            f"Kafka needs Java {JAVA_NEEDED} or newer, {program} is "
            f"{version[1] if version else 'of unknown version'}: install a newer one {HINT}"
        )
    return program


def kafka_jars() -> Path:
    """The folder with every jar of the broker, fetched if it is not in the cache yet."""
    pom = LOCAL / "pom.xml"
    key = hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    jars = cache_folder() / f"kafka-jars-{key}"
    if jars.is_dir():
        return jars
    cache_folder().mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{jars.name}.", dir=cache_folder()))
    try:
        _fetch(pom, fresh)
        # A rename is all or nothing, so whatever stands under the final name is complete.
        # It fails only if another process has put the same jars there first.
        with suppress(OSError):
            fresh.rename(jars)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return jars


def _fetch(pom: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerUnavailableError(
            f"Kafka's jars are fetched by Maven and there is no `mvn`: install it {HINT}"
        )
    done = subprocess.run(
        [
            *(maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"),
            *("-DincludeScope=runtime", f"-DoutputDirectory={folder}"),
        ],
        capture_output=True,
        text=True,
        timeout=FETCH_PATIENCE,
        check=False,
    )
    if done.returncode != 0:
        raise ServerUnavailableError(
            f"Maven could not fetch Kafka's jars from Maven Central:\n{done.stdout}{done.stderr}"
        )
    folder.chmod(0o755)
