"""Makes tests/testdata/decoders: a small random model of each family that generates text,
as the hub has it (config.json and model.safetensors), and what transformers writes with it.
With names, those alone are made anew.

    python tests/reference/make_decoders.py [FAMILY...]

FAMILY/model.onnx is onnxruntime-genai's export of it in fp32.
"""

import copy
import gzip
import json
import shutil
import sys

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

import decoder_export
import paths
from decoder_models import FAMILIES

OUT = paths.TESTDATA / "decoders"
NEW = 32


def weights(config, own_head):
    """Random bfloat16 weights by PyTorch's names, as the hub's file has them."""
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    text = getattr(model.model, "language_model", model.model)
    with torch.no_grad():
        for name, p in text.named_parameters():
            if "norm" in name:  # else all are ones, or zeros
                p.add_(torch.randn_like(p) * 0.3)
                if "gemma" in config.model_type and "post_" in name:
                    p.add_(12)  # else the embedding outweighs what layers add to it, and a text repeats its last token
            elif name.endswith("bias"):
                p.normal_(0, 0.3)
    state = {k: v.to(torch.bfloat16).contiguous() for k, v in model.state_dict().items()}
    if own_head:
        state["lm_head.weight"] = torch.randn_like(state["model.embed_tokens.weight"])
    elif getattr(config.get_text_config(), "tie_word_embeddings", False):
        state.pop("lm_head.weight", None)
    if text is not model.model:  # the names of the hub's files; the scorer needs the text's alone
        state = {k.replace("model.language_model.", "language_model.model."): v for k, v in state.items() if "language_model" in k}
    return state


@torch.no_grad()
def written(model, ids):
    """What the model writes without an end token, with each token's log probability."""
    made = model.generate(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.int64), do_sample=False, max_new_tokens=NEW,
                          eos_token_id=None, pad_token_id=0, output_scores=True, return_dict_in_generate=True)
    steps = [torch.log_softmax(s[0].double(), -1) for s in made.scores]
    tokens = made.sequences[0, len(ids):].tolist()
    leads = [float(s.topk(2).values[0] - s.topk(2).values[1]) for s in steps]
    return {"prompt": ids, "tokens": tokens, "logprobs": [float(np.float32(s[t])) for s, t in zip(steps, tokens)], "margin": min(leads)}


def decided(model, length):
    """What it writes after a random prompt, where rounding doesn't decide about a token."""
    while True:
        made = written(model, torch.randint(3, 89, (length,)).tolist())
        if made["margin"] > 0.004:
            return made


def main():
    torch.set_num_threads(2)
    chosen = sys.argv[1:] or list(FAMILIES)
    goldens = {}
    if len(sys.argv) > 1:
        with gzip.open(OUT / "goldens.json.gz") as f:
            goldens = json.load(f)["texts"]
    for seed, (name, fields) in enumerate(FAMILIES.items()):
        if name not in chosen:
            continue
        folder = OUT / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(fields, indent=2) + "\n")
        torch.manual_seed(seed + 1)
        save_file(weights(AutoConfig.from_pretrained(folder), name == "llama-own-head"), folder / "model.safetensors", {"format": "pt"})
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        goldens[name] = [decided(model, n) for n in (1, 7, 40, 60)]
        print(name, "margins", ["%.4f" % g["margin"] for g in goldens[name]], "tokens", [len(set(g["tokens"])) for g in goldens[name]])
        decoder_export.genai(folder)
        decoder_export.plain(folder, model)
    made = {"made_by": "tests/reference/make_decoders.py", "transformers": transformers.__version__, "torch": torch.__version__, "texts": goldens}
    with gzip.GzipFile(OUT / "goldens.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(made, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
