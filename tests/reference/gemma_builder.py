"""onnxruntime-genai's model builder, run on Gemma 3 checkpoints of transformers 5.

transformers 5 nests the rotary settings by kind of layer, which the builder (0.18)
doesn't read for Gemma 3: here they are put back to where it looks.
"""

import contextlib
import io
import logging
import shutil
import sys
import tempfile
from pathlib import Path

import transformers
from onnxruntime_genai.models import builder
from onnxruntime_genai.models.builders import base


def flat_config(*args, **kwargs):
    config = from_pretrained(*args, **kwargs)
    if getattr(config, "model_type", "") == "gemma3_text":
        config.rope_theta = config.rope_parameters["full_attention"]["rope_theta"]
        config.rope_local_base_freq = config.rope_parameters["sliding_attention"]["rope_theta"]
    return config


from_pretrained = transformers.AutoConfig.from_pretrained
original_rope_init = base.Model.make_rope_init


def rope_init(self, config):
    if getattr(config, "model_type", "") != "gemma3_text":
        original_rope_init(self, config)


def build(checkpoint, out, precision, provider="cpu", **options):
    """Writes model.onnx, model.onnx.data and genai_config.json to the folder out."""
    # The builder's modules are loaded under two names.
    for name in ("builders.base", "onnxruntime_genai.models.builders.base"):
        if name in sys.modules:
            sys.modules[name].Model.make_rope_init = rope_init
    builder.AutoConfig.from_pretrained = flat_config
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        logging.getLogger("onnxruntime.quantization").setLevel(logging.WARNING)
        made = Path(work) / "out"
        extra = builder.parse_extra_options("", str(checkpoint), str(made), precision, provider, work, [f"{k}={v}" for k, v in options.items()])
        builder.create_model("", str(checkpoint), str(made), precision, provider, work, **extra)
        for name in ("model.onnx", "model.onnx.data", "genai_config.json"):
            (out / name).unlink(missing_ok=True)
            shutil.move(made / name, out / name)
