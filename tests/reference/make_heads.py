"""What transformers makes of ids and of texts with each family of encoders and each of its
heads. The models are random, of the weights of prng.py, so that only their names are kept:
tests/testdata/heads.json.gz."""

import gzip
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoTokenizer, pipeline

import prng
import small_tokenizers
from make_architectures import FOLDER, one_by_one, rows
from paths import TESTDATA
from versions import versions

SMALL = dict(vocab_size=small_tokenizers.SIZE, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=48)
ROBERTA = dict(SMALL, max_position_embeddings=50, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5)
# Name: how its classes begin, the configuration, and the folder that has such a tokenizer.
FAMILIES = {
    "bert": ("Bert", SMALL, "bert"),
    "distilbert": ("DistilBert", dict(vocab_size=small_tokenizers.SIZE, dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=48), "distilbert"),
    "roberta": ("Roberta", ROBERTA, "roberta"),
    "xlm-roberta": ("XLMRoberta", ROBERTA, "xlm-roberta"),
    "camembert": ("Camembert", ROBERTA, "camembert"),
    "electra": ("Electra", dict(SMALL, embedding_size=8, hidden_act="quick_gelu"), "electra"),
    "mpnet": ("MPNet", dict(SMALL, max_position_embeddings=50), "mpnet"),
    "albert": ("Albert", dict(SMALL, embedding_size=8), "albert"),
    "deberta-v2": ("DebertaV2", dict(SMALL, relative_attention=True, position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True,
                                     pos_att_type="p2c|c2p", position_biased_input=False, type_vocab_size=0), "deberta"),
    "modernbert": ("ModernBert", dict(SMALL, num_hidden_layers=3, local_attention=6, pad_token_id=3), "modernbert"),
    "mobilebert": ("MobileBert", dict(SMALL, embedding_size=8, intra_bottleneck_size=8, num_feedforward_networks=2), "bert"),
    "bart": ("Bart", dict(vocab_size=small_tokenizers.SIZE, d_model=16, encoder_layers=2, encoder_attention_heads=2, encoder_ffn_dim=32, decoder_layers=2,
                          decoder_attention_heads=4, decoder_ffn_dim=24, max_position_embeddings=48), "bart"),
}
LABELS = {"id2label": {0: "bad", 1: "fair", 2: "good"}, "label2id": {"bad": 0, "fair": 1, "good": 2}}
# Name: how classes end, what config.json has besides, the dtype of the file.
HEADS = {
    "single": ("ForSequenceClassification", LABELS, "F32"),
    "multi": ("ForSequenceClassification", dict(LABELS, problem_type="multi_label_classification"), "F16"),
    "regression": ("ForSequenceClassification", dict(LABELS, problem_type="regression"), "BF16"),
    "one": ("ForSequenceClassification", {"num_labels": 1}, "F16"),
    "tag": ("ForTokenClassification", LABELS, "BF16"),
    "embed": ("Model", {}, "F32"),
}
TEXTS = ["I love this movie!", ("Is it good?", "It is great."), ""]


def cut(values, dtype):
    """Values of 16 bits, which are toward zero, so that other programs cut alike."""
    bits = values.view(np.uint32)
    if dtype == "BF16":
        return (bits & 0xFFFF0000).view(np.float32)
    if dtype == "F16":
        return np.where(np.abs(values) < 2.0 ** -14, np.float32(0), (bits & 0xFFFFE000).view(np.float32))
    return values


def weights_of(model, folder):
    """The parameters that save_pretrained writes."""
    model.save_pretrained(folder)
    with safe_open(folder / "model.safetensors", "pt") as f:
        shapes = {k: list(f.get_slice(k).get_shape()) for k in f.keys()}
    return {k: {"shape": s, "center": 1.0 if "norm" in k.lower() and k.endswith("weight") else 0.0, "scale": 0.2 if k.endswith("bias") else 0.4} for k, s in shapes.items()}


@torch.no_grad()
def batch(model, lengths):
    generator = torch.Generator().manual_seed(sum(lengths))
    padding, types = model.config.pad_token_id or 0, max(getattr(model.config, "type_vocab_size", 0), 1)
    ids = torch.randint(5, model.config.vocab_size, (len(lengths), max(lengths)), generator=generator)
    mask = torch.tensor([[int(i < n) for i in range(max(lengths))] for n in lengths])
    kinds = torch.randint(0, types, ids.shape, generator=generator) * mask
    if model.config.model_type == "bart":
        for row, n in enumerate(lengths):
            ids[row, n - 1] = model.config.eos_token_id
    ids = ids * mask + padding * (1 - mask)
    inputs = {"input_ids": ids, "attention_mask": mask} | ({"token_type_ids": kinds} if types > 1 else {})
    logits = one_by_one(model, inputs, lengths) if model.config.model_type == "mobilebert" else rows(model(**inputs), mask)
    return {"ids": [r[:n] for r, n in zip(ids.tolist(), lengths)], "types": [r[:n] for r, n in zip(kinds.tolist(), lengths)] if types > 1 else None,
            "logits": logits}


def scores(model, folder):
    classify = pipeline("text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(folder), top_k=None)
    records = []
    for text in TEXTS:
        one, other = text if isinstance(text, tuple) else (text, None)
        records.append({"text": one, "text_pair": other, "scores": classify([{"text": one, "text_pair": other}] if other is not None else [one])[0]})
    return records


def main():
    models = {}
    for family, (begin, settings, tokenizer) in FAMILIES.items():
        for head, (end, more, dtype) in HEADS.items():
            kind = getattr(transformers, begin + end, None)
            if kind is None or family == "bart" and head == "embed":  # whose model's vectors nobody pools
                continue
            with tempfile.TemporaryDirectory() as work:
                folder = Path(work)
                weights = weights_of(kind(kind.config_class(**settings, **more)), folder)
                save_file({k: torch.from_numpy(cut(prng.values(k, int(np.prod(w["shape"])), w["center"], w["scale"]), dtype).reshape(w["shape"]))
                           for k, w in weights.items()}, folder / "model.safetensors", {"format": "pt"})
                for file in FOLDER.joinpath(tokenizer).iterdir():
                    if file.name not in ("config.json", "golden.json") and "safetensors" not in file.name:
                        shutil.copy(file, folder)
                config = json.loads((folder / "config.json").read_text())
                model = kind.from_pretrained(folder, dtype=torch.float32).eval()
                models[f"{family} {head}"] = {
                    "config": config, "tokenizer": tokenizer, "dtype": dtype, "weights": weights,
                    "batches": [batch(model, lengths) for lengths in ([5], [3, 11])],
                    "texts": scores(model, folder) if end == "ForSequenceClassification" else []}
    with gzip.GzipFile(TESTDATA / "heads.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps({"versions": versions(), "models": models}, separators=(",", ":")) + "\n").encode())
    print(len(models), "models")


if __name__ == "__main__":
    main()
