"""What a user of Azure's inference server writes: transformers' own pipeline."""

import json
import os

from transformers import pipeline


def init():
    global classifier
    classifier = pipeline("text-classification", model=os.environ["AZUREML_MODEL_DIR"])


def run(data):
    return classifier(json.loads(data)["text"], truncation=True)
