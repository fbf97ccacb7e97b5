"""Much used classifiers of the hub as they lie there: architecture, settings that matter and
files' names as they are commonly known, with small random weights (prng.py) and small
tokenizers in place of the genuine ones; and what transformers answers with those files:
tests/testdata/layouts.json.gz, by docs/models.md's table."""

import base64
import gzip
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import sentencepiece
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoTokenizer, pipeline

import prng
import small_tokenizers
from make_architectures import NLI
from make_heads import FAMILIES, cut, weights_of
from paths import TESTDATA
from versions import versions

TEXTS = ["I love this movie!", ("Is it good?", "It is great."), "naïve café, a terrible waste", ""]
JSON, VOCAB, MERGES = "tokenizer.json", "vocab.txt", ("vocab.json", "merges.txt")
CONFIG, SPECIAL = "tokenizer_config.json", "special_tokens_map.json"
XLM, SPM = "sentencepiece.bpe.model", "spm.model"
MULTI = {"problem_type": "multi_label_classification", "num_labels": 4}
NLI_LABELS = {"id2label": NLI, "label2id": {v: k for k, v in NLI.items()}}
ONE, PICKLED = {"num_labels": 1}, True
# Repository: the family, what config.json has besides, the tokenizer's files, and whether the
# weights are pickled alone.
LAYOUTS = {
    "bhadresh-savani/distilbert-base-uncased-emotion": ("distilbert", {"num_labels": 6}, (JSON, VOCAB, CONFIG, SPECIAL), False),
    "lxyuan/distilbert-base-multilingual-cased-sentiments-student": ("distilbert", {"num_labels": 3}, (JSON, VOCAB, CONFIG, SPECIAL), False),
    "martin-ha/toxic-comment-model": ("distilbert", {}, (JSON, VOCAB, CONFIG, SPECIAL), PICKLED),
    "nlptown/bert-base-multilingual-uncased-sentiment": ("bert", {"num_labels": 5}, (VOCAB, CONFIG, SPECIAL), False),
    "unitary/toxic-bert": ("bert", MULTI, (VOCAB, CONFIG, SPECIAL), False),
    "cross-encoder/ms-marco-MiniLM-L6-v2": ("bert", ONE, (JSON, VOCAB, CONFIG, SPECIAL), False),
    "ProsusAI/finbert": ("bert", {"num_labels": 3}, (VOCAB, CONFIG, SPECIAL), PICKLED),
    "yiyanghkust/finbert-tone": ("bert", {"num_labels": 3}, (VOCAB,), PICKLED),
    "SamLowe/roberta-base-go_emotions": ("roberta", MULTI, (JSON, *MERGES, CONFIG, SPECIAL), False),
    "cardiffnlp/twitter-roberta-base-sentiment-latest": ("roberta", {"num_labels": 3}, (*MERGES, SPECIAL), PICKLED),
    "j-hartmann/emotion-english-distilroberta-base": ("roberta", {"num_labels": 7}, (JSON, *MERGES, CONFIG, SPECIAL), PICKLED),
    "siebert/sentiment-roberta-large-english": ("roberta", {}, (*MERGES, CONFIG, SPECIAL), PICKLED),
    "cardiffnlp/twitter-xlm-roberta-base-sentiment": ("xlm-roberta", {"num_labels": 3}, (XLM, SPECIAL), PICKLED),
    "papluca/xlm-roberta-base-language-detection": ("xlm-roberta", {"num_labels": 20}, (JSON, XLM, CONFIG, SPECIAL), False),
    "BAAI/bge-reranker-base": ("xlm-roberta", ONE, (JSON, XLM, CONFIG, SPECIAL), False),
    "BAAI/bge-reranker-v2-m3": ("xlm-roberta", ONE, (JSON, XLM, CONFIG, SPECIAL), False),
    "MoritzLaurer/DeBERTa-v3-base-mnli-fever-anli": ("deberta-v2", NLI_LABELS, (JSON, SPM, CONFIG, SPECIAL), False),
    "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli": ("deberta-v2", NLI_LABELS, (JSON, SPM, CONFIG, SPECIAL), False),
    "MoritzLaurer/deberta-v3-large-zeroshot-v2.0": ("deberta-v2", {"id2label": {0: "entailment", 1: "not_entailment"}, "label2id": {"entailment": 0, "not_entailment": 1}},
                                                    (JSON, SPM, CONFIG, SPECIAL), False),
    "cross-encoder/nli-deberta-v3-base": ("deberta-v2", NLI_LABELS, (SPM, CONFIG, SPECIAL), False),
    "protectai/deberta-v3-base-prompt-injection-v2": ("deberta-v2", {}, (JSON, SPM, CONFIG, SPECIAL), False),
    "mixedbread-ai/mxbai-rerank-base-v1": ("deberta-v2", ONE, (JSON, SPM, CONFIG, SPECIAL), False),
    "Alibaba-NLP/gte-reranker-modernbert-base": ("modernbert", ONE, (JSON, CONFIG, SPECIAL), False),
    "facebook/bart-large-mnli": ("bart", NLI_LABELS, (JSON, *MERGES, CONFIG), False),
}


def spiece(**options):
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(small_tokenizers.lines()), model_writer=out, vocab_size=300, num_threads=1,
                                             hard_vocab_limit=False, minloglevel=2, **options)
    return out.getvalue()


def files_of(family, folder):
    """All files that a tokenizer of the family may have, in full; SentencePiece models without a
    character map, which is large."""
    special = small_tokenizers.special() if family in ("roberta", "xlm-roberta", "bart") else {f"{n}_token": f"[{n.upper()}]" for n in ("cls", "mask", "pad", "sep", "unk")}
    if family in ("xlm-roberta", "deberta-v2"):
        name, kind, model = {
            "xlm-roberta": (XLM, "XLMRobertaTokenizer", lambda: spiece(normalization_rule_name="identity")),
            "deberta-v2": (SPM, "DebertaV2Tokenizer", lambda: spiece(normalization_rule_name="identity", pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]",
                                                                     bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]", user_defined_symbols=["[MASK]"])),
        }[family]
        (folder / name).write_bytes(model())
        (folder / CONFIG).write_text(json.dumps({"tokenizer_class": kind, "model_max_length": 48, **special}))
        AutoTokenizer.from_pretrained(folder).backend_tokenizer.save(str(folder / JSON))
    else:
        kind = {"bert": "wordpiece", "distilbert": "wordpiece", "roberta": "roberta", "bart": "bart", "modernbert": "modernbert"}[family]
        tokenizer, settings = small_tokenizers.KINDS[kind]()
        tokenizer.save(str(folder / JSON))
        (folder / CONFIG).write_text(json.dumps({"model_max_length": 48, **settings}))
        if kind != "modernbert":
            tokenizer.model.save(str(folder))
    (folder / SPECIAL).write_text(json.dumps(special))
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def answers(model, folder):
    classify = pipeline("text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(folder), top_k=None)
    for text in TEXTS:
        one, other = text if isinstance(text, tuple) else (text, None)
        yield {"text": one, "text_pair": other, "scores": classify([{"text": one, "text_pair": other}] if other is not None else [one])[0]}


def main():
    tokenizers, contents, models = {}, {}, {}
    for repo, (family, more, names, pickled) in LAYOUTS.items():
        begin, settings, _ = FAMILIES[family]
        if family not in tokenizers:
            with tempfile.TemporaryDirectory() as work:
                tokenizers[family] = files_of(family, Path(work))
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work)
            for name in names:
                (folder / name).write_bytes(tokenizers[family][name])
            kind = getattr(transformers, begin + "ForSequenceClassification")
            # Wide enough for each of these small tokenizers.
            weights = weights_of(kind(kind.config_class(**{**settings, "vocab_size": 340}, **more)), folder)
            save_file({k: torch.from_numpy(cut(prng.values(k, int(np.prod(w["shape"])), w["center"], w["scale"]), "F16").reshape(w["shape"]))
                       for k, w in weights.items()}, folder / "model.safetensors", {"format": "pt"})
            model = kind.from_pretrained(folder, dtype=torch.float32).eval()
            models[repo] = {
                "config": json.loads((folder / "config.json").read_text()), "dtype": "F16", "weights": weights, "pickled": pickled,
                "files": {n: contents.setdefault(base64.b64encode(tokenizers[family][n]).decode(), len(contents)) for n in names},
                "texts": list(answers(model, folder))}
            print(repo, [round(s["score"], 3) for t in models[repo]["texts"] for s in t["scores"][:2]])
    with gzip.GzipFile(TESTDATA / "layouts.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps({"versions": versions(), "contents": list(contents), "models": models}, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
