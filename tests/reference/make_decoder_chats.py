"""Makes tests/testdata/decoders/chats.json.gz: what transformers answers in chats, with the
genuine tokenizers and templates of Llama 3.1 and Qwen3 and small random models of as many
tokens, whose weights are those of prng.py, so that only their names are committed.

    python tests/reference/make_decoder_chats.py TOKENIZERS

TOKENIZERS is the folder that scripts/fetch-tokenizers.sh prints.
"""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

import paths
import prng
from decoder_models import FAMILIES

MODELS = {"llama3_1": ("llama3", 128256, 128009), "qwen3": ("qwen3", 151936, 151645)}
CHATS = [
    [{"role": "user", "content": "Name three towns."}],
    [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Näme drei Städte, 東京 and 3.14159 — ok?"}],
    [{"role": "user", "content": "  def f(x):\n\treturn x**2\n\n"}, {"role": "assistant", "content": "A square. 🙂"}, {"role": "user", "content": "And 12345678?"}],
]
NEW = 24


@torch.no_grad()
def chats(folder, model):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for messages in CHATS:
        inputs = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        made = model.generate(**inputs, do_sample=False, max_new_tokens=NEW, pad_token_id=0, output_scores=True, return_dict_in_generate=True)
        leads = [float(s[0].topk(2).values[0] - s[0].topk(2).values[1]) for s in made.scores]
        n = inputs["input_ids"].shape[1]
        yield {"messages": messages, "prompt_tokens": n, "text": tokenizer.decode(made.sequences[0, n:], skip_special_tokens=True), "margin": min(leads)}


def main():
    out = {"made_by": "tests/reference/make_decoder_chats.py", "transformers": transformers.__version__, "torch": torch.__version__, "models": {}}
    for name, (family, vocabulary, end) in MODELS.items():
        config = FAMILIES[family] | {"hidden_size": 16, "vocab_size": vocabulary, "max_position_embeddings": 1024, "eos_token_id": end, "bos_token_id": None, "pad_token_id": None}
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work)
            (folder / "config.json").write_text(json.dumps(config))
            for file in ("tokenizer.json", "tokenizer_config.json"):
                shutil.copy(Path(sys.argv[1]) / name / file, folder / file)
            model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
            state = {k: v for k, v in model.state_dict().items() if k != "lm_head.weight" or not config["tie_word_embeddings"]}
            weights = {k: {"shape": list(v.shape), "center": 1.0 if "norm" in k else 0.0, "scale": 0.3 if "norm" in k else 0.7} for k, v in state.items()}
            save_file({k: torch.from_numpy(prng.values(k, v.numel(), weights[k]["center"], weights[k]["scale"]).reshape(v.shape)) for k, v in state.items()},
                      folder / "model.safetensors", {"format": "pt"})
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
            out["models"][name] = {"config": config, "weights": weights, "chats": list(chats(folder, model))}
            print(name, [(c["prompt_tokens"], c["margin"], c["text"]) for c in out["models"][name]["chats"]])
    with gzip.GzipFile(paths.TESTDATA / "decoders" / "chats.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(out, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
