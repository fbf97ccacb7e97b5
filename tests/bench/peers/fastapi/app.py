"""The plain export behind FastAPI, as one writes it in an afternoon."""

import json
import os

import numpy
from fastapi import FastAPI
from onnxruntime import InferenceSession
from pydantic import BaseModel
from tokenizers import Tokenizer

folder = os.environ["MODEL_DIR"]
labels = json.load(open(f"{folder}/config.json"))["id2label"]
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(512)
session = InferenceSession(f"{folder}/onnx/model.onnx")
inputs = [i.name for i in session.get_inputs()]
app = FastAPI()


class Request(BaseModel):
    text: str


@app.post("/score")
def score(request: Request):
    encoding = tokenizer.encode(request.text)
    values = {"input_ids": [encoding.ids], "attention_mask": [encoding.attention_mask], "token_type_ids": [encoding.type_ids]}
    logits = session.run(None, {name: values[name] for name in inputs})[0][0]
    scores = numpy.exp(logits - logits.max()) / numpy.exp(logits - logits.max()).sum()
    best = int(scores.argmax())
    return [{"label": labels[str(best)], "score": float(scores[best])}]
