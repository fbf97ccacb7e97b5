// transformers.js' own pipeline behind Node's HTTP server. MODELS is the folder that
// has the model's, MODEL its name; the argument is the port.
import http from "node:http";
import {env, pipeline} from "@huggingface/transformers";

env.allowRemoteModels = false;
env.localModelPath = process.env.MODELS;
const classify = await pipeline("text-classification", process.env.MODEL, {dtype: "fp32", device: "cpu"});

http.createServer(async (request, response) => {
  const body = [];
  for await (const chunk of request) body.push(chunk);
  const answer = await classify(JSON.parse(Buffer.concat(body)).text);
  response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
}).listen(Number(process.argv[2]), "127.0.0.1");
