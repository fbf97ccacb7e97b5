"""What transformers' pipeline finds in texts over the limit, in windows that overlap by a
stride, with the classifiers of tokens of make_architectures.py: tests/testdata/strides.json."""

import json
import warnings

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from paths import TESTDATA
from versions import versions

TEXTS = ["", "Anna lives in Bern.", " ".join(f"word{i} Anna, Bern!" for i in range(9)), "the café über naïve filmmakers' unbelievable 很好 👍 " * 4]
MODELS = ("bert-tag", "roberta-tag", "xlm-roberta-tag", "modernbert-tag")


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    cases = []
    for name in MODELS:
        folder = TESTDATA / "architectures" / name
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.float32).eval()
        for stride, strategy in ((0, "simple"), (1, "first"), (7, "average"), (30, "max")):
            tag = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy=strategy, stride=stride)
            for text in TEXTS:
                entities = [{k: round(float(v), 6) if k == "score" else v for k, v in e.items()} for e in tag(text)]
                cases.append({"model": name, "stride": stride, "strategy": strategy, "text": text, "entities": entities})
    (TESTDATA / "strides.json").write_text(json.dumps({"versions": versions(), "cases": cases}, ensure_ascii=False, separators=(",", ":")).replace('{"model"', '\n{"model"') + "\n")


if __name__ == "__main__":
    main()
