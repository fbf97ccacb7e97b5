"""Trains the tokenizers of the bundled model and of the real-size model.

Both files are laid out as distilbert-base-uncased's tokenizer.json. The bundled
one learns the made reviews. The real-size one has exactly 30,522 entries with
the special tokens at the ids of the original, learned from pseudo-words.
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

from paths import BUNDLED, REAL_SIZE
from reviews import SCRIPTS, Maker

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
BUNDLED_SIZE = 4608
REAL_SIZE_ENTRIES = 30522


def characters():
    """Single characters of many scripts, so that few become [UNK]."""
    ranges = [(0x21, 0x7F), (0xA1, 0x180), (0x370, 0x3FF), (0x400, 0x460), (0x5D0, 0x5EB), (0x620, 0x64B), (0x905, 0x93A),
              (0xE01, 0xE31), (0x2010, 0x2028), (0x20A0, 0x20C0), (0x3041, 0x3097), (0x30A1, 0x30FB)]
    text = "".join(chr(c) for first, end in ranges for c in range(first, end)) + "".join(SCRIPTS.split())
    return text


def learn(lines, size, special, alphabet):
    """The vocabulary that WordPiece training finds, by id."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    # The alphabet as the normalizer leaves it: lower case, without accents. The
    # trainer gives "##x" entries ids in hash order and breaks ties by id; naming
    # them first, as if special, makes its result the same in every run.
    normal = sorted({c for c in tokenizer.normalizer.normalize_str(alphabet) if not c.isspace()})
    inner = {c for line in lines for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(line)) for c in word[1:]}
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=special + ["##" + c for c in sorted(inner)], initial_alphabet=normal, show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.get)


def assemble(entries):
    """A tokenizer laid out as distilbert-base-uncased's, over the entries."""
    ids = {entry: i for i, entry in enumerate(entries)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", continuing_subword_prefix="##", max_input_chars_per_word=100))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    return tokenizer


def save(entries, folder, limit=512, kind="DistilBertTokenizer"):
    """Writes the tokenizer's files as the hub has them."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # transformers 5 builds the tokenizer anew unless it reads it from a folder.
    assemble(entries).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "do_lower_case": True, "model_max_length": limit, "tokenizer_class": kind,
        "cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]", "sep_token": "[SEP]", "unk_token": "[UNK]"}))
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
    saved = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    if saved["model"]["vocab"] != {entry: i for i, entry in enumerate(entries)}:
        raise SystemExit(f"{folder}: transformers changed the vocabulary")
    # Files that the hub has and transformers 5 no longer writes.
    names = ("cls_token", "mask_token", "pad_token", "sep_token", "unk_token")
    (folder / "special_tokens_map.json").write_text(json.dumps({n: f"[{n[:-6].upper()}]" for n in names}, indent=2) + "\n")
    (folder / "vocab.txt").write_text("".join(entry + "\n" for entry in entries), encoding="utf-8")


def bundled():
    maker = Maker(1)
    lines = [text for text, _ in maker.reviews(60000, held=False)]
    # Every list once more, so that rare words are in reach, and the scripts.
    phrases = [item for lists in maker.lexicon.values() for items in lists.values() for item in items]
    return learn(lines + phrases * 4 + SCRIPTS.split("\n") * 3, BUNDLED_SIZE, SPECIAL, characters())


def pseudo_words(count, seed):
    """Made words of one to five syllables."""
    rng = random.Random(seed)
    onsets = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p ph pl pr qu r s sc sh sl sm sn sp st str sw t th tr tw v w y z".split() + [""] * 6
    middles = "a e i o u ai au ea ee ie oa oo ou y".split()
    ends = "b ck d f g k l ll m n nd ng nt p r rd rk rn s sh sk ss st t th x".split() + [""] * 14
    words = set()
    while len(words) < count:
        syllables = rng.choices((1, 2, 3, 4, 5), weights=(8, 30, 34, 20, 8))[0]
        words.add("".join(rng.choice(onsets) + rng.choice(middles) + rng.choice(ends) for _ in range(syllables)))
    return sorted(words)


def real_size():
    rng, maker = random.Random(2), Maker(2)
    words = pseudo_words(60000, 2)
    lines = [text for text, _ in maker.reviews(20000, held=False)]
    # Frequencies fall as in real text, so that whole words and pieces are learned.
    lines += [" ".join(words[min(int(rng.paretovariate(0.6)) - 1, len(words) - 1) if rng.random() < 0.5 else rng.randrange(len(words))]
                       for _ in range(rng.randrange(5, 30))) for _ in range(30000)]
    phrases = [item for lists in maker.lexicon.values() for items in lists.values() for item in items]
    unused = [f"[unused{i}]" for i in range(994)]
    # The original's ids: [PAD] 0, [unused0..98], [UNK] 100 to [MASK] 103, [unused99..993].
    head = ["[PAD]", *unused[:99], "[UNK]", "[CLS]", "[SEP]", "[MASK]", *unused[99:]]
    learned = learn(lines + phrases * 2 + SCRIPTS.split("\n") * 3, REAL_SIZE_ENTRIES - len(unused), SPECIAL, characters())[len(SPECIAL):]
    entries = head + learned
    for word in words:
        if len(entries) == REAL_SIZE_ENTRIES:
            break
        if word not in set(learned):
            entries.append(word)
    return entries


if __name__ == "__main__":
    for make, folder in ((bundled, BUNDLED), (real_size, REAL_SIZE)):
        entries = make()
        save(entries, folder)
        print(folder, len(entries))
