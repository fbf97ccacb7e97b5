"""Tokenizers of Gemma 3's structure over small vocabularies.

    python tests/reference/gemma_tokenizer.py

gemma-tiny-chat      2,560 pieces, from the made conversations and some English and code
gemma-tokenizer      20,000 pieces, from Python's library reference, its sources
                     and made words of many scripts: for the tokenizer goldens

The structure is that of google/gemma-3-1b-it's tokenizer.json: normalizer,
pre-tokenizer, BPE with byte fallback, decoder, template, every added token at its
id up to the bytes' (168 to 237 are HTML tags, some of them guessed), then pieces
by rank, then single characters. Like there, each piece has a merge for every
split into two pieces, not only the one it was learned by.
"""

import gzip
import json
import pathlib
import random
import sys
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from gemma_corpus import Conversations, rendered
from paths import GEMMA, TESTDATA

SIZE, LARGE_SIZE = 2560, 20000
TAGS = "table caption thead tbody tfoot tr th td h1 h2 h3 h4 h5 h6 blockquote strong em b i u s sub sup code a ul ol li p dl dt dd pre span".split()
SPACE = "\u2581"


def reserved():
    """The first 494 pieces: special tokens, unused ones, runs, tags, bytes."""
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "[multimodal]"] + [f"<unused{i}>" for i in range(99)] + ["<start_of_turn>", "<end_of_turn>"]
    pieces += ["\n" * n for n in range(1, 32)] + [SPACE * n for n in range(2, 32)]
    pieces += [f"<{t}>" for t in TAGS] + [f"</{t}>" for t in TAGS] + ["<hr>", "<br>"]
    assert len(pieces) == 238
    return pieces + [f"<0x{b:02X}>" for b in range(256)]


SPECIAL = {"<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "[multimodal]", "<start_of_turn>", "<end_of_turn>"}
# Words with their leading space, single digits, runs of anything else.
SPLIT = Regex(SPACE + r"?\p{L}[\p{L}\p{M}]*|\p{N}|\n+|" + SPACE + r"+|[^\p{L}\p{N}\n" + SPACE + r"]+")
# Pieces that the vocabulary has even where the text doesn't.
CHARACTERS = [chr(c) for c in range(0x20, 0x7F)] + [chr(c) for c in range(0xA1, 0x180) if c != 0xAD]
CHARACTERS += list("αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюя“”‘’–—…•€→")


def learn(texts, size):
    """Pieces by rank, and single characters, size in all with the reserved."""
    first = reserved()
    learner = Tokenizer(models.BPE())
    learner.normalizer = normalizers.Replace(" ", SPACE)
    learner.pre_tokenizer = pre_tokenizers.Split(SPLIT, "isolated")
    alphabet = {c for t in texts for c in t} | set(CHARACTERS)
    alphabet = sorted((alphabet | {SPACE}) - {" ", "\n"})
    trainer = trainers.BpeTrainer(vocab_size=size - len(first) + 100, initial_alphabet=alphabet, show_progress=False, max_token_length=16, min_frequency=2)
    learner.train_from_iterator((t.replace("\n", " ") for t in texts), trainer)
    ranked = [p for p, _ in sorted(learner.get_vocab().items(), key=lambda x: x[1])]
    known = set(first)
    singles = [p for p in ranked if len(p) == 1 and p not in known]
    pieces = [p for p in ranked if len(p) > 1 and p not in known]
    return first + pieces[:size - len(first) - len(singles)] + singles


def all_merges(pieces):
    """Every way to make a piece of two, by the rank of the piece, then of its parts."""
    ids = {p: i for i, p in enumerate(pieces)}
    merges = []
    for i, piece in enumerate(pieces):
        if i < 494 and not set(piece) <= {"\n", SPACE}:  # of the reserved, only the runs are made of others
            continue
        splits = [(piece[:k], piece[k:]) for k in range(1, len(piece)) if piece[:k] in ids and piece[k:] in ids]
        merges += sorted(splits, key=lambda s: (ids[s[0]], ids[s[1]]))
    return merges


def assemble(pieces):
    ids = {p: i for i, p in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=all_merges(pieces), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", pair="<bos> $A <bos>:1 $B:1", special_tokens=[("<bos>", 2)])
    for piece in pieces[:238]:
        add = tokenizer.add_special_tokens if piece in SPECIAL else tokenizer.add_tokens
        add([AddedToken(piece, normalized=False, special=piece in SPECIAL)])
    return tokenizer


def write_folder(folder, tokenizer):
    """The tokenizer's files as a hub repository has them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)

    def added(content, special):
        return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False} | ({"special": special} if special is not None else {})

    decoder = {str(i): added(t.content, t.special) for i, t in sorted(tokenizer.get_added_tokens_decoder().items())}
    names = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
    config = {"add_bos_token": True, "add_eos_token": False, "added_tokens_decoder": decoder, **names, "clean_up_tokenization_spaces": False,
              "model_max_length": 1000000000000000019884624838656, "spaces_between_special_tokens": False, "tokenizer_class": "GemmaTokenizer",
              "use_default_system_prompt": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps({k: added(v, None) for k, v in names.items()}, indent=2) + "\n")
    (folder / "chat_template.jinja").write_text(pathlib.Path(__file__).with_name("gemma_chat_template.jinja").read_text())


def conversations(count=12000, seed=3):
    maker = Conversations(seed)
    for _ in range(count):
        yield rendered(maker.draw()).replace("<start_of_turn>", "").replace("<end_of_turn>", "")


SCRIPTS = [("LATIN SMALL LETTER", 0xC0, 0x250, 12), ("GREEK SMALL LETTER", 0x370, 0x400, 20), ("CYRILLIC SMALL LETTER", 0x400, 0x460, 60), ("HEBREW LETTER", 0x5D0, 0x5EB, 25),
           ("ARABIC LETTER", 0x620, 0x64B, 25), ("DEVANAGARI", 0x904, 0x94D, 25), ("THAI CHARACTER", 0xE01, 0xE3A, 12), ("HIRAGANA LETTER", 0x3041, 0x3097, 30),
           ("KATAKANA LETTER", 0x30A1, 0x30FB, 20), ("CJK UNIFIED", 0x4E00, 0x5600, 60), ("HANGUL SYLLABLE", 0xAC00, 0xAE00, 30)]


def wide():
    """English and code from Python's own library, made words of other scripts."""
    library = pathlib.Path(json.__file__).parents[1]
    from pydoc_data import topics
    yield from topics.topics.values()
    for name in ("argparse", "ast", "datetime", "decimal", "email/message", "html/entities", "http/client", "inspect", "json/decoder", "logging/__init__", "pathlib",
                 "pickle", "random", "statistics", "subprocess", "tarfile", "threading", "typing", "unittest/mock", "zipfile"):
        yield (library / f"{name}.py").read_text(encoding="utf-8")
    yield from conversations(3000, 5)
    r = random.Random(11)
    for prefix, low, high, words in SCRIPTS:
        letters = [chr(c) for c in range(low, high) if unicodedata.name(chr(c), "").startswith(prefix)]
        common = ["".join(r.choices(letters, k=r.randint(1, 6))) for _ in range(words * 12)]
        for _ in range(40):
            yield " ".join(common[min(int(r.paretovariate(0.6)) - 1, len(common) - 1)] for _ in range(200))


def main():
    pieces = learn(list(conversations()) + [t for _, t in zip(range(300), wide())], SIZE)
    write_folder(GEMMA, assemble(pieces))
    print("gemma-tiny-chat", len(pieces))
    pieces = learn(list(wide()), LARGE_SIZE)
    folder = TESTDATA / "gemma-tokenizer"
    write_folder(folder, assemble(pieces))
    plain = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json.gz").write_bytes(gzip.compress(plain, 9, mtime=0))
    (folder / "tokenizer.json").unlink()
    print("gemma-tokenizer", len(pieces), len(plain))


if __name__ == "__main__":
    sys.exit(main())
