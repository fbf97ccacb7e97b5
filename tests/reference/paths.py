"""Where the scripts put what they make."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "inference" / "models" / "distilbert-tiny-sentiment"
TESTDATA = ROOT / "tests" / "testdata"
REAL_SIZE = TESTDATA / "distilbert-base-random"
GEMMA = ROOT / "inference" / "models" / "gemma-tiny-chat"
