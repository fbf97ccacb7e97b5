"""Write tests/testdata/genuine-goldens/tools.json.gz: conversations with tools as transformers'
apply_chat_template renders them, by the genuine tokenizers' templates that
scripts/fetch-tokenizers.sh fetches, and by templates that were written for this.

    python tests/reference/genuine_tool_goldens.py

cases[]    messages, tools, variables (further arguments of apply_chat_template),
           add_generation_prompt, continue_final_message
prompts    by template, for each case: its text, or {"error": message}
written    templates by name, with their bos_token and eos_token. They say calls and results as the
           published ones do: "listed" as Mistral's (v3), "named" as Mistral's later ones (v11), "parameters"
           as Llama 3.1's and 3.2's, "escaped" as FunctionGemma's; "everything" has what other templates use, "rare" what few of them do.
"""

import gzip
import json
import subprocess

import jinja2
import transformers
from transformers import AutoTokenizer

from genuine_template_goldens import NAMES, rendered
from genuine_tokenizer_goldens import OUT
from paths import ROOT

LISTED = """{{- bos_token }}
{%- set asked = messages | selectattr("role", "equalto", "user") | list %}
{%- for m in messages %}
    {%- if m["role"] == "user" %}
        {%- if tools is not none and m == asked[-1] %}
            {{- "[AVAILABLE_TOOLS][" }}
            {%- for t in tools %}{%- set t = t.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in t.items() if key != "return" %}
                    {{- '"' + key + '": ' }}{{- '"' + val + '"' if val is string else val | tojson }}
                    {%- if not loop.last %}{{- ", " }}{%- endif %}
                {%- endfor %}
                {{- "}}" }}{{- ", " if not loop.last else "]" }}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
        {%- endif %}
        {{- "[INST]" + m["content"] + "[/INST]" }}
    {%- elif m.tool_calls is defined %}
        {{- "[TOOL_CALLS][" }}
        {%- for c in m.tool_calls %}
            {%- set out = c.function | tojson %}
            {{- out[:-1] }}
            {%- if not c.id is defined or c.id | length != 9 %}{{- raise_exception("A call's id has 9 characters") }}{%- endif %}
            {{- ', "id": "' + c.id + '"}' }}{{- ", " if not loop.last else "]" + eos_token }}
        {%- endfor %}
    {%- elif m["role"] == "assistant" %}
        {{- m["content"] + eos_token }}
    {%- elif m["role"] in ("tool", "tool_results") %}
        {%- if m.content is defined and m.content.content is defined %}{%- set content = m.content.content %}{%- else %}{%- set content = m.content %}{%- endif %}
        {{- '[TOOL_RESULTS]{"content": ' + content | string + ', "call_id": "' + m.tool_call_id + '"}[/TOOL_RESULTS]' }}
    {%- elif m["role"] == "system" and loop.first %}
        {{- "[SYSTEM_PROMPT]" ~ m.content ~ "[/SYSTEM_PROMPT]" }}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported") }}
    {%- endif %}
{%- endfor %}"""

NAMED = """{{- bos_token }}
{%- if tools %}{{- "[AVAILABLE_TOOLS]" + (tools | tojson) + "[/AVAILABLE_TOOLS]" }}{%- endif %}
{%- for m in messages %}
    {%- if m.role == "user" %}{{- "[INST]" + m.content + "[/INST]" }}
    {%- elif m.role == "system" %}{{- "[SYSTEM_PROMPT]" + m.content + "[/SYSTEM_PROMPT]" }}
    {%- elif m.role == "tool" %}{{- "[TOOL_RESULTS]" + m.tool_call_id | string + "[TOOL_CONTENT]" + m.content | string + "[/TOOL_RESULTS]" }}
    {%- elif m.role == "assistant" %}
        {%- if m.content %}{{- m.content }}{%- endif %}
        {%- if m.tool_calls is defined and m.tool_calls is not none and m.tool_calls | length > 0 %}
            {%- for c in m.tool_calls %}
                {%- set arguments = c.function.arguments %}
                {%- if arguments is not string %}{%- set arguments = arguments | tojson | safe %}{%- elif arguments == "" %}{%- set arguments = "{}" %}{%- endif %}
                {{- "[TOOL_CALLS]" + c.function.name + "[ARGS]" + arguments }}
            {%- endfor %}
        {%- endif %}
        {{- eos_token }}
    {%- endif %}
{%- endfor %}"""

PARAMETERS = """{{- bos_token }}
{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}
{%- if not tools_in_user_message is defined %}{%- set tools_in_user_message = true %}{%- endif %}
{%- if not date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = "now" %}{%- else %}{%- set date_string = "then" %}{%- endif %}{%- endif %}
{%- if not tools is defined %}{%- set tools = none %}{%- endif %}
{%- if messages[0]["role"] == "system" %}{%- set system = messages[0]["content"] | trim %}{%- set messages = messages[1:] %}{%- else %}{%- set system = "" %}{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if builtin_tools is defined or tools is not none %}{{- "Environment: ipython\\n" }}{%- endif %}
{%- if builtin_tools is defined %}{{- "Tools: " + builtin_tools | reject("equalto", "code_interpreter") | join(", ") + "\\n\\n" }}{%- endif %}
{{- date_string + "\\n\\n" + system + "<|eot_id|>" }}
{%- if tools_in_user_message and not tools is none %}
    {%- if messages | length != 0 %}{%- set first = messages[0]["content"] | trim %}{%- set messages = messages[1:] %}{%- else %}{{- raise_exception("There is no first message of the user") }}{%- endif %}
    {{- "<|start_header_id|>user<|end_header_id|>\\n\\nAnswer with a call.\\n\\n" -}}
    {%- for t in tools %}{{- t | tojson(indent=4) }}{{- "\\n\\n" }}{%- endfor %}
    {{- first + "<|eot_id|>" }}
{%- endif %}
{%- for m in messages %}
    {%- if not (m.role == "ipython" or m.role == "tool" or "tool_calls" in m) %}
        {{- "<|start_header_id|>" + m["role"] + "<|end_header_id|>\\n\\n" + m["content"] | trim + "<|eot_id|>" }}
    {%- elif "tool_calls" in m %}
        {%- if not m.tool_calls | length == 1 %}{{- raise_exception("One call at once") }}{%- endif %}
        {%- set call = m.tool_calls[0].function %}
        {{- "<|start_header_id|>assistant<|end_header_id|>\\n\\n" -}}
        {{- '{"name": "' + call.name + '", ' }}{{- '"parameters": ' }}{{- call.arguments | tojson }}{{- "}" }}{{- "<|eot_id|>" }}
    {%- elif m.role == "tool" or m.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if m.content is mapping or m.content is iterable %}{{- m.content | tojson }}{%- else %}{{- m.content }}{%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- "<|start_header_id|>assistant<|end_header_id|>\\n\\n" }}{%- endif %}"""

# What FunctionGemma is told, as Google's "FunctionGemma formatting and best practices" shows it
# (ai.google.dev/gemma/docs/functiongemma): declarations in the developer's turn, of each property its
# description, enum and type in capital letters; calls; results behind which the model's turn goes on.
# That names within values have no marks, that members are sorted, and that no turn begins behind a
# result, is as in Google's templates of Gemma 4 and of LiteRT-LM's kFunctionGemma; that a result
# that is a string is called value, as in transcripts of FunctionGemma.
ESCAPED = """{%- macro value(v) -%}
    {%- if v is string -%}{{- "<escape>" + v + "<escape>" -}}
    {%- elif v is boolean -%}{{- "true" if v else "false" -}}
    {%- elif v is mapping -%}{{- "{" -}}{%- set ns = namespace(first=false) -%}
        {%- for k, x in v | dictsort -%}{%- if ns.first %},{% endif -%}{%- set ns.first = true -%}{{- k -}}:{{- value(x) -}}{%- endfor -%}{{- "}" -}}
    {%- elif v is sequence -%}{{- "[" -}}{%- for x in v -%}{{- value(x) -}}{%- if not loop.last %},{% endif -%}{%- endfor -%}{{- "]" -}}
    {%- else -%}{{- v -}}{%- endif -%}
{%- endmacro -%}
{%- macro schema(s) -%}
    {{- "{" -}}{%- set ns = namespace(first=false) -%}
    {%- for k in ["description", "enum", "items", "properties", "required", "type"] if k in s -%}
        {%- if ns.first %},{% endif -%}{%- set ns.first = true -%}{{- k + ":" -}}
        {%- if k == "items" -%}{{- schema(s[k]) -}}
        {%- elif k == "properties" -%}{{- "{" -}}{%- for name, p in s[k] | dictsort -%}{{- name + ":" -}}{{- schema(p) -}}{{- "," if not loop.last -}}{%- endfor -%}{{- "}" -}}
        {%- elif k == "type" and s[k] is string -%}{{- value(s[k] | upper) -}}
        {%- else -%}{{- value(s[k]) -}}{%- endif -%}
    {%- endfor -%}{{- "}" -}}
{%- endmacro -%}
{{- bos_token -}}
{%- set ns = namespace(before=none) -%}
{%- if tools or messages[0]["role"] in ["system", "developer"] -%}
    {{- "<start_of_turn>developer\\n" -}}
    {%- if messages[0]["role"] in ["system", "developer"] -%}{{- messages[0]["content"] | trim -}}{%- set messages = messages[1:] -%}
    {%- else -%}{{- "You are a model that can do function calling with the following functions" -}}{%- endif -%}
    {%- for t in tools or [] -%}{{- "<start_function_declaration>declaration:" + t.function.name + "{" -}}{{- "description:" + value(t.function.description or "") + ",parameters:" + schema(t.function.parameters or {}) + "}<end_function_declaration>" -}}{%- endfor -%}
    {{- "<end_of_turn>\\n" -}}
{%- endif -%}
{%- for m in messages -%}
    {%- if m.role == "tool" -%}
        {%- if "name" not in m -%}{{- raise_exception("A result needs the name of its function") -}}{%- endif -%}
        {{- "<start_function_response>response:" + m.name + "{value:" + value(m.content) + "}<end_function_response>" -}}{%- set ns.before = "result" -%}
    {%- else -%}
        {%- if ns.before != "result" -%}{{- "<start_of_turn>" + ("model" if m.role == "assistant" else m.role) + "\\n" -}}{%- endif -%}
        {%- if m.content -%}{{- m.content | trim -}}{%- endif -%}
        {%- for c in m.tool_calls or [] -%}{{- "<start_function_call>call:" + c.function.name + value(c.function.arguments) + "<end_function_call>" -}}{%- endfor -%}
        {%- if m.tool_calls -%}{%- set ns.before = "call" -%}{%- else -%}{{- "<end_of_turn>\\n" -}}{%- set ns.before = "text" -%}{%- endif -%}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {%- if ns.before == "call" -%}{{- "<start_function_response>" -}}{%- elif ns.before != "result" -%}{{- "<start_of_turn>model\\n" -}}{%- endif -%}
{%- endif -%}"""

EVERYTHING = """{%- macro field(name, value="none", last=false) -%}
    {{ name }}={{ value }}{% if not last %};{% endif %}
{%- endmacro %}
{%- macro nested(v, depth) %}{% if v is mapping %}{% for k, x in v.items() %}{{ "  " * depth }}{{ k }}:
{{ nested(x, depth + 1) }}{% endfor %}{% else %}{{ "  " * depth }}{{ v }}
{% endif %}{% endmacro %}
{%- set pair = ("a", 2) %}{%- set x, y = pair %}
{%- set table = {"user": "U", "assistant": "A", "system": "S", 1: [2.5, none, true], "t": pair} %}
{{- x }}{{ y }}{{ table }}{{ table["nothing"] is defined }}{{ table.get("user") }}{{ table.get("x", "-") }}{{ (1,) }}{{ () }}{{ table.items() | list | length }}
{%- for key, value in table.items() if key is string %}{{ loop.index }}{{ key | upper }}{{ loop.previtem is defined }}{%- endfor %}
{%- for a in range(7, 0, -3) %}{{ a }},{% endfor %}{{ range(3) | list }}
{%- set block %}in a block {{ messages | length }}{% endset %}
{{ block | trim | title }} {{ "MIXED case" | capitalize }} {{ "a-b c" | title }} {{ "a-b c's".title() }}
{%- filter upper %} said {{ messages[0].role }}{% endfilter %}
{%- with n = 3, m = 4 %}{{ n * m }}{{ n / m }}{{ n ~ m }}{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 1.5 + 1 }}{{ 1e20 }}{{ 0.00001 }}{{ 3.0 }}{{ 1_000 }}{% endwith %}
{{ field("one") }}{{ field("two", 2) }}{{ field(last=true, name="three") }}
{%- for m in messages %}
{{ loop.index0 }} {{ table[m.role] | default("?") }} {{ m["content"] | replace("a", "4") | trim }} {{ m.content.split() | length }} {{ m.content.split(" ", 1) }} {{ m.content.rsplit("a", 1)[-1] }} {{ m.content.splitlines() }} {{ m.content | length }} {{ m.content.find("a") }} {{ m.content.removeprefix("W") }} {{ m.content.partition(" ")[2] }} {{ m.content[::-2] }}
    {%- if m.tool_calls is defined %}{%- for c in m.tool_calls %}{{ c | tojson(indent=2) }}{{ c.function.arguments | tojson(sort_keys=true, separators=(",", ":")) }}{{ c.function.arguments }}{{ nested(c.function.arguments, 1) }}{{ c.function.arguments | dictsort }}{{ c.function.arguments | tojson(ensure_ascii=true) }}{%- endfor %}{%- endif %}
    {%- if loop.index > 3 %}{% break %}{% else %}{% continue %}{% endif %}never
{%- else %}no messages
{%- endfor %}
{%- generation %}{{ tools | map(attribute="function.name") | join("|") if tools else "no tools" }}{% endgeneration %}
{%- for t in tools or [] %}{{ t.function.parameters.properties.keys() | list }}{{ t.function.parameters.required | default([]) | sort | join(",") }}{{ t["function"]["parameters"]["properties"].values() | selectattr("type", "equalto", "string") | list | length }}{%- endfor %}
{{ [3, 1, 2] | sort(reverse=true) }}{{ ["b", "A", "b"] | unique | list }}{{ [1, "a"] | first }}{{ {"b": 1, "a": [1, (2, "x")]} | tojson }}{{ "a\\tb\\x41\\u00e9\\q" }}{{ "x" in table }}{{ 1 in [1, 2] }}{{ "12" | int + 1 }}{{ "x" | int(7) }}{{ 5 is odd }}{{ 6 is divisibleby 3 }}{{ 6 is divisibleby(4) }}{{ 3 is gt 2 }}{{ "a" is in ["a"] }}{{ [1, 2] | select("gt", 1) | list }}{{ [0, 1] | reject | list }}{{ ["x", "y"] | map("upper") | join }}{{ "ab" * 2 }}{{ [1] * 2 }}{{ "it's" ~ ["it's", 'say "x"', "both ' \\""] }}{{ "x,y".split(",") | list }}{{ "l1\\nl2" | indent(2) }}{{ none }}{{ true }}{{ extra | default("no extra") }}{{ unk_token is defined }}{{ "{{" ~ {"a": {"b": 1}} ~ "}}" }}{{ not true or (1 == 1.0) }}
{{- "" if not add_generation_prompt else "GO" }}"""

RARE = """{%- set asked = messages | selectattr("role", "equalto", "user") %}{{ "asked" if asked }}{{ asked | first }}{{ asked | list | length }}{{ asked | list | length }}
{%- set none_asked = messages | selectattr("role", "equalto", "nobody") %}{{ "always" if none_asked }}{{ none_asked is iterable }}{{ none_asked is sequence }}
{%- for m in messages %}
{{ "<b c='d'>" | safe + m.content + "\n" }}{{ "&" + (m.content | tojson | safe) }}{{ "<i>" ~ (m.content | tojson | safe) ~ "</i>" + m.role }}{{ (m.content | e) + "<" }}{{ ((m.content | e) | upper) + "'" }}{{ [m.content | e, "<"] | join("&") + "<" }}{{ (m.content | e | replace("&", "<")) + "<" }}{{ (m.content | e)[2:] + "<" }}
{{ m.thinking | default("no thought") }}{{ "thinking" in m }}{{ "reasoning" in m }}{{ m.content | upper | lower }}{{ "%s is %s%%" | format(m.role, m.content) }}{{ "{}{1}{{}}{0}".format(m.role) if false }}{{ "{} and {}{{}}".format(m.role, 1.0) }}{{ {"a": 1}[m.nothing] | default("none") }}{{ m.nothing in {"a": 1} }}
{{ [3, 1, 2] | min }}{{ ["b", "C", "a"] | max }}{{ [] | max is defined }}{{ messages | max(attribute="role") | length }}
{{ [m.content, none] | map("default", "x", true) | map("replace", "a", "<") | list }}{{ [[m.role, 1]] | map("join", d="-") | first }}{{ [m.nothing] | map("default", default_value=m.role) | list }}{{ messages | selectattr("content", "ne", none) | list | length }}
{{ none.a }}{{ none["a"] is defined }}{{ m.nothing | map("upper") | list }}{{ m.nothing | selectattr("a") | list }}{{ m.nothing | sort }}{{ m.nothing | reverse | list }}{{ m.nothing | unique | list }}{{ m.nothing | format }}{{ (4 / 2) is even }}{{ -3.0 is odd }}{{ 2.5 is odd }}
{{ (m.content | safe).replace("a", "<") }}{{ ("&" | safe).join([m.content, 1, "<" | safe]) }}{{ ("<b>" | safe | first) + "<" }}{{ ("<b>" | safe | last) + "<" }}{{ ("<b>" | safe | list)[0] + "<" }}{{ ("<b" | safe | title) + "<" }}{% for c in "<" | safe %}{{ c + "<" }}{% endfor %}{{ m.nothing is callable }}
    {%- raw -%}  {{ not }} {% if %}
    {% endraw %}
{%- raw %}
kept {# so #}
    {%- endraw +%}

{%- endfor %}
{%- for t in tools | map(attribute="function.name") if tools %}{{ loop.index }}{{ loop.last }}{{ t }}{% endfor %}
{{- "GO" if add_generation_prompt }}"""

WRITTEN = {
    "listed": (LISTED, "<s>", "</s>"),
    "named": (NAMED, "<s>", "</s>"),
    "parameters": (PARAMETERS, "<|begin_of_text|>", "<|eot_id|>"),
    "escaped": (ESCAPED, "<bos>", "<end_of_turn>"),
    "everything": (EVERYTHING, "<s>", "</s>"),
    "rare": (RARE, "<s>", "</s>"),
}

WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "The weather of a city — today's & \"now\"",
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "default": 1.5}, "unit": {"enum": ["°C", "°F"]}}, "required": ["city"]}}}
EMPTY = {"type": "function", "function": {"name": "now", "description": "", "parameters": {"type": "object", "properties": {}}}}


def turn(role, content, **more):
    return {"role": role, "content": content, **more}


def call(name, arguments, id):
    return {"type": "function", "id": id, "function": {"name": name, "arguments": arguments}}


def cases():
    ask = turn("user", "What is the weather in Paris?")
    odd = {"city": "Zürich 'x' \"y\" \\ <tool_call>\n</tool_call>", "deep": {"a": [1, -2.5, 1e100, 1e-7, 12345678901234567890, True, None, []], "é": {}}, "days": 3}
    one = turn("assistant", "", tool_calls=[call("get_weather", {"city": "Paris"}, "abcdef123")])
    two = turn("assistant", "", tool_calls=[call("get_weather", odd, "abcdef124"), call("now", {}, "abcdef125")])
    said = turn("assistant", "Let me look.", tool_calls=[call("now", {}, "abcdef126")])
    result = turn("tool", "{\"sky\": \"clear\", \"°C\": 21}", tool_call_id="abcdef123", name="get_weather")
    other = turn("tool", "<|im_end|>12:00\n", tool_call_id="abcdef125", name="now")
    thought = turn("assistant", "It is noon.", reasoning_content="The user wants\nthe time.\n")
    for messages in [
        [ask], [turn("system", "Be brief."), ask], [ask, one, result], [ask, one, result, turn("assistant", "It is 21 °C.")],
        [ask, one, result, turn("assistant", "It is 21 °C."), turn("user", "And now?")], [ask, two, result, other], [ask, two, result, other, turn("assistant", "Fine."), ask],
        [ask, said, other], [turn("system", "Be brief."), ask, said, other, thought, turn("user", "Thanks")], [ask, thought, turn("user", "Why?")], [ask, thought],
        [ask, turn("assistant", "<think>\nhm\n</think>\n\nIt is", tool_calls=[call("now", {}, "abcdef127")]), other], [ask, turn("assistant", "no id", tool_calls=[call("now", {}, "x")]), other],
        [turn("system", "  spaces  "), turn("user", " a\n\nb  c "), turn("assistant", ""), turn("user", "d")],
    ]:
        for tools in None, [WEATHER], [WEATHER, EMPTY]:
            for add in True, False:
                yield {"messages": messages, "tools": tools, "variables": {}, "add_generation_prompt": add, "continue_final_message": False}
        yield {"messages": messages, "tools": None, "variables": {"enable_thinking": False, "extra": {"a": [1, "b"]}}, "add_generation_prompt": True, "continue_final_message": False}
    for last in "It is", "It is ", "  It is\n", "<think>\nhm\n</think>\n\nIt is":
        yield {"messages": [ask, turn("assistant", last)], "tools": None, "variables": {}, "add_generation_prompt": False, "continue_final_message": True}


def main():
    folder = subprocess.run([ROOT / "scripts" / "fetch-tokenizers.sh", *NAMES], check=True, capture_output=True, text=True).stdout.strip()
    loaded = {name: AutoTokenizer.from_pretrained(f"{folder}/{name}") for name in NAMES}
    for name, (template, bos, eos) in WRITTEN.items():
        loaded[name] = AutoTokenizer.from_pretrained(f"{folder}/llama3")
        loaded[name].chat_template, loaded[name].bos_token, loaded[name].eos_token = template, bos, eos
    every = list(cases())

    def prompt(tokenizer, c):
        return rendered(lambda: tokenizer.apply_chat_template(
            c["messages"], tools=c["tools"], tokenize=False, add_generation_prompt=c["add_generation_prompt"],
            continue_final_message=c["continue_final_message"], **c["variables"]))

    data = {
        "made_by": "tests/reference/genuine_tool_goldens.py", "transformers": transformers.__version__, "jinja2": jinja2.__version__,
        "written": {name: {"template": t, "bos_token": b, "eos_token": e} for name, (t, b, e) in WRITTEN.items()},
        "cases": every,
        "prompts": {name: [prompt(t, c) for c in every] for name, t in loaded.items()},
    }
    with gzip.GzipFile(OUT / "tools.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n").encode())
    for name, prompts in data["prompts"].items():
        errors = [p["error"] for p in prompts if isinstance(p, dict)]
        print(name, len(prompts), "cases,", len(errors), "errors", sorted(set(errors))[:6])
    print((OUT / "tools.json.gz").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
