"""Write tests/testdata/gemma-goldens/templates.json.gz: conversations as
transformers' apply_chat_template (jinja2) renders them.

    python tests/reference/gemma_template_goldens.py

templates    source by name; "gemma3" is the model's own chat_template.jinja,
             the others are in use for Gemma models or differ in one construct
cases[]      template, messages, add_generation_prompt, then text or error; and
             for gemma3 ids, the text's tokens, where no content holds control tokens
"""

import gzip
import json
import random
import re

import jinja2
import transformers
from transformers import AutoTokenizer

from gemma_corpus import Conversations
from gemma_tokenizer_goldens import CONTROL, OUT
from paths import GEMMA

LOOP = """{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}"""
TEMPLATES = {
    # As Gemma 2's: no system role, everything in one line.
    "gemma2": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + LOOP +
              "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
              "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
              "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}",
    # Block lines without dashes: jinja2's trim_blocks and lstrip_blocks take their lines away.
    "blocks": "{{ bos_token }}\n{% for message in messages %}\n    {% if message.role == 'assistant' %}\n<start_of_turn>model\n    {% else %}\n<start_of_turn>{{ message.role }}\n"
              "    {% endif %}\n{{ message.content.strip() }}<end_of_turn>\n{% endfor %}\n{% if add_generation_prompt %}\n<start_of_turn>model\n{% endif %}\n",
    "if expression": "{{ bos_token }}{% for m in messages %}{{ '<start_of_turn>' ~ ('model' if m['role'] == 'assistant' else m['role']) ~ '\\n' ~ (m['content'] | trim) ~ '<end_of_turn>\\n' }}"
                     "{% endfor %}{{ '<start_of_turn>model\\n' if add_generation_prompt else '' }}",
    "elif, not, and, or, in": "{{ bos_token }}{%- for m in messages -%}{%- if m['role'] == 'system' and loop.first -%}{{ 'S:' + m['content'] + '\\n' }}{%- elif m['role'] in ['user', 'human'] -%}"
                              "{{ 'U:' + m['content'] + '\\n' }}{%- elif not (m['role'] == 'system' or loop.last) -%}{{ 'M:' + m['content'] + '\\n' }}{%- else -%}{{ 'L:' + m['content'] }}{%- endif -%}{%- endfor -%}",
    "comment and is defined": "{# made for tests #}{{ bos_token }}{% if messages is defined and tools is not defined %}{% for m in messages %}{{ m['role'] | upper }}: {{ m['content'] }}\n{% endfor %}{% endif %}",
    "slices and index": "{{ bos_token }}{% for m in messages[1:] %}{{ loop.index }}/{{ loop.length }} {{ m['content'] }}\n{% endfor %}{{ messages[-1]['role'] }} {{ messages | length }}",
}


def chats(r):
    """Conversations of every allowed kind, and what must fail."""
    maker = Conversations(55)
    for i in range(110):
        turns = maker.draw()
        cut = r.choice([0, 0, 1]) if len(turns) > 2 else 0
        yield [{"role": role, "content": text} for role, text in (turns[:-cut] if cut else turns)]
    spaces = ["", " ", "\n", "  hi  ", "\n\nhi\n\n", "\thi\t", "a\u00a0", "\u00a0a", "\u3000全角\u3000", "\u2028x\u2029", "\x1fx\x1c", "\x85x\x85", "\u200bx\u200b", "\ufeffx", "x\x00", "\u180ex", "a\n\n\nb", "   "]
    for text in spaces + CONTROL + ["x" + c + "y" for c in CONTROL] + ["{{ 7*7 }}", "{% if %}", "'\"\\", "日本語 👩‍🔬", "é" * 20]:
        yield [{"role": "user", "content": text}]
        yield [{"role": "system", "content": text}, {"role": "user", "content": text}, {"role": "assistant", "content": text}, {"role": "user", "content": "and?"}]

    def part(text):
        return {"type": "text", "text": text}

    yield [{"role": "user", "content": [part(" one "), part(" two ")]}]
    yield [{"role": "user", "content": []}]
    yield [{"role": "system", "content": [part(" be brief "), part("ignored")]}, {"role": "user", "content": [part("hi")]}]
    yield [{"role": "user", "content": [{"type": "image"}, part("what is it?")]}]
    yield [{"role": "user", "content": [part("a"), {"type": "other", "text": "skipped"}, part("b")]}]
    yield [{"role": "system", "content": "only system"}]
    yield [{"role": "system", "content": []}, {"role": "user", "content": "hi"}]
    yield [{"role": "user", "content": 5}]
    yield [{"role": "user", "content": None}]
    yield [{"role": "user"}]
    yield [{"role": "assistant", "content": "first"}]
    yield [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]
    yield [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "assistant", "content": "c"}]
    yield [{"role": "user", "content": "a"}, {"role": "system", "content": "late"}, {"role": "user", "content": "b"}]
    yield [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, {"role": "user", "content": "c"}]
    yield [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}, {"role": "user", "content": "c"}]
    yield [{"role": "tool", "content": "a"}]
    yield []


def case(tokenizer, name, messages, generate):
    out = {"template": name, "messages": messages, "add_generation_prompt": generate}
    try:
        text = tokenizer.apply_chat_template(messages, chat_template=None if name == "gemma3" else TEMPLATES[name], tokenize=False, add_generation_prompt=generate)
    except (jinja2.TemplateError, TypeError, ValueError, IndexError, KeyError) as error:
        return out | {"error": str(error), "kind": type(error).__name__}
    out["text"] = text
    if name == "gemma3" and not re.search("<[a-z0-9_/]+>|\\[multimodal", json.dumps(messages), re.IGNORECASE):
        out["ids"] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return out


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    r = random.Random(8)
    tokenizer = AutoTokenizer.from_pretrained(GEMMA)
    cases = []
    for i, messages in enumerate(chats(r)):
        generate = i < 110 and i % 3 > 0 or i >= 110 and i % 4 > 0
        cases.append(case(tokenizer, "gemma3", messages, generate))
        if i % 3 == 0 or len(messages) != 1:
            for name in TEMPLATES:
                if (i + len(name)) % 4 == 0:
                    cases.append(case(tokenizer, name, messages, generate))
    data = {"made_by": "tests/reference/gemma_template_goldens.py", "transformers": transformers.__version__, "jinja2": jinja2.__version__,
            "bos_token": "<bos>", "templates": {"gemma3": (GEMMA / "chat_template.jinja").read_text()} | TEMPLATES, "cases": cases}
    with gzip.GzipFile(OUT / "templates.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    print(len(cases), "cases,", sum("error" in c for c in cases), "errors")


if __name__ == "__main__":
    main()
