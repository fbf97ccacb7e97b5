"""The same for embeddings: the mean of the tokens' vectors, of length 1."""

import json
import os

import numpy
from fastapi import FastAPI
from onnxruntime import InferenceSession
from pydantic import BaseModel
from tokenizers import Tokenizer

folder = os.environ["MODEL_DIR"]
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(json.load(open(f"{folder}/sentence_bert_config.json"))["max_seq_length"])
session = InferenceSession(f"{folder}/onnx/model.onnx")
inputs = [i.name for i in session.get_inputs()]
app = FastAPI()


class Request(BaseModel):
    inputs: str


@app.post("/embed")
def embed(request: Request):
    encoding = tokenizer.encode(request.inputs)
    values = {"input_ids": [encoding.ids], "attention_mask": [encoding.attention_mask], "token_type_ids": [encoding.type_ids]}
    mean = session.run(None, {name: values[name] for name in inputs})[0][0].mean(axis=0)
    return [(mean / numpy.linalg.norm(mean)).tolist()]
