"""Write tests/testdata/tokenizer/classes.json.gz: what transformers makes of folders with each tokenizer class.

    python tests/reference/tokenizer_classes.py [COUNT [FILE]]

The vocabularies are small, and of three kinds: byte-level BPE, BPE with byte fallback,
and SentencePiece's Unigram. Each folder has tokenizer.json, or what stands in for it,
with a config.json and a tokenizer_config.json that say something else each time.
"""

import base64
import gzip
import json
import pathlib
import random
import sys
import tempfile
import warnings

import sentencepiece
import tokenizers
import transformers
import sentencepiece.sentencepiece_model_pb2 as spm
from tokenizer_kinds import COMMON, bpe, charsmap, read_texts, spiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

OUT = pathlib.Path(__file__).parents[2] / "tests" / "testdata" / "tokenizer" / "classes.json.gz"

TEXTS = [
    "", "A great film, isn't it?", "  two  spaces\tand a tab\nline ", "Ça va très bien — ÉCOLE “quoted” ``x'' y'", "你好，世界。 Привет! 👨‍👩‍👧 ﬁ ①½",
    "x <mask>  y[MASK] z <s> </s> <unk> [CLS] [SEP] <pad>", "e\u0301 e\u0301\u0302 \u00a0 \u200b \u2028 \ufeff ∀∃ 𝒜", "don't 12345 3.14 a,b;c (d) ▁e", "<ent> NEW<ent>new <Tok>", "zzzzqqqq xj9",
    "ＦＵＬＬ ｗｉｄｔｈ ㌀", " lead", "trail ", "\n", "<|endoftext|> <bos>hi<eos> <|im_end|>",
]

# class, model type, vocabulary, file that stands in
CLASSES = [
    ("RobertaTokenizer", "roberta", "bytes", "merges.txt"), ("RobertaTokenizer", "bart", "bytes", "merges.txt"), ("GPT2Tokenizer", "gpt2", "bytes", "merges.txt"),
    ("Qwen2Tokenizer", "qwen3", "bytes", "merges.txt"), ("TokenizersBackend", "modernbert", "bytes", None), ("LlamaTokenizer", "llama", "fallback", None),
    ("GemmaTokenizer", "gemma3_text", "fallback", None), ("XLMRobertaTokenizer", "xlm-roberta", "pieces", "sentencepiece.bpe.model"),
    ("CamembertTokenizer", "camembert", "pieces", "sentencepiece.bpe.model"), ("DebertaV2Tokenizer", "deberta-v2", "pieces", "spm.model"),
    ("AlbertTokenizer", "albert", "pieces", "spiece.model"), ("MPNetTokenizer", "mpnet", "words", "vocab.txt"),
]
CONTENTS = ["<ent>", "<NEW>", "<Tok>", "film", "é"]


def vocabularies():
    """Files by name, in full."""
    texts = [t for t in read_texts() if len(t) < 300 and all(c < "\u0530" or c in COMMON for c in t)]
    out = {}
    byte = bpe(texts, pre_tokenizers.ByteLevel(add_prefix_space=False), size=420, special=["<s>", "<pad>", "</s>", "<unk>", "<|endoftext|>"])
    byte.decoder = decoders.ByteLevel()
    byte.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    out["bytes"] = byte
    spaced = [s.replace(" ", "\u2581") for s in texts]
    fallback = bpe(spaced, pre_tokenizers.Split(" ", "isolated"), size=700, bytes_=False, unk_token="<unk>", fuse_unk=True, byte_fallback=True,
                   special=["<pad>", "<eos>", "<bos>", "<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)])
    file = json.loads(fallback.to_str())
    file["added_tokens"] = [x for x in file["added_tokens"] if not x["content"].startswith("<0x")]
    out["fallback"] = Tokenizer.from_str(json.dumps(file))
    few = [t for t in texts if all(c < "\u0180" or c in COMMON for c in t)]
    # A map of a few characters does what a large one does.
    rule = pathlib.Path("/tmp/rule.tsv")  # the model names it
    rule.write_text("".join(f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in (
        ("ﬁ", "fi"), ("①", "1"), ("Ｆ", "F"), ("Ｕ", "U"), ("e\u0301", "é"), ("\u00a0", " "), ("\t", " "), ("\n", " "), ("½", "1⁄2"), ("\u200b", ""))))
    out["model"] = spiece(few, "identity", size=700, normalization_rule_tsv=str(rule), user_defined_symbols=["<ent>"])
    trained = [(p.piece, p.score) for p in spm.ModelProto.FromString(out["model"]).pieces[3:]]
    pieces = Tokenizer(models.Unigram([(t, 0.0) for t in ("<s>", "<pad>", "</s>", "<unk>")] + trained +
                                      [(t, 0.0) for t in ("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "<mask>")], unk_id=3))
    pieces.normalizer = normalizers.Precompiled(charsmap(out["model"]))
    pieces.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    out["pieces"] = pieces
    words = "<s> <pad> </s> [UNK] <mask> a great film is the two spaces and tab line trail lead x y z d e ##s ##t ##e ##n ##a i it don ' , . ? ! 1 2 3 ##2 ##3 café ecole École va tres très bien"
    out["words"] = words.split()
    return out


class Folder:
    def __init__(self, r, kind, vocabularies):
        self.r, self.files = r, {}
        self.name, self.model, self.vocabulary, self.stand_in = kind
        self.all = vocabularies
        config = {"model_type": self.model, "architectures": ["X"]}
        if self.chance(0.1):
            config["tokenizer_class"] = self.name
        self.files["config.json"] = json.dumps(config)
        if self.stand_in and (self.chance(0.45) or self.vocabulary == "words"):
            self.stand()
        else:
            self.file()
        self.config()

    def chance(self, p):
        return self.r.random() < p

    def stand(self):
        if self.vocabulary == "words":
            self.files["vocab.txt"] = "\n".join(self.all["words"]) + "\n"
        elif self.vocabulary == "bytes":
            model = json.loads(self.all["bytes"].to_str())["model"]
            self.files["vocab.json"] = json.dumps(model["vocab"], ensure_ascii=False)
            self.files["merges.txt"] = "#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in model["merges"])
        else:
            self.files[self.stand_in] = "base64:" + base64.b64encode(self.all["model"]).decode()

    def file(self):
        r, t = self.r, Tokenizer.from_str(self.all[self.vocabulary].to_str())
        unknown = t.token_to_id("<unk>")
        if self.chance(0.7):
            first, last = r.choice([("<s>", "</s>"), ("</s>", "<s>")])
            t.post_processor = r.choice([
                processors.TemplateProcessing(single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1", special_tokens=[(x, t.token_to_id(x)) for x in (first, last)]),
                processors.TemplateProcessing(single=f"{first} $A", pair=f"{first} $A $B", special_tokens=[(first, t.token_to_id(first))]),
                processors.ByteLevel(trim_offsets=False), processors.RobertaProcessing((last, t.token_to_id(last)), (first, t.token_to_id(first)))])
        if self.chance(0.3):
            t.normalizer = r.choice([normalizers.Lowercase(), normalizers.NFC()])
        if self.chance(0.3):
            t.add_tokens([AddedToken(c, **self.flags()) for c in r.sample(CONTENTS, 2)])
        if self.chance(0.1):
            t.enable_truncation(6, direction=r.choice(["left", "right"]))
        assert unknown is not None
        self.files["tokenizer.json"] = t.to_str()

    def flags(self):
        return {name: self.chance(0.3) for name in ("single_word", "lstrip", "rstrip", "normalized", "special")}

    def config(self):
        r, c = self.r, {}

        def maybe(p, name, *values):
            if self.chance(p):
                c[name] = r.choice(values)

        maybe(0.7, "tokenizer_class", self.name, self.name + "Fast")
        if self.chance(0.1):
            c["tokenizer_class"] = "PreTrainedTokenizerFast"
        if self.vocabulary == "fallback" and self.name == "LlamaTokenizer":
            c["tokenizer_class"] = r.choice(["LlamaTokenizer", "LlamaTokenizerFast"])
        for name in ("add_prefix_space", "do_lower_case", "keep_accents", "split_by_punct", "legacy", "trim_offsets", "strip_accents"):
            maybe(0.3, name, True, False)
        maybe(0.15, "unk_id", 1, 3)
        maybe(0.2, "add_bos_token", True, False)
        maybe(0.2, "add_eos_token", True, False)
        maybe(0.3, "truncation_side", "left", "right")
        maybe(0.5, "model_max_length", 8, 512)
        maybe(0.15, "model_input_names", ["input_ids", "token_type_ids", "attention_mask"], ["input_ids", "attention_mask"])
        special = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "mask_token": "<mask>"}
        for role, content in special.items():
            if self.chance(0.25):
                c[role] = content if self.chance(0.6) else {"__type": "AddedToken", "content": content} | self.flags()
        maybe(0.1, "mask_token", "[MASK]", "é")
        if self.chance(0.15):
            c["additional_special_tokens"] = r.sample(CONTENTS, r.randint(1, 2))
        if self.chance(0.1):
            c["extra_special_tokens"] = r.sample(CONTENTS, r.randint(1, 2))
        if self.chance(0.2) and "tokenizer.json" in self.files:
            c["added_tokens_decoder"] = {str(x["id"]): {k: v for k, v in x.items() if k != "id"} for x in json.loads(self.files["tokenizer.json"])["added_tokens"]}
        self.files["tokenizer_config.json"] = json.dumps(c)

    def answer(self):
        """What AutoTokenizer makes of it; None where it refuses it."""
        with tempfile.TemporaryDirectory() as d:
            for name, content in self.files.items():
                path = pathlib.Path(d) / name
                if content.startswith("base64:"):
                    path.write_bytes(base64.b64decode(content[7:]))
                else:
                    path.write_text(content)
            try:
                t = transformers.AutoTokenizer.from_pretrained(d)
                out = {"class": type(t).__name__, "special": {k: str(v) for k, v in t.special_tokens_map.items() if isinstance(v, str)}, "texts": []}
                for i, text in enumerate(TEXTS):
                    one = t(text, return_offsets_mapping=True)
                    row = [one["input_ids"], one["offset_mapping"]]
                    for pair in (None, TEXTS[(i + 1) % len(TEXTS)]):
                        e = t(text, pair, truncation="longest_first", max_length=12)
                        row += [e["input_ids"], e.get("token_type_ids") or [0] * len(e["input_ids"])]
                    out["texts"].append(row)
                return out, ""
            except Exception as e:  # noqa: BLE001: it may be any
                return None, repr(e)[:200]


def main():
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 144
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    r = random.Random(20261126 + count - 144)
    every, folders, contents = vocabularies(), [], {}
    for i in range(count):
        f = Folder(r, CLASSES[i % len(CLASSES)], every)
        answer, problem = f.answer()
        files = {}
        for name, content in f.files.items():  # equal ones are written once
            files[name] = contents.setdefault(content, len(contents))
        folders.append({"files": files, "answer": answer, "problem": problem})
    data = {"made_by": "tests/reference/tokenizer_classes.py", "tokenizers": tokenizers.__version__, "transformers": transformers.__version__,
            "sentencepiece": sentencepiece.__version__, "texts": TEXTS, "contents": list(contents), "folders": folders}
    out.write_bytes(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0))
    refused = sum(f["answer"] is None for f in folders)
    print(f"{count} folders, {refused} refused")
    for f in folders:
        if f["answer"] is None:
            print(f["problem"])


if __name__ == "__main__":
    main()
