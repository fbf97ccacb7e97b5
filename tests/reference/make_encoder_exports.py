"""Exports of encoders alone, of the models of make_architectures.py, as users have them:
tests/testdata/encoder-exports. Their vectors are those of tests/testdata/embeddings.json and of
the models' golden files. And exports of classifiers, of the families whose exports' answers depend
on the texts of a batch: tests/testdata/classifier-exports."""

import warnings

import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoModelForSequenceClassification

from export import drop_stack_traces
from paths import TESTDATA

FOLDER = TESTDATA / "encoder-exports"


class Sentences(torch.nn.Module):
    """A model of sentence-transformers with the inputs and outputs of optimum's exports."""

    def __init__(self, folder):
        super().__init__()
        self.model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32", "attn_implementation": "eager"})

    def forward(self, input_ids, attention_mask):
        out = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        return out["token_embeddings"], out["sentence_embedding"]


class Encoder(torch.nn.Module):
    """An encoder with the names of its own parameters, which the older exporter can't call."""

    def __init__(self, model):
        super().__init__()
        for name, part in model.named_children():
            self.add_module(name, part)
        self.call = [model]  # hidden, so that its parameters have no second name

    def forward(self, input_ids, attention_mask, token_type_ids):
        out = self.call[0](input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return out.last_hidden_state, out.pooler_output


class Classifier(torch.nn.Module):
    """A classifier with the inputs and the output of optimum's exports."""

    def __init__(self, folder):
        super().__init__()
        self.model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def classifiers():
    for name in ("bart-scaled", "mobilebert"):
        model, path = Classifier(TESTDATA / "architectures" / name).eval(), TESTDATA / "classifier-exports" / f"{name}.onnx"
        path.parent.mkdir(exist_ok=True)
        ids = torch.randint(5, 100, (2, 9))
        ids[:, -1] = 2  # BART's end
        axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "attention_mask": {0: "batch_size", 1: "sequence_length"}, "logits": {0: "batch_size"}}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(model, (ids, torch.ones_like(ids)), str(path), input_names=["input_ids", "attention_mask"], output_names=["logits"],
                              dynamic_axes=axes, opset_version=17, dynamo=False)
        print(f"{path.name}: {path.stat().st_size} bytes")


def export(model, path, inputs, outputs, dynamo=False):
    example = {name: torch.ones(2, 9, dtype=torch.int64) for name in inputs}
    example["input_ids"] = torch.randint(5, 100, (2, 9))
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if dynamo:
            batch, length = torch.export.Dim("batch_size"), torch.export.Dim("sequence_length", max=48)
            torch.onnx.export(model, kwargs=example, f=str(path), input_names=list(inputs), output_names=list(outputs), opset_version=18, dynamo=True,
                              dynamic_shapes={name: {0: batch, 1: length} for name in inputs}, external_data=False, verbose=False)
            drop_stack_traces(path)
        else:
            axes = {name: {0: "batch_size", 1: "sequence_length"} for name in (*inputs, outputs[0])}
            torch.onnx.export(model, (example,), str(path), input_names=list(inputs), output_names=list(outputs),
                              dynamic_axes={**axes, outputs[1]: {0: "batch_size"}}, opset_version=14, dynamo=False)
    print(f"{path.name}: {path.stat().st_size} bytes")


def main():
    torch.manual_seed(3)
    bert, xlm = TESTDATA / "architectures" / "bert-embed", TESTDATA / "architectures" / "xlm-roberta-embed"
    model = AutoModel.from_pretrained(bert, dtype=torch.float32, attn_implementation="eager").eval()
    for name, dynamo in (("torch", False), ("dynamo", True)):
        export(model if dynamo else Encoder(model).eval(), FOLDER / f"bert-embed.{name}.onnx", ("input_ids", "attention_mask", "token_type_ids"), ("last_hidden_state", "pooler_output"), dynamo)
    export(Sentences(xlm).eval(), FOLDER / "xlm-roberta-embed.sentences.onnx", ("input_ids", "attention_mask"), ("token_embeddings", "sentence_embedding"))


if __name__ == "__main__":
    main()
    classifiers()
