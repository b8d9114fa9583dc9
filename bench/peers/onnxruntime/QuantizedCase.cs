using Pare.Encodings;
using Pare.Formats.Onnx;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Peers.OnnxRuntime;

/// <summary>A network of the catalog, quantized plainly: ranges of one batch, weights rounded to nearest.</summary>
/// <param name="Network">The network.</param>
/// <param name="Bits">Width of the weights' codes.</param>
/// <param name="Block">Numbers that share a scale along the input channels of products; 0: a scale for each output channel.</param>
/// <param name="Values">Type of the values between layers; null leaves them floats.</param>
/// <param name="Form">The form of the file.</param>
internal sealed record QuantizedCase(ZooCase Network, int Bits, int Block, DType? Values, QuantizedForm Form)
{
    public string Label => $"{Network.Label} w{Bits}{(Block > 0 ? $" blocks of {Block}" : "")} {Values?.ToString() ?? "floats"} {Form}";

    /// <summary>Each network in each form.</summary>
    public static IEnumerable<QuantizedCase> All(IEnumerable<ZooCase> networks)
    {
        foreach (ZooCase network in networks)
        {
            foreach ((int bits, int block) in ((int, int)[])[(8, 0), (4, 0), (2, 0), (16, 0), (4, 32)]) yield return new QuantizedCase(network, bits, block, null, QuantizedForm.Qdq);
            foreach (DType values in (DType[])[DType.U8, DType.I8, DType.U16]) yield return new QuantizedCase(network, 8, 0, values, QuantizedForm.Qdq);
            foreach (DType values in (DType[])[DType.U8, DType.I8]) yield return new QuantizedCase(network, 8, 0, values, QuantizedForm.QOperator);
            yield return new QuantizedCase(network, 4, 0, DType.U8, QuantizedForm.QOperator);
        }
    }

    /// <summary>The quantized network, with ranges from a run on the input.</summary>
    public Model Build(float[] input, IReadOnlyDictionary<string, long> bindings)
    {
        Model model = CanonicalGemm.Apply(FoldBatchNorm.Apply(Network.Build(seed: 1)));
        model = model.WithWeights(model.WeightsInOrder().Where(w => model.Reader(w).ChannelAxis is not null && model.Weights[w].Shape.Rank > 1)
            .Select(w => KeyValuePair.Create(w, Encode((model.Weights[w].ToArray(), model.Weights[w].Shape), model.Reader(w).ChannelAxis!.Value))).ToArray());
        return Values is { } type ? WithQuantizedValues(model, type, input, bindings) : model;
    }

    private WeightEncoding Encode((float[] Values, Shape Shape) weight, int axis)
    {
        int block = weight.Shape.Rank == 2 ? Block : 0, along = block > 0 ? 1 - axis : axis;
        Shape scaleShape = Scaled.ScaleShape(weight.Shape, along, block);
        var ones = new Integer(weight.Shape, Codes.Pack(8, new ushort[weight.Values.Length]), 0, isSigned: true);
        // Which scale an element has: decoded from the numbers of the scales themselves.
        float[] scaleOf = new Scaled(along, new Dense(scaleShape, Enumerable.Range(0, (int)scaleShape.Elements).Select(i => (float)i).ToArray()),
            new Dense(weight.Shape, Enumerable.Repeat(1f, ones.Length).ToArray()), block).ToArray();
        int most = (1 << (Bits - 1)) - 1;
        var scales = new float[scaleShape.Elements];
        for (int i = 0; i < scaleOf.Length; i++) scales[(int)scaleOf[i]] = Math.Max(scales[(int)scaleOf[i]], Math.Abs(weight.Values[i]) / most);
        for (int i = 0; i < scales.Length; i++) scales[i] = scales[i] == 0 ? 1 : scales[i];
        int[] codes = [.. weight.Values.Select((v, i) => (int)Math.Clamp(Math.Round(v / scales[(int)scaleOf[i]]), -most, most))];
        return new Scaled(along, new Dense(scaleShape, scales), Integer.Of(weight.Shape, Bits, codes, 0, isSigned: true), block);
    }

    private static Model WithQuantizedValues(Model model, DType type, float[] input, IReadOnlyDictionary<string, long> bindings)
    {
        ILookup<string, Node> readers = model.Nodes.SelectMany(n => n.Inputs.Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        string[] values = [model.Inputs[0].Name, .. model.Nodes.Where(n => IsQuantized(n.Operator) && !(readers[n.Outputs[0]].ToArray() is [var only] && IsRectifier(only.Operator))).Select(n => n.Outputs[0])];
        var ranged = new ModelEditor(model);
        ranged.SetOutputs(values[1..]);
        var session = new Session(Runtime.ExecutionPlan.Build(ranged.Build(), bindings: bindings));
        input.CopyTo(session.Input(model.Inputs[0].Name).Floats);
        session.Run();
        var editor = new ModelEditor(model);
        foreach (string value in values)
        {
            float[] found = value == model.Inputs[0].Name ? input : session.Output(value).Floats.ToArray();
            (long least, long most) = type switch { DType.U8 => (0L, 255L), DType.I8 => (-128, 127), _ => (0, 65535) };
            float low = Math.Min(0, found.Min()), scale = Math.Max(1e-6f, (Math.Max(0, found.Max()) - low) / (most - least));
            long zero = Math.Clamp((long)Math.Round(least - low / scale), least, most);
            string s = editor.SetConstant(editor.FreshValue($"{value}_s"), Tensor.Scalar(scale));
            string z = editor.SetConstant(editor.FreshValue($"{value}_z"), Tensor.Scalar(type, zero));
            string quantized = editor.FreshValue($"{value}_q"), back = editor.FreshValue($"{value}_dq");
            if (!model.Outputs.Contains(value)) editor.ReplaceUses(value, back);
            editor.Add(new Node(editor.FreshNode($"{value}_q"), new QuantizeLinear(), [value, s, z], [quantized]));
            editor.Add(new Node(editor.FreshNode($"{value}_dq"), new DequantizeLinear(), [quantized, s, z], [back]));
            if (model.Outputs.Contains(value)) editor.SetOutputs(editor.Outputs.Select(o => o == value ? back : o).ToArray());
        }
        return editor.Build();
    }

    private static bool IsQuantized(Operator op) => op is Conv or Gemm or MatMul or Concat or GlobalAveragePool || op.Name is "Add" or "AveragePool" || IsRectifier(op);

    private static bool IsRectifier(Operator op) => op is Clip || op.Name == "Relu";
}
