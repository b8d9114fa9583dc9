using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Makes tensors of the file's tensors. Dims are checked against the bytes that are really there before anything is allocated.</summary>
internal sealed class TensorParser(ExternalData external)
{
    /// <summary>Reads a tensor. The bytes of <c>raw_data</c> are taken over, not copied.</summary>
    /// <param name="tensor">The file's tensor.</param>
    /// <param name="label">"The tensor 'w'", for messages.</param>
    /// <param name="widenHalves">Reads float16 and bfloat16 as F32, which is exact.</param>
    /// <exception cref="ModelException">The tensor is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare has no such element type.</exception>
    public ParsedTensor Read(TensorProto tensor, string label, bool widenHalves = false)
    {
        bool half = widenHalves && IsHalf(tensor);
        DType type = half ? DType.F32 : ElementType.Find(tensor.DataType)
            ?? throw new UnsupportedException($"{label} has the element type {ElementType.Name(tensor.DataType)}, which Pare does not have.");
        if (tensor.Segment is not null) throw new UnsupportedException($"{label} is stored in segments, which Pare does not read.");
        int count = Count(tensor.Dims, label);
        long fileBytes = (long)count * (half ? 2 : type.Size());
        if (Math.Max(fileBytes, (long)count * type.Size()) > Array.MaxLength)
            throw new UnsupportedException($"{label} has {count} elements of {type}; a tensor may have {Array.MaxLength} bytes at most.");
        if (Mapped(tensor, type, half, fileBytes) is { } mapped) return new ParsedTensor(ShapeOf(tensor.Dims), mapped);
        ArraySegment<byte> bytes = Bytes(tensor, label, type, count, (int)fileBytes, half);
        if (type == DType.Bool && bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new ModelException($"{label} is boolean but holds bytes other than 0 and 1.");
        return new ParsedTensor(new Tensor(type, ShapeOf(tensor.Dims), bytes.Array!, bytes.Offset), bytes);
    }

    /// <summary>The tensor with its data in it, where they lie in another file; its type is one that Pare passes on only.</summary>
    public TensorProto Inlined(TensorProto tensor, string label)
    {
        long bits = (long)(ElementType.Find(tensor.DataType) is { } known ? known.Size() * 8 : ElementType.ForeignBits(tensor.DataType)
            ?? throw new ModelException($"{label} is of {ElementType.Name(tensor.DataType)}, which cannot lie in another file."));
        long bytes = (Count(tensor.Dims, label) * bits + 7) / 8;
        if (bytes > Array.MaxLength) throw new UnsupportedException($"{label} has {bytes} bytes; a tensor may have {Array.MaxLength} bytes at most.");
        TensorProto whole = tensor.Clone();
        whole.RawData = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(external.Read(tensor, label, (int)bytes));
        whole.ExternalData.Clear();
        whole.ClearDataLocation();
        return whole;
    }

    /// <summary>
    /// A sparse tensor with its zeros. Indices are positions, [count], or places on each axis, [count, rank], in rising order
    /// (ONNX, SparseTensorProto).
    /// </summary>
    /// <exception cref="ModelException">The tensor is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare has no such element type, or it would be very large.</exception>
    public ParsedTensor ReadSparse(SparseTensorProto sparse, string label)
    {
        if (sparse.Values is null || sparse.Indices is null) throw new ModelException($"{label} is sparse, but without values or indices.");
        Tensor values = Read(sparse.Values, $"{label}: its values").Tensor, indices = Read(sparse.Indices, $"{label}: its indices").Tensor;
        int length = Count(sparse.Dims, label), rank = sparse.Dims.Count, size = values.DType.Size();
        if (length > MostDensified / size) throw new UnsupportedException($"{label} is sparse and has {length} elements with its zeros; {MostDensified / size} can be made dense.");
        bool linear = indices.Shape.Rank == 1;
        if (indices.DType != DType.I64 || values.Shape.Rank != 1 || indices.Length != values.Length * (linear ? 1 : rank))
            throw new ModelException($"{label} is sparse: its values {values.Type} and indices {indices.Type} do not fit {rank} axes.");
        var bytes = new byte[length * size];
        ReadOnlySpan<long> places = indices.As<long>();
        for (int i = 0; i < values.Length; i++)
        {
            long at = linear ? places[i] : 0;
            for (int axis = 0; axis < rank && !linear; axis++)
            {
                long place = places[i * rank + axis];
                at = place >= 0 && place < sparse.Dims[axis] ? at * sparse.Dims[axis] + place : -1;
                if (at < 0) break;
            }
            if (at < 0 || at >= length) throw new ModelException($"{label} is sparse: index {i} lies outside of its dims [{string.Join(", ", sparse.Dims)}].");
            values.Bytes.Slice(i * size, size).CopyTo(bytes.AsSpan((int)at * size));
        }
        return new ParsedTensor(new Tensor(values.DType, ShapeOf(sparse.Dims), bytes, 0), bytes);
    }

    private static Shape ShapeOf(IReadOnlyList<long> dims)
    {
        var lengths = new Dim[dims.Count];
        for (int axis = 0; axis < lengths.Length; axis++) lengths[axis] = dims[axis];
        return new Shape(lengths);
    }

    /// <summary>The most bytes that a sparse tensor, however small in the file, may become.</summary>
    private const long MostDensified = 1L << 28;

    /// <summary>True for float16 and bfloat16.</summary>
    public static bool IsHalf(TensorProto tensor) => tensor.DataType is ElementType.Float16 or ElementType.BFloat16;

    private ArraySegment<byte> Bytes(TensorProto tensor, string label, DType type, int count, int fileBytes, bool half)
    {
        int typed = tensor.FloatData.Count + tensor.Int32Data.Count + tensor.Int64Data.Count + tensor.DoubleData.Count + tensor.Uint64Data.Count;
        if (tensor.DataLocation is not (0 or 1)) throw new UnsupportedException($"{label} has the data location {tensor.DataLocation}; 0 and 1 are known.");
        bool isExternal = tensor.DataLocation == 1;
        if ((isExternal ? 1 : 0) + (tensor.HasRawData ? 1 : 0) + (typed > 0 ? 1 : 0) > 1)
            throw new ModelException($"{label} stores its values in more than one way.");
        if (isExternal) return Whole(half, tensor, new ArraySegment<byte>(external.Read(tensor, label, fileBytes)));
        if (!tensor.HasRawData) return Typed(tensor, label, type, count, half);
        if (tensor.RawData.Length != fileBytes)
            throw new ModelException($"{label} has {tensor.RawData.Length} bytes of data; its type {type} and its dims [{string.Join(", ", tensor.Dims)}] need {fileBytes}.");
        return Whole(half, tensor, MemoryMarshal.TryGetArray(tensor.RawData.Memory, out ArraySegment<byte> own) ? own : tensor.RawData.ToByteArray());
    }

    // Floats with an axis become weights, which may stay in the file; everything that is odd is left to the checks of Bytes.
    private static FileMap.Bytes? Mapped(TensorProto tensor, DType type, bool half, long fileBytes)
    {
        bool plain = type == DType.F32 && !half && tensor.Dims.Count > 0 && tensor.DataLocation == 0 && tensor.FloatData.Count == 0 && tensor.HasRawData;
        return plain && tensor.RawData.Length == fileBytes && MemoryMarshal.TryGetMemoryManager<byte, FileMap.Bytes>(tensor.RawData.Memory, out FileMap.Bytes? mapped) ? mapped : null;
    }

    private static ArraySegment<byte> Whole(bool half, TensorProto tensor, ArraySegment<byte> bytes)
    {
        if (!half) return bytes;
        var wide = new byte[bytes.Count * 2];
        Span<float> floats = MemoryMarshal.Cast<byte, float>(wide.AsSpan());
        for (int i = 0; i < floats.Length; i++)
            floats[i] = Widen(tensor.DataType, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 2)));
        return wide;
    }

    private static ArraySegment<byte> Typed(TensorProto tensor, string label, DType type, int count, bool half)
    {
        (string field, int found) = type switch
        {
            _ when half => ("int32_data", tensor.Int32Data.Count),
            DType.F32 => ("float_data", tensor.FloatData.Count),
            DType.F64 => ("double_data", tensor.DoubleData.Count),
            DType.I64 => ("int64_data", tensor.Int64Data.Count),
            DType.U32 or DType.U64 => ("uint64_data", tensor.Uint64Data.Count),
            _ => ("int32_data", tensor.Int32Data.Count),
        };
        if (found != count)
            throw new ModelException($"{label} has {found} values in {field}; its type {type} and its dims [{string.Join(", ", tensor.Dims)}] need {count}.");
        var bytes = new byte[count * type.Size()];
        switch (type)
        {
            case DType.F32 when half: Fill<int, float>(tensor.Int32Data, bytes, v => Widen(tensor.DataType, checked((ushort)v)), label); break;
            case DType.F32: Fill<float, float>(tensor.FloatData, bytes, v => v, label); break;
            case DType.F64: Fill<double, double>(tensor.DoubleData, bytes, v => v, label); break;
            case DType.I64: Fill<long, long>(tensor.Int64Data, bytes, v => v, label); break;
            case DType.U64: Fill<ulong, ulong>(tensor.Uint64Data, bytes, v => v, label); break;
            case DType.U32: Fill<ulong, uint>(tensor.Uint64Data, bytes, v => checked((uint)v), label); break;
            case DType.I32: Fill<int, int>(tensor.Int32Data, bytes, v => v, label); break;
            case DType.I16: Fill<int, short>(tensor.Int32Data, bytes, v => checked((short)v), label); break;
            case DType.U16: Fill<int, ushort>(tensor.Int32Data, bytes, v => checked((ushort)v), label); break;
            case DType.I8: Fill<int, sbyte>(tensor.Int32Data, bytes, v => checked((sbyte)v), label); break;
            default: Fill<int, byte>(tensor.Int32Data, bytes, v => checked((byte)v), label); break;
        }
        return bytes;
    }

    private static void Fill<TFrom, TTo>(RepeatedField<TFrom> values, byte[] bytes, Func<TFrom, TTo> convert, string label) where TTo : unmanaged
    {
        Span<TTo> to = MemoryMarshal.Cast<byte, TTo>(bytes.AsSpan());
        int i = 0;
        try
        {
            for (; i < to.Length; i++) to[i] = convert(values[i]);
        }
        catch (OverflowException e)
        {
            throw new ModelException($"{label}: the value {values[i]} at {i} does not fit in {typeof(TTo).Name}.", e);
        }
    }

    private static float Widen(int type, ushort bits) =>
        type == ElementType.Float16 ? (float)BitConverter.UInt16BitsToHalf(bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>How many elements a tensor has.</summary>
    /// <exception cref="ModelException">A length is negative, or they are too many.</exception>
    public static int Count(RepeatedField<long> dims, string label)
    {
        long count = 1;
        foreach (long dim in dims)
        {
            if (dim is < 0 or > int.MaxValue) throw new ModelException($"{label} has the length {dim} in its dims [{string.Join(", ", dims)}].");
            count *= dim; // at most 2^31 * 2^31 here: it is checked after each step
            if (count > int.MaxValue)
                throw new ModelException($"{label} has the dims [{string.Join(", ", dims)}]: more than {int.MaxValue} elements, which no tensor may have.");
        }
        return (int)count;
    }
}
