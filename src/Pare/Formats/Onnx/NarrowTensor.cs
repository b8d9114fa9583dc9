using Google.Protobuf;
using Pare.Encodings;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Integer codes of a file's tensor, of 2 to 16 bits; the types below 8 bits are not among Pare's tensors but are read as weights.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Codes">The bit patterns.</param>
/// <param name="IsSigned">True where they are two's complement.</param>
internal sealed record NarrowTensor(Shape Shape, Codes Codes, bool IsSigned)
{
    /// <summary>True for int4, uint4, int2 and uint2: several to a byte, the first in its lowest bits.</summary>
    public static bool Holds(int elementType) => elementType is ElementType.UInt4 or ElementType.Int4 or ElementType.UInt2 or ElementType.Int2;

    /// <summary>The codes of a tensor of 8 or 16 bits; null of another.</summary>
    public static NarrowTensor? Of(Tensor tensor) => tensor.DType is DType.I8 or DType.U8 or DType.I16 or DType.U16
        ? new NarrowTensor(tensor.Shape, new Codes(tensor.DType.Size() * 8, tensor.Length, tensor.Bytes.ToArray()), tensor.DType is DType.I8 or DType.I16)
        : null;

    /// <summary>Reads a tensor of a type that <see cref="Holds"/>.</summary>
    /// <param name="tensor">The file's tensor.</param>
    /// <param name="label">"The initializer 'w'", for messages.</param>
    /// <param name="tensors">Finds data that lie in another file.</param>
    /// <exception cref="ModelException">The tensor is malformed.</exception>
    public static NarrowTensor Read(TensorProto tensor, string label, TensorParser tensors)
    {
        if (tensor.DataLocation == 1) tensor = tensors.Inlined(tensor, label);
        int bits = ElementType.ForeignBits(tensor.DataType)!.Value;
        int count = TensorParser.Count(tensor.Dims, label), needed = Codes.ByteCount(bits, count);
        if (tensor.HasRawData && tensor.Int32Data.Count > 0) throw new ModelException($"{label} stores its values in more than one way.");
        byte[] bytes = tensor.HasRawData ? tensor.RawData.ToByteArray() : Typed(tensor.Int32Data, label);
        if (bytes.Length != needed)
            throw new ModelException($"{label} has {bytes.Length} bytes of data; its type {ElementType.Name(tensor.DataType)} and its dims [{string.Join(", ", tensor.Dims)}] need {needed}.");
        if (count * (long)bits % 8 is > 0 and var used) bytes[^1] &= (byte)((1 << (int)used) - 1);
        return new NarrowTensor(new Shape(tensor.Dims.Select(d => (Dim)d)), new Codes(bits, count, bytes), tensor.DataType is ElementType.Int4 or ElementType.Int2);
    }

    /// <summary>The codes as numbers.</summary>
    public int[] ToNumbers() => Array.ConvertAll(new Integer(Shape, Codes, 0, IsSigned).ToArray(), v => (int)v);

    /// <summary>The codes as a tensor of the file's form, without a name.</summary>
    public TensorProto ToProto()
    {
        var to = new TensorProto { DataType = ElementType.Code(Codes.Bits, IsSigned) };
        foreach (int dim in Shape.Fixed) to.Dims.Add(dim);
        to.RawData = UnsafeByteOperations.UnsafeWrap(Codes.Bytes);
        return to;
    }

    // A number for each byte.
    private static byte[] Typed(IEnumerable<int> data, string label)
    {
        var bytes = new List<byte>();
        foreach (int value in data)
            bytes.Add(value is >= sbyte.MinValue and <= byte.MaxValue ? (byte)value : throw new ModelException($"{label}: the value {value} at {bytes.Count} is no byte."));
        return [.. bytes];
    }
}
