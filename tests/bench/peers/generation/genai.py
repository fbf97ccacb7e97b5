"""onnxruntime-genai's own loop, as a peer of the benchmark.

    python tests/bench/peers/generation/genai.py FOLDER [--threads 2]

FOLDER is what tests/gemmashape writes. Greedy, one sequence, all
settings but the number of threads as the library has them.
"""

import json
import time

import numpy as np

started = time.perf_counter()
import onnxruntime_genai

import protocol

options = protocol.arguments("folder with genai_config.json")
config = onnxruntime_genai.Config(options.model)
config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": options.threads}}}}))
model = onnxruntime_genai.Model(config)
generator = None


def begin(ids):
    global generator
    generator = None
    parameters = onnxruntime_genai.GeneratorParams(model)
    parameters.set_search_options(do_sample=False, max_length=options.capacity)
    generator = onnxruntime_genai.Generator(model, parameters)
    generator.append_tokens(np.array([ids], np.int32))
    generator.generate_next_token()


def step():
    generator.generate_next_token()


protocol.serve("onnxruntime-genai", onnxruntime_genai.__version__, started, begin, step)
