using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Writes tensors in the file's form.</summary>
internal static class TensorFormatter
{
    /// <summary>A tensor with its bytes in the message; they are not copied, so nobody may change them before the message is written.</summary>
    public static TensorProto Inline(Tensor tensor, string? name = null)
    {
        TensorProto to = Header(tensor.DType, tensor.Shape, name);
        to.RawData = ByteString.CopyFrom(tensor.Bytes);
        return to;
    }

    /// <summary>A weight, decoded to plain floats, with its bytes in the message.</summary>
    public static TensorProto Inline(WeightEncoding weight, string name)
    {
        TensorProto to = Header(DType.F32, weight.Shape, name);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked(weight.Length * sizeof(float)));
        weight.Decode(0, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
        to.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        return to;
    }

    /// <summary>Name, type and dims, without values.</summary>
    public static TensorProto Header(DType type, Shape shape, string? name)
    {
        var to = new TensorProto { DataType = ElementType.Code(type) };
        if (name is not null) to.Name = name;
        foreach (int dim in shape.Fixed) to.Dims.Add(dim);
        return to;
    }
}
