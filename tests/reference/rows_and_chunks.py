"""Prints on what the bits of a row depend in the operators of an int4 decoder:
how many rows are computed with it, and how a prompt is cut into chunks.
docs/internals/chat.md has the table. Run it with the onnxruntime that is asked about; it
needs numpy and onnx besides.
"""

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
HEADS, SIZE, CAPACITY, TOKENS = 4, 256, 1024, 700  # Gemma 3 270M's attention


def session(node, inputs, outputs, weights, threads):
    graph = helper.make_graph(
        [node], "one", [helper.make_tensor_value_info(*i) for i in inputs],
        [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs],
        [numpy_helper.from_array(w, name) for name, w in weights.items()])
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)])
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def product(k, n, level, threads):
    """A product with weights in int4 of that accuracy level, or in fp32 for None."""
    rows = [("a", TensorProto.FLOAT, ["batch", "rows", k])]
    if level is None:
        weight = rng.standard_normal((k, n)).astype(np.float32)
        return session(helper.make_node("MatMul", ["a", "w"], ["y"]), rows, ["y"], {"w": weight}, threads)
    blocks = k // 32
    weights = {"w": rng.integers(0, 256, (n, blocks, 16), dtype=np.uint8),
               "s": rng.standard_normal(n * blocks).astype(np.float32) * np.float32(0.01)}
    node = helper.make_node("MatMulNBits", ["a", "w", "s"], ["y"], domain="com.microsoft", K=k, N=n, bits=4, block_size=32, accuracy_level=level)
    return session(node, rows, ["y"], weights, threads)


def rows_that_differ(s, k):
    a = rng.standard_normal((1, 128, k)).astype(np.float32)
    alone = np.stack([s.run(None, {"a": a[:, i:i + 1]})[0][0, 0] for i in range(128)])
    return [m for m in (2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128)
            if not np.array_equal(s.run(None, {"a": a[:, :m]})[0][0], alone[:m])]


def attention(window, threads):
    angles = np.outer(np.arange(CAPACITY), 1 / 10000 ** (np.arange(SIZE // 2) / (SIZE / 2)))
    weights = {"cos": np.cos(angles).astype(np.float32), "sin": np.sin(angles).astype(np.float32)}
    floats = [(n, TensorProto.FLOAT, ["b", "s", h * SIZE]) for n, h in (("q", HEADS), ("k", 1), ("v", 1))]
    past = [(n, TensorProto.FLOAT, ["b", 1, "p", SIZE]) for n in ("pk", "pv")]
    lengths = [("last", TensorProto.INT32, ["b"]), ("total", TensorProto.INT32, [])]
    node = helper.make_node("GroupQueryAttention", ["q", "k", "v", "pk", "pv", "last", "total", "cos", "sin"], ["y", "nk", "nv"],
                            domain="com.microsoft", num_heads=HEADS, kv_num_heads=1, scale=1 / 16, local_window_size=window, do_rotary=1)
    return session(node, floats + past + lengths, ["y", "nk", "nv"], weights, threads)


def read(s, prompt, chunk):
    cache = {n: ort.OrtValue.ortvalue_from_numpy(np.zeros((1, 1, CAPACITY, SIZE), np.float32)) for n in ("k", "v")}
    out = []
    for at in range(0, TOKENS, chunk):
        end = min(at + chunk, TOKENS)
        b = s.io_binding()
        for name, values in prompt.items():
            b.bind_cpu_input(name, np.ascontiguousarray(values[:, at:end]))
        b.bind_cpu_input("last", np.array([end - 1], np.int32))
        b.bind_cpu_input("total", np.array(end, np.int32))
        b.bind_output("y")
        for n, value in cache.items():
            b.bind_ortvalue_input("p" + n, value)
            b.bind_ortvalue_output("n" + n, value)
        s.run_with_iobinding(b)
        out.append(b.copy_outputs_to_cpu()[0][0])
    return np.concatenate(out)


print("onnxruntime", ort.__version__)
for threads in (1, 2):
    for name, level in (("MatMulNBits, int8 activations", 4), ("MatMulNBits, float activations", 0), ("MatMul in fp32", None)):
        for k, n in ((640, 2048), (2048, 640)):
            print(f"{name}, {k} x {n}, {threads} threads: other bits than a row alone among", rows_that_differ(product(k, n, level, threads), k) or "none")
    prompt = {n: rng.standard_normal((1, TOKENS, h * SIZE)).astype(np.float32) for n, h in (("q", HEADS), ("k", 1), ("v", 1))}
    for window in (-1, 512):
        s = attention(window, threads)
        want = read(s, prompt, 64)
        for chunk in (1, 2, 7, 8, 16, 32, 128, TOKENS):
            differ = np.nonzero(np.abs(read(s, prompt, chunk) - want).max(1))[0]
            print(f"GroupQueryAttention, window {window}, {threads} threads, in chunks of {chunk}: {len(differ)} of {TOKENS} rows differ from chunks of 64")
