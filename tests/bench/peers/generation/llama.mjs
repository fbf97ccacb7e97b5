// llama.cpp by node-llama-cpp, which comes compiled, as a peer of the benchmark.
//
//     node tests/bench/peers/generation/llama.mjs MODEL.gguf [--threads 2]
//
// It runs in the folder whose node_modules has node-llama-cpp. Greedy, one
// sequence. protocol.py says what it answers.
import path from "node:path";
import readline from "node:readline";
import {pathToFileURL} from "node:url";

const started = performance.now();
const folder = path.resolve("node_modules", "node-llama-cpp");
const {getLlama} = await import(pathToFileURL(path.join(folder, "dist", "index.js")));
const {default: {version}} = await import(pathToFileURL(path.join(folder, "package.json")), {with: {type: "json"}});

const at = process.argv.indexOf("--threads");
const threads = at < 0 ? 2 : Number(process.argv[at + 1]);
const llama = await getLlama({gpu: false, build: "never", progressLogs: false, logLevel: "error", maxThreads: threads});
const model = await llama.loadModel({modelPath: process.argv[2]});
const context = await model.createContext({contextSize: 1280, threads});
const sequence = context.getSequence();

const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
const seconds = (since) => (performance.now() - since) / 1000;
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };

function prompt(count) {
  return [2, ...Array.from({length: count - 1}, (_, i) => 1000 + (i * 7919) % 200_000)];
}

async function generate(count, tokens) {
  await sequence.clearHistory();
  let start = performance.now(), used = cpu(), made = 0;
  let prefill;
  for await (const _ of sequence.evaluate(prompt(count), {temperature: 0, yieldEogToken: true})) {
    if (made++ === 0) {
      prefill = seconds(start);
      start = performance.now();
      used = cpu();
    }
    if (made > tokens) break;
  }
  const took = seconds(start);
  return {tokens_per_second: tokens / took, seconds: took, cpu_seconds: cpu() - used, prefill_tokens_per_second: count / prefill,
    peak_bytes: process.resourceUsage().maxRSS * 1024};
}

say({ready: true, peer: "node-llama-cpp", version, load_seconds: seconds(started)});
for await (const line of readline.createInterface({input: process.stdin})) {
  const words = line.trim().split(/\s+/);
  if (words[0] !== "context" || words[2] !== "tokens") {
    say({error: `want 'context N tokens M', got '${line.trim()}'`});
    continue;
  }
  say(await generate(Number(words[1]), Number(words[3])));
}
process.exit(0);
