extension PythonTests {
  /// Writes one model per case, and what the reference evaluator computes from it.
  static let cases = """
    import sys, json, numpy as np, onnx
    from onnx import helper, numpy_helper, TensorProto as T
    from onnx.reference import ReferenceEvaluator
    folder, rng, cases = sys.argv[1], np.random.default_rng(1), []

    def case(op, arrays, constants=(), opset=13, **attributes):
        # Constants become initializers, in one of the two forms that a file may have.
        name, inputs, values, inits = f"{len(cases)}_{op}", [], {}, []
        for i, a in enumerate(arrays):
            inputs.append(helper.make_tensor_value_info(f"x{i}", T.DOUBLE, a.shape))
            values[f"x{i}"] = a
        for i, c in enumerate(constants):
            c = np.asarray(c)
            kind = helper.np_dtype_to_tensor_dtype(c.dtype)
            inits.append(numpy_helper.from_array(c, f"c{i}") if len(cases) % 2 else
                         helper.make_tensor(f"c{i}", kind, c.shape, c.flatten().tolist()))
        names = [v.name for v in inputs] + [c.name for c in inits]
        node = helper.make_node(op, names, ["out"], name=name, **attributes)
        save(name, [node], inputs, inits, values, opset)

    def save(name, nodes, inputs, inits, values, opset):
        out = helper.make_tensor_value_info("out", T.UNDEFINED, None)
        graph = helper.make_graph(nodes, "g", inputs, [out], inits)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        result = np.asarray(ReferenceEvaluator(model).run(None, values)[0])
        kind = helper.np_dtype_to_tensor_dtype(result.dtype)
        graph.output[0].CopyFrom(helper.make_tensor_value_info("out", kind, result.shape))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        onnx.save(model, f"{folder}/{name}.onnx")
        assert np.isfinite(result.astype(float)).all(), (name, result)
        array = lambda a: {"shape": list(a.shape), "elements": a.astype(float).flatten().tolist()}
        cases.append({"name": name, "inputs": {k: array(v) for k, v in values.items()},
                      "output": array(result)})

    x = rng.normal(size=(3, 4)); y = rng.normal(size=(3, 4)); row = rng.normal(size=4)
    column = rng.normal(size=(3, 1)); cube = rng.normal(size=(2, 3, 4)); p = abs(x) + 0.1
    i64 = lambda *v: np.array(v, dtype=np.int64)

    for op in "Identity Neg Abs Exp Relu Tanh Sigmoid Softplus Elu LeakyRelu Selu Erf".split():
        case(op, [x * 3])
    for op in "Log Sqrt Reciprocal".split(): case(op, [p])
    case("Elu", [x], alpha=0.3); case("LeakyRelu", [x], alpha=0.2)
    case("Selu", [x], alpha=1.5, gamma=1.1)
    case("Clip", [x], [-0.5, 0.7]); case("Clip", [x], [-0.2]); case("Clip", [x])
    for op in "Add Sub Mul Div Less LessOrEqual Greater GreaterOrEqual Equal Max Min".split():
        case(op, [x, y])
        if op not in ("Max", "Min"): case(op, [column, row])
        case(op, [cube, x])
        case(op, [x], [np.float64(0.5)])
    case("Max", [x, y, column]); case("Min", [x, y, column]); case("Equal", [x, x])
    case("Pow", [p, row]); case("Pow", [x], [np.float64(2)])
    case("Div", [], [i64(7, -7, 8), i64(2, 2, -3)])
    case("MatMul", [x, y.T.copy()]); case("MatMul", [cube, rng.normal(size=(4, 2))])
    case("MatMul", [cube, rng.normal(size=(2, 4, 5))]); case("MatMul", [x, row])
    case("MatMul", [rng.normal(size=3), x]); case("MatMul", [row, row])
    case("MatMul", [rng.normal(size=(1, 3, 4)), rng.normal(size=(5, 1, 4, 2))])
    case("MatMul", [rng.normal(size=3), cube.transpose(0, 1, 2).copy()])
    case("Gemm", [x, y.T.copy(), rng.normal(size=3)])
    case("Gemm", [x, y], transB=1); case("Gemm", [x, y, rng.normal(size=(4, 1))], transA=1)
    case("Gemm", [x, y, np.array(2.0)], transA=1, transB=0, alpha=0.5, beta=2.0)
    for op in "ReduceMax ReduceMin ReduceMean ReduceProd ReduceSumSquare".split():
        case(op, [cube], axes=[1]); case(op, [cube], axes=[-1, 0], keepdims=0)
        case(op, [cube], keepdims=0); case(op, [cube], [i64(2)], opset=18)
    case("ReduceSum", [cube], [i64(1)]); case("ReduceSum", [cube], [i64(0, -1)], keepdims=0)
    case("ReduceSum", [cube]); case("ReduceSum", [cube], noop_with_empty_axes=1)
    case("ReduceSum", [cube], axes=[2], opset=11)
    case("Concat", [x, y], axis=0); case("Concat", [x, column, y], axis=-1)
    case("Slice", [cube], [i64(0, 1), i64(2, 9), i64(1, 2)])
    case("Slice", [cube], [i64(-1), i64(-(2**63)), i64(2), i64(-2)])
    case("Slice", [cube], [i64(1), i64(2**63 - 1)]); case("Slice", [cube], [i64(-2), i64(-1), i64(1)])
    case("Gather", [cube], [i64(2, 0, -1)], axis=1); case("Gather", [x], [np.int64(1)], axis=1)
    case("Gather", [cube], [i64(0, 1, 1, 0).reshape(2, 2)], axis=-1)
    case("Reshape", [cube], [i64(-1, 6)]); case("Reshape", [cube], [i64(0, -1)])
    case("Squeeze", [column], [i64(-1)]); case("Squeeze", [x.reshape(1, 3, 1, 4)])
    case("Squeeze", [column], axes=[1], opset=11); case("Unsqueeze", [x], axes=[0], opset=11)
    case("Unsqueeze", [x], [i64(0, -1)]); case("Flatten", [cube]); case("Flatten", [cube], axis=2)
    case("Flatten", [cube], axis=0); case("Transpose", [cube])
    case("Transpose", [cube], perm=[1, 0, 2])
    case("Cast", [x * 5], to=T.INT64); case("Cast", [x], to=T.FLOAT); case("Cast", [x], to=T.BOOL)
    case("IsNaN", [x]); case("IsInf", [x])
    for kind, value in [("value_float", 1.5), ("value_int", 3), ("value_ints", [1, 2]),
                        ("value_floats", [0.5, 2.5]),
                        ("value", helper.make_tensor("v", T.FLOAT, [2], [1, 2]))]:
        case("Constant", [], **{kind: value})

    # Truth values cannot be inputs here: they are made by comparisons.
    info = lambda *arrays: [helper.make_tensor_value_info(f"x{i}", T.DOUBLE, a.shape)
                            for i, a in enumerate(arrays)]
    less = helper.make_node("Less", ["x0", "x1"], ["a"])
    more = helper.make_node("Greater", ["x1", "x2"], ["b"])
    values = {"x0": x, "x1": y, "x2": row}
    for op in ("And", "Or"):
        save(op, [less, more, helper.make_node(op, ["a", "b"], ["out"])], info(x, y, row), [],
             values, 13)
    save("Not", [less, helper.make_node("Not", ["a"], ["out"])], info(x, y), [],
         {"x0": x, "x1": y}, 13)
    save("Where", [less, helper.make_node("Where", ["a", "x2", "x3"], ["out"])],
         info(x, y, row, column), [], values | {"x3": column}, 13)
    json.dump(cases, open(f"{folder}/cases.json", "w"))
    """
}
