"""llama.cpp by llama-cpp-python, as a peer of the benchmark.

    python tests/bench/peers/llama.py MODEL.gguf [--threads 2]

MODEL.gguf is what gguf_model.py makes. Greedy, one sequence;
the cache of local layers is as short as llama.cpp can have it.
"""

import time

import numpy as np

started = time.perf_counter()
import llama_cpp

import protocol

options = protocol.arguments("GGUF file")
model = llama_cpp.Llama(options.model, n_ctx=options.capacity, n_threads=options.threads, n_threads_batch=options.threads, swa_full=False, verbose=False)
chosen = 0


def choose():
    """The best token of the last position; the library's own sampler copies all of the vocabulary."""
    global chosen
    logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(model.ctx, -1), shape=(model.n_vocab(),))
    chosen = int(logits.argmax())


def begin(ids):
    model.reset()
    model._ctx.kv_cache_clear()
    model.eval(ids)
    choose()


def step():
    model.eval([chosen])
    choose()


protocol.serve("llama-cpp-python", llama_cpp.__version__, started, begin, step)
