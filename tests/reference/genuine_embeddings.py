"""Vectors of texts by the genuine MiniLM, as sentence-transformers makes them: transformers'
model, the mean of the tokens, the length 1.

    genuine_embeddings.py MODEL_FOLDER < texts.json > vectors.json
"""

import json
import sys

import torch
from transformers import AutoModel, AutoTokenizer


def load(folder):
    return AutoModel.from_pretrained(folder, dtype=torch.float32).eval()


def embed(model, folder, texts):
    """The number of tokens and the vector of each text."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with open(f"{folder}/sentence_bert_config.json") as f:
        limit = json.load(f)["max_seq_length"]
    for text in texts:
        encoded = tokenizer([text], truncation=True, max_length=limit, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**encoded).last_hidden_state
        mask = encoded["attention_mask"].unsqueeze(-1).float()
        pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        yield encoded["input_ids"].shape[1], torch.nn.functional.normalize(pooled)[0].tolist()


if __name__ == "__main__":
    folder = sys.argv[1]
    json.dump([vector for _, vector in embed(load(folder), folder, json.load(sys.stdin))], sys.stdout)
