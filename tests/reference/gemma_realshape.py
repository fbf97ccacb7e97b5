"""The graph of Gemma 3 1B's true shape in int4, without its weights.

    python tests/reference/gemma_realshape.py

tests/testdata/gemma-1b-random gets what onnxruntime-genai's builder makes of a
random checkpoint (blocks of 32, accuracy level 4, the embedding shares the head's
weights): model.onnx.gz, which refers to a file of weights that tests/gemmashape
writes, and the configurations. Takes a minute and 6 GB of memory.
"""

import gzip
import shutil
import tempfile
from pathlib import Path

import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from gemma_builder import build
from gemma_export import fill
from paths import TESTDATA

SHAPE = dict(vocab_size=262144, hidden_size=1152, intermediate_size=6912, num_hidden_layers=26, num_attention_heads=4, num_key_value_heads=1, head_dim=256,
             max_position_embeddings=32768, sliding_window=512, query_pre_attn_scalar=256, tie_word_embeddings=True, bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0)


def main():
    torch.manual_seed(1)
    config = Gemma3TextConfig(**SHAPE)
    config.architectures = ["Gemma3ForCausalLM"]
    out = TESTDATA / "gemma-1b-random"
    with tempfile.TemporaryDirectory() as work:
        checkpoint, made = Path(work) / "checkpoint", Path(work) / "made"
        fill(checkpoint, config)
        Gemma3ForCausalLM(config).to(torch.bfloat16).save_pretrained(checkpoint)
        fill(made, config, tokenizer=False)
        shutil.copy(made / "generation_config.json", checkpoint)
        build(checkpoint, made, "int4", int4_accuracy_level=4)
        out.mkdir(exist_ok=True)
        for name in ("config.json", "generation_config.json", "genai_config.json"):
            shutil.copy(made / name, out / name)
        (out / "model.onnx.gz").write_bytes(gzip.compress((made / "model.onnx").read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main()
