"""Vectors of texts by the genuine MiniLM, as sentence-transformers makes them: transformers'
model, the mean of the tokens, the length 1.

    genuine_embeddings.py MODEL_FOLDER < texts.json > vectors.json
"""

import json
import sys

import torch
from transformers import AutoModel, AutoTokenizer

folder = sys.argv[1]
tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
limit = json.load(open(f"{folder}/sentence_bert_config.json"))["max_seq_length"]
vectors = []
for text in json.load(sys.stdin):
    encoded = tokenizer([text], truncation=True, max_length=limit, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**encoded).last_hidden_state
    mask = encoded["attention_mask"].unsqueeze(-1).float()
    pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
    vectors.append(torch.nn.functional.normalize(pooled)[0].tolist())
json.dump(vectors, sys.stdout)
