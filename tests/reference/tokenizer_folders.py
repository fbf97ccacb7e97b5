"""Write tests/testdata/tokenizer/folders.json.gz: what transformers makes of random saved folders.

    python tests/reference/tokenizer_folders.py [COUNT [FILE]]

Each folder has a config.json and any of tokenizer.json, vocab.txt,
tokenizer_config.json, special_tokens_map.json and added_tokens.json, which may
disagree. The answer is what AutoTokenizer, with truncation, makes of each text
(ids, and type ids as the model reads them), or null where it refuses the folder
or one of the texts.
"""

import gzip
import json
import pathlib
import random
import sys
import tempfile
import warnings

import tokenizers
import transformers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

OUT = pathlib.Path(__file__).parents[2] / "tests" / "testdata" / "tokenizer" / "folders.json.gz"

TEXTS = [
    "", "The café was GOOD", "the cafe was good good good movie the end", "漢字 and naïve Ünï", "[CLS] a [SEP] b [MASK] c [PAD] [UNK]",
    "x <ent>  y<ent>z  <NEW> new <Tok> <tok> é<img> <s> </s>", "unknownword goodmovie ##s the[MASK]end", "  [MASK]  [X] [Y] a  ", "a\u0301b\tGood\u00a0Movie <ent> the",
]

WORDS = ["good", "movie", "the", "The", "GOOD", "cafe", "café", "was", "end", "##s", "##movie", "@@s", "漢", "字", "new", "<ent>", "naive", "na", "##i", "##ve", "and"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CONTENTS = ["<ent>", "<NEW>", "<Tok>", "[X]", "[Y]", "<img>", "good movie", "café", "[MASK]", "[SEP]", "é"]
ROLES = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
CLASSES = ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast", "ElectraTokenizer", "ElectraTokenizerFast",
           "MobileBertTokenizer", "MobileBertTokenizerFast", "PreTrainedTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend", "TokenizersBackend"]
MODELS = {"bert": "Bert", "distilbert": "DistilBert", "electra": "Electra", "mobilebert": "MobileBert"}


class Folder:
    def __init__(self, r):
        self.r = r
        self.files = {}

    def chance(self, p):
        return self.r.random() < p

    def flags(self):
        return {name: self.chance(0.3) for name in ("single_word", "lstrip", "rstrip", "normalized", "special")}

    def vocabulary(self):
        words = SPECIAL + self.r.sample(WORDS, len(WORDS) - 3) + list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ<>[]/#")
        words += ["##" + c for c in "abcdefghijklmnopqrstuvwxyz"] + self.r.sample(["<unk>", "<s>", "</s>", "[X]", "##é", "é", "Ü", "ü"], 5)
        if self.chance(0.1):
            words.remove("[MASK]")
        if self.chance(0.03):
            words.remove("[UNK]")
        if self.chance(0.2):
            self.r.shuffle(words)
        self.words = words

    def some(self, few=3):
        """Contents no two of which are the same in lower case and without accents."""
        return self.r.sample(CONTENTS, self.r.randint(1, few))

    def tokenizer_json(self):
        r = self.r
        vocab = {w: i for i, w in enumerate(self.words)}
        t = Tokenizer(models.WordPiece(vocab, unk_token=r.choice(["[UNK]", "[UNK]", "<unk>"]), continuing_subword_prefix=r.choice(["##", "##", "@@"]),
                                       max_input_chars_per_word=r.choice([100, 100, 6])))
        bert = normalizers.BertNormalizer(lowercase=self.chance(0.6), strip_accents=r.choice([None, True, False]), handle_chinese_chars=self.chance(0.8))
        t.normalizer = r.choice([bert, bert, bert, normalizers.Lowercase(), normalizers.NFC()])
        t.pre_tokenizer = r.choice([pre_tokenizers.BertPreTokenizer(), pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Whitespace()])
        if self.chance(0.9):
            first, last, kind = r.choice([("[CLS]", "[SEP]"), ("[CLS]", "[SEP]"), ("[SEP]", "[CLS]")]) + (r.choice([0, 0, 1]),)
            t.post_processor = processors.TemplateProcessing(single=f"{first}:0 $A:0 {last}:{kind}",
                                                             special_tokens=[(first, vocab[first]), (last, vocab[last])])
        t.add_special_tokens([AddedToken(s, normalized=False) for s in SPECIAL if s in vocab])
        if self.chance(0.5):
            t.add_tokens([AddedToken(c, **self.flags()) for c in self.some()])
        if self.chance(0.2):
            t.enable_truncation(r.choice([4, 10]), direction=r.choice(["left", "right"]))
        if self.chance(0.2):
            t.enable_padding(pad_token=r.choice(["[PAD]", "[PAD]", "[X]"]), direction=r.choice(["left", "right"]))
        data = json.loads(t.to_str())
        if self.chance(0.1):  # ids that the vocabulary doesn't have so
            for token in data["added_tokens"][3:]:
                token["id"] += r.randint(1, 40)
        self.files["tokenizer.json"] = json.dumps(data, ensure_ascii=False)

    def token(self, content, mark):
        """A token in one of the forms in which files have them."""
        if self.chance(0.6):
            return content
        flags = self.flags()
        if self.chance(0.3):
            flags.pop("normalized")
        if mark and self.chance(0.95):
            flags["__type"] = "AddedToken"
        return {"content": content} | flags

    def roles(self, p, mark):
        out = {}
        for role, content in ROLES.items():
            if self.chance(p):
                if self.chance(0.12):
                    content = self.r.choice(["<unk>", "[X]", "<s>", "[CLS]", "<new>", "[SEP]"])
                out[role] = self.token(content, mark)
                if self.chance(0.02):
                    out[role] = None
        if self.chance(0.08):
            out[self.r.choice(["bos_token", "eos_token"])] = self.token("<s>", mark)
        return out

    def tokenizer_config(self):
        r, c = self.r, {}

        def maybe(p, name, *values):
            if self.chance(p):
                c[name] = r.choice(values)

        maybe(0.7, "tokenizer_class", *CLASSES)
        maybe(0.6, "do_lower_case", *[True, False] * 12, "false", None, 1)
        maybe(0.4, "strip_accents", None, True, False)
        maybe(0.3, "tokenize_chinese_chars", *[True, False] * 10, None)
        maybe(0.5, "truncation_side", *["left", "right"] * 12, "middle", None)
        maybe(0.8, "model_max_length", *[5, 6, 8, 12, 512, 10**30, 1e30] * 4, None, 7.5, "8", float("inf"))
        maybe(0.05, "max_len", 7)
        maybe(0.3, "padding_side", "left", "right")
        maybe(0.1, "split_special_tokens", True, False)
        maybe(0.1, "model_input_names", ["input_ids", "token_type_ids", "attention_mask"], ["input_ids", "attention_mask"])
        maybe(0.3, "never_split", None)
        maybe(0.3, "do_basic_tokenize", True, False)
        maybe(0.2, "name_or_path", "/somewhere/else")
        maybe(0.2, "special_tokens_map_file", "/somewhere/else/special_tokens_map.json")
        maybe(0.2, "tokenizer_file", "/somewhere/else/tokenizer.json")
        maybe(0.3, "clean_up_tokenization_spaces", True, False)
        c |= self.roles(0.5, mark=True)
        if self.chance(0.35):
            ids = {}
            for content in SPECIAL + self.some():
                if content in self.words and self.chance(0.9):
                    at = self.words.index(content)
                else:
                    at = len(self.words) + r.randint(0, 5)
                ids[str(at)] = {"content": content} | self.flags()
            c["added_tokens_decoder"] = ids
        if self.chance(0.15):
            c["additional_special_tokens"] = [self.token(s, mark=True) for s in self.some()]
        if self.chance(0.15):
            c["extra_special_tokens"] = r.choice([[self.token(s, mark=True) for s in self.some()], {"img_token": "<img>", "x_token": "[X]"}, []])
        maybe(0.05, "img_token", "<img>")
        self.files["tokenizer_config.json"] = json.dumps(c, ensure_ascii=False)

    def make(self):
        r = self.r
        kind = r.choice(list(MODELS))
        self.vocabulary()
        config = {"architectures": [MODELS[kind] + "ForSequenceClassification"], "model_type": kind}
        if self.chance(0.1):
            config["tokenizer_class"] = r.choice(CLASSES)
        self.files["config.json"] = json.dumps(config)
        if self.chance(0.75):
            self.tokenizer_json()
        if self.chance(0.5) or "tokenizer.json" not in self.files:
            words = list(self.words)
            if self.chance(0.1):
                r.shuffle(words)  # disagrees with tokenizer.json
            if self.chance(0.1):
                words.insert(20, words[21])
            self.files["vocab.txt"] = r.choice(["\n", "\n", "\r\n"]).join(words) + r.choice(["\n", ""])
        if self.chance(0.85):
            self.tokenizer_config()
        if self.chance(0.4):
            special = self.roles(0.6, mark=False)
            if self.chance(0.2):
                special["additional_special_tokens"] = [self.token(s, mark=True) for s in self.some()]
            self.files["special_tokens_map.json"] = json.dumps(special, ensure_ascii=False)
        if self.chance(0.2):
            self.files["added_tokens.json"] = json.dumps({s: len(self.words) + i for i, s in enumerate(self.some())}, ensure_ascii=False)

    def save(self, directory):
        for name, content in self.files.items():
            (directory / name).write_text(content, encoding="utf-8", newline="")


def resaved(folder):
    """The folder as save_pretrained writes it, from what was loaded of it."""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        folder.save(directory)
        loaded = transformers.AutoTokenizer.from_pretrained(directory)
        config = folder.files["config.json"]
        for path in directory.iterdir():
            path.unlink()
        loaded.save_pretrained(directory)
        folder.files = {"config.json": config} | {path.name: path.read_text(encoding="utf-8") for path in sorted(directory.iterdir())}


def answers(folder):
    with tempfile.TemporaryDirectory() as name:
        folder.save(pathlib.Path(name))
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(name)
            out = []
            for text in TEXTS:
                encoded = tokenizer(text, truncation=True)
                ids = encoded["input_ids"]
                out.append([ids, encoded.get("token_type_ids", [0] * len(ids))])
            return out, ""
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as problem:  # a Rust panic is one
            return None, f"{type(problem).__name__}: {problem}"[:80]


def main():
    transformers.logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    r = random.Random(20261126 + count)
    folders, refused = [], {}
    while len(folders) < count:
        folder = Folder(r)
        folder.make()
        if r.random() < 0.2:
            try:
                resaved(folder)
            except BaseException:  # what can't be loaded stays as it is
                pass
        answer, problem = answers(folder)
        if answer is None:
            refused[problem] = refused.get(problem, 0) + 1
        folders.append({"files": folder.files, "answers": answer, "problem": problem})
    data = {"made_by": "tests/reference/tokenizer_folders.py", "transformers": transformers.__version__, "tokenizers": tokenizers.__version__,
            "texts": TEXTS, "folders": folders}
    with gzip.GzipFile(out, "wb", mtime=0) as f:
        f.write(json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode())
    print(f"{count} folders, {sum(refused.values())} refused, {out.stat().st_size} bytes")
    for problem, n in sorted(refused.items(), key=lambda kv: -kv[1]):
        print(n, problem)


if __name__ == "__main__":
    main()
