"""The versions that goldens were made with."""

import json
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "onnxscript", "numpy", "safetensors", "huggingface_hub",
            "onnxruntime-genai", "onnx-ir", "gguf", "Jinja2")


def versions():
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


if __name__ == "__main__":
    here = Path(__file__).parent
    hub_era = dict(line.split("==") for line in (here / "requirements-hub-era.txt").read_text().split())
    (here / "versions.json").write_text(json.dumps({"reference": versions(), "hub_era": hub_era}, indent=2) + "\n")
