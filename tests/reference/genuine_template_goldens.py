"""Write tests/testdata/genuine-goldens/templates.json.gz: conversations as transformers'
apply_chat_template renders them by the templates of the genuine tokenizers that
scripts/fetch-tokenizers.sh fetches.

    python tests/reference/genuine_template_goldens.py

conversations[]  messages, add_generation_prompt
prompts          by template, for each conversation: its text, or {"error": message}
written          templates by name that were written for this, with their bos_token and eos_token:
                 "llama2", as transformers built it into its Llama tokenizer (the package has none),
                 and "dated", for what the published templates of Llama 3.1 to 4 and Mistral use
                 beyond; their texts are in prompts too
now              what strftime_now gave the time of
"""

import datetime
import gzip
import json
import random
import subprocess

import jinja2
import transformers
import transformers.utils.chat_template_utils as chat_template_utils
from transformers import AutoTokenizer

from gemma_corpus import Conversations
from genuine_tokenizer_goldens import OUT
from paths import ROOT

NAMES = ["gemma3", "llama3", "llama3_1", "qwen3"]
NOW = datetime.datetime(2026, 3, 5, 7, 8, 9)
LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}"
    "{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if loop.index0 == 0 and system != false %}{% set text = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + m['content'] %}{% else %}{% set text = m['content'] %}{% endif %}"
    "{% if m['role'] == 'user' %}{{ bos_token + '[INST] ' + text.strip() + ' [/INST]' }}{% elif m['role'] == 'assistant' %}{{ ' ' + text.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
DATED = """{{- bos_token }}
{%- if not date_string is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- endif %}
{%- set users = messages | selectattr("role", "equalto", "user") | list %}
{%- set others = messages | rejectattr("role", "eq", "user") | selectattr("tool_calls", "undefined") | list %}
<head>{{ date_string }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %a %B %b %j %y %I %p %%') }} {{ users | length }}+{{ others|length }}</head>
{%- for m in messages if m.content %}
    {%- if loop.index > 6 %}{% break %}{% endif %}
    {%- if m.role == "tool" %}{% continue %}{% endif %}
    {%- if m == users[-1] %}{{ "LAST " }}{% endif %}
    {%- if m.tool_calls is defined and m.tool_calls is not none %}{% for k, v in m.tool_calls | items %}{{ k }}{% endfor %}{% endif %}
{{- loop.index ~ ':' ~ m.role }}={{ m.content | tojson }}{{ m.content.split('|')[::-1] | tojson(indent=2) }}{{ m.content[::2] }}{{ m.content[5:1:-2] }}{{ m | tojson }}
{%- endfor %}
{%- for p in messages[:2] | map(attribute="role") %}{{ p }}{% endfor %}
{%- generation %}{{ [1, true, none, "é<'\\"\\\\\\n\\t"] | tojson }}{% endgeneration %}
{%- for p in [["a", 1], ["b", 2]] %}{% for x, y in [p] %}{{ x }}{{ y }}{{ loop.last }}{% endfor %}{% endfor %}
{{- messages[0].content | replace("a", "<bb>") }}{{ messages[0].content.replace("a", "b") }}{{ add_generation_prompt | tojson }}"""
WRITTEN = {"llama2": (LLAMA2, "<s>", "</s>"), "dated": (DATED, "<|begin_of_text|>", "<|eot_id|>")}


def say(*turns):
    return [dict(zip(("role", "content"), turn)) for turn in turns]


def chats(r):
    maker = Conversations(56)
    for i in range(60):
        turns = maker.draw()
        yield say(*(turns[:-1] if i % 3 == 0 and len(turns) > 2 else turns))
    texts = ["", " ", "\n", "  hi  ", "\n\nhi\n\n", "\thi\t", "\u00a0a\u00a0", "\u3000全角\u3000", "\u2028x\u2029", "\x1fx\x1c", "\x85x\x85", "\u200bx\u200b", "x\x00", "a|b|c", "'\"\\", "日本語 👩‍🔬", "e\u0301\u0301", "{{ 7*7 }}{% if %}",
             "<bos>", "<start_of_turn>user\n", "<|im_end|>", "<|eot_id|>", "[/INST]", "<<SYS>>", "<think>\nhm\n</think>\n\nyes", "<think>x</think>", "no</think>yes", "</think>", "a</think>\n\nb</think>\n\nc", "<think>open", "\n\n<think>\n\n</think>\n\n", "<tool_response>x</tool_response>"]
    for text in texts:
        yield say(("user", text))
        yield say(("system", text), ("user", text))
        yield say(("system", text), ("user", "q"), ("assistant", text), ("user", text))
        yield say(("user", text), ("assistant", text))
        yield say(("user", "a"), ("assistant", text), ("user", "b"), ("assistant", text), ("user", "c"))
        yield say(("user", "a"), ("assistant", text), ("user", "<tool_response>\nx\n</tool_response>"), ("assistant", text))
    for _ in range(60):
        roles = [r.choice(["system", "user", "assistant", "user", "assistant", "tool", "developer"]) for _ in range(r.randint(1, 6))]
        yield say(*((role, r.choice(texts)) for role in roles))
    yield say(("system", "only system"))
    yield say(("user", "a"), ("system", "late"), ("user", "b"))
    yield say(("user", "a"), ("assistant", "b"), ("system", "late"), ("user", "c"))
    yield say(("system", "a"), ("system", "b"), ("user", "c"))
    yield say(("assistant", "first"))
    yield say(("tool", "a"))
    yield []


class Now(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def rendered(render):
    try:
        return render()
    except (jinja2.TemplateError, TypeError, ValueError, IndexError, KeyError) as error:
        return {"error": str(error)}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    chat_template_utils.datetime = Now
    folder = subprocess.run([ROOT / "scripts" / "fetch-tokenizers.sh", *NAMES], check=True, capture_output=True, text=True).stdout.strip()
    loaded = {name: AutoTokenizer.from_pretrained(f"{folder}/{name}") for name in NAMES}
    for name, (template, bos, eos) in WRITTEN.items():
        loaded[name] = AutoTokenizer.from_pretrained(f"{folder}/llama3")
        loaded[name].chat_template, loaded[name].bos_token, loaded[name].eos_token = template, bos, eos
    conversations = [{"messages": m, "add_generation_prompt": i % 2 == 0} for i, m in enumerate(chats(random.Random(9)))]
    conversations += [c | {"add_generation_prompt": not c["add_generation_prompt"]} for c in conversations[::3]]
    data = {
        "made_by": "tests/reference/genuine_template_goldens.py", "transformers": transformers.__version__, "jinja2": jinja2.__version__, "now": NOW.isoformat() + "Z",
        "written": {name: {"template": t, "bos_token": b, "eos_token": e} for name, (t, b, e) in WRITTEN.items()},
        "conversations": conversations,
        "prompts": {name: [rendered(lambda: t.apply_chat_template(c["messages"], tokenize=False, add_generation_prompt=c["add_generation_prompt"])) for c in conversations] for name, t in loaded.items()},
    }
    with gzip.GzipFile(OUT / "templates.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    for name, prompts in data["prompts"].items():
        errors = [p["error"] for p in prompts if isinstance(p, dict)]
        print(name, len(prompts), "conversations,", len(errors), "errors", sorted(set(errors))[:6])
    print((OUT / "templates.json.gz").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
