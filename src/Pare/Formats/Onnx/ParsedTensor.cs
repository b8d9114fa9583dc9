namespace Pare.Formats.Onnx;

/// <summary>A tensor of the file with the memory behind it: an array that the parser filled, or a part of the mapped file.</summary>
internal sealed class ParsedTensor
{
    private readonly ArraySegment<byte> _bytes;
    private readonly FileMap.Bytes? _mapped;
    private Tensor? _tensor;

    /// <summary>A tensor over an array.</summary>
    public ParsedTensor(Tensor tensor, ArraySegment<byte> bytes) => (Type, _tensor, _bytes) = (tensor.Type, tensor, bytes);

    /// <summary>Numbers in the mapped file.</summary>
    public ParsedTensor(Shape shape, FileMap.Bytes mapped) => (Type, _mapped) = (new TensorType(DType.F32, shape), mapped);

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>The tensor; what is mapped is copied, when it is asked for.</summary>
    public Tensor Tensor => _tensor ??= new Tensor(Type.DType, Type.Shape, _mapped!.GetSpan().ToArray(), 0);

    /// <summary>The floats as a weight that shares the memory.</summary>
    public Dense ToWeight() => new(Type.Shape, _mapped is null ? new ByteFloats(_bytes).Memory : _mapped.ToFloats());
}
