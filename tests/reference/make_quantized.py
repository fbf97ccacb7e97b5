"""Makes tests/testdata/quantized: graphs of a few products, and what ONNX Runtime's quantizer
(matmul_nbits_quantizer, symmetric) makes of them.

    python tests/reference/make_quantized.py
"""

import base64
import gzip
import json
import logging
import shutil

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import matmul_nbits_quantizer as reference

import paths

OUT = paths.TESTDATA / "quantized"
BLOCKS = (32, 64, 128)


def matrices(dtype):
    """By name. What can go wrong lies in the last: zeros, one sign, ties, what is tiny, what is huge."""
    rng = np.random.default_rng(7)
    hard = rng.standard_normal((200, 12))
    hard[:, 0] = 0
    hard[:, 1] = np.abs(hard[:, 1])
    hard[:, 2] = -np.abs(hard[:, 2])
    hard[:, 3] = np.round(hard[:, 3] * 4) / 4
    hard[:, 4] *= 1e-7 if dtype == np.float16 else 1e-41
    hard[:, 5] *= 1e4 if dtype == np.float16 else 1e38
    hard[:, 6] = np.where(np.arange(200) % 2, 3.5, -3.5)  # the extremes are as far from zero
    hard[40:, 7] = 0
    hard[:, 8] = (np.arange(200) % 17 - 8) / 2  # halves of a step
    hard[:, 9] = -8 + np.arange(200) % 16
    hard[:, 10] = -hard[:, 9]
    hard[:, 11] = np.where(np.arange(200) % 32 == 3, -1000, hard[:, 11])
    return {"whole": rng.standard_normal((256, 48)).astype(dtype), "odd": (rng.standard_normal((100, 7)) * 0.05).astype(dtype), "short": rng.standard_normal((9, 3)).astype(dtype),
            "hard": hard.astype(dtype)}


def graph(dtype):
    elem = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    weights = matrices(dtype)
    nodes = [helper.make_node("MatMul", [f"x_{n}", n], [f"y_{n}"], name=f"product_{n}") for n in weights]
    made = helper.make_graph(
        nodes, "products", [helper.make_tensor_value_info(f"x_{n}", elem, ["rows", w.shape[0]]) for n, w in weights.items()],
        [helper.make_tensor_value_info(f"y_{n}", elem, ["rows", w.shape[1]]) for n, w in weights.items()], [numpy_helper.from_array(w, n) for n, w in weights.items()])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    logging.disable(logging.INFO)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    made = {"made_by": "tests/reference/make_quantized.py", "onnxruntime": onnxruntime.__version__, "graphs": {}}
    for name, dtype in (("fp32", np.float32), ("fp16", np.float16)):
        source = graph(dtype)
        onnx.save(source, OUT / f"{name}.onnx")
        for bits in (4, 8):
            for block in BLOCKS:
                config = reference.DefaultWeightOnlyQuantConfig(block_size=block, is_symmetric=True, accuracy_level=4, bits=bits)
                quantizer = reference.MatMulNBitsQuantizer(onnx.load(OUT / f"{name}.onnx"), algo_config=config)
                quantizer.process()
                g = quantizer.model.model.graph
                made["graphs"][f"{name} {bits} {block}"] = {
                    "initializers": {t.name: {"type": t.data_type, "dims": list(t.dims), "data": base64.b64encode(numpy_helper.to_array(t).tobytes()).decode()} for t in g.initializer},
                    "nodes": [{"op": n.op_type, "name": n.name, "domain": n.domain, "inputs": list(n.input), "outputs": list(n.output), "attributes": {a.name: a.i for a in n.attribute}}
                              for n in g.node]}
    with gzip.GzipFile(OUT / "goldens.json.gz", "wb", mtime=0) as f:
        f.write((json.dumps(made, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    main()
