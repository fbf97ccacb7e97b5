"""Which fields of the config.json of tests/testdata/architectures can't be null for transformers:
reading the configuration, making the model or running it fails. Writes nulls.json beside them."""

import json

import torch
import transformers

from make_architectures import FOLDER
from versions import versions

SKIPPED = {"architectures", "model_type", "transformers_version", "dtype", "id2label", "label2id"}


def fails(architecture, config):
    kind = getattr(transformers, architecture)
    try:
        model = kind(kind.config_class.from_dict(config)).eval()
        with torch.no_grad():
            model(input_ids=torch.tensor([[5, 6, 2]]), attention_mask=torch.ones(1, 3, dtype=torch.long))
    except Exception:  # whatever it is, there is no answer
        return True
    return False


def main():
    found = {}
    for folder in sorted(p for p in FOLDER.iterdir() if p.is_dir()):
        config = json.loads((folder / "config.json").read_text())
        architecture = config["architectures"][0]
        found[folder.name] = [name for name in sorted(config.keys() - SKIPPED) if fails(architecture, {**config, name: None})]
    (FOLDER.parent / "nulls.json").write_text(json.dumps({"versions": versions(), "fails": found}) + "\n")


if __name__ == "__main__":
    main()
