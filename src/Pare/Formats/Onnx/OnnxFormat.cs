using Pare.Operators;
using Pare.Passes;

namespace Pare.Formats.Onnx;

/// <summary>
/// The format <c>.onnx</c>, opsets 7 to 27. Weights of integers are written as integers behind DequantizeLinear, all others as plain floats,
/// whatever their encoding: the format has no other way to say them. Metadata travel in <c>metadata_props</c>.
/// </summary>
/// <param name="options">Opset, and when to use a second file; null for the defaults.</param>
/// <remarks>
/// Read: initializers inline or as external data inside the model's folder. F32 initializers of at least one axis become weights, all
/// others constants; Constant nodes become either. float16 and bfloat16 initializers are widened to F32 where only Cast reads them and
/// kept as they are elsewhere. Functions of the file's own are put in the place of their calls; sparse initializers become dense. What else Pare
/// lacks, operators and types, is kept as <see cref="ForeignOperator"/> and written back as it was.
/// <para>Quantized weights: a DequantizeLinear of an initializer is read as <see cref="Encodings.Scaled"/> of <see cref="Encodings.Integer"/>. Widths of 1
/// to 4 bits are written as int4 (8 bits before opset 21), 5 to 8 as int8, 16 as int16, so a width may come back wider, its numbers the same. The bias of a
/// layer whose input, weight and output are quantized is written as int32 and reads back rounded to that. <see cref="QuantizedForm"/>.</para>
/// <para>Dropped: documentation of nodes and values, value_info, quantization annotations. Types are derived anew.</para>
/// <para>Format: ONNX, docs/IR.md and docs/ExternalData.md.</para>
/// </remarks>
public sealed class OnnxFormat(OnnxWriteOptions? options = null) : IModelFormat
{
    private readonly OnnxWriteOptions _options = options ?? new OnnxWriteOptions();

    /// <inheritdoc/>
    public string Name => "onnx";

    /// <inheritdoc/>
    public bool Claims(string path, ReadOnlySpan<byte> head) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public Model Read(Stream stream, ModelFileContext context) => OnnxReader.Read(stream, context.Folder, context.Operators, context.MapWeights);

    /// <inheritdoc/>
    public void Write(Model model, Stream stream, ModelFileContext context) =>
        OnnxWriter.Write(Expressible(model), stream, _options, context.Operators, context.Folder is null ? null : () => new ExternalSink(context.Folder, context.FileName, context.Cancel));

    /// <summary>The model at the opset that is written, with quantized weights as the file holds them.</summary>
    public Model Keep(Model model)
    {
        model = Expressible(model);
        var stored = StoredWeights.Of(model, _options);
        return stored.Keep(model).WithMetadata(OnnxMetadata.Keep(model) with { Opset = stored.Opset });
    }

    // From opset 13 on a softmax over several axes needs reshapes around it.
    private Model Expressible(Model model)
    {
        model = BinarySigns.Part(model);
        if (_options.Quantized == QuantizedForm.QOperator) model = QOperatorForm.Apply(model);
        return model.Nodes.Any(n => n.Operator is Softmax { Flattened: true }) && StoredWeights.Of(model, _options).Opset >= 13 ? CanonicalSoftmax.Apply(model) : model;
    }
}
