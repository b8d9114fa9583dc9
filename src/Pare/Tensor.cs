using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pare;

/// <summary>Elements in memory, row-major, with a fixed shape. The memory may be a window of a larger buffer that somebody else owns.</summary>
public sealed class Tensor
{
    private readonly byte[] _storage;
    private readonly int _offset;

    /// <summary>Allocates a tensor of zeros.</summary>
    /// <exception cref="ArgumentException">It would be larger than 2 GiB.</exception>
    public Tensor(DType type, Shape shape) : this(type, shape, new byte[Bytesof(type, shape)], 0) { }

    /// <summary>A window of <paramref name="storage"/> from <paramref name="offset"/>.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="storage">The buffer; it is not copied.</param>
    /// <param name="offset">First byte.</param>
    /// <exception cref="ArgumentException">The window does not lie within the storage.</exception>
    public Tensor(DType type, Shape shape, byte[] storage, int offset)
    {
        DType = type;
        Shape = shape;
        ByteLength = Bytesof(type, shape);
        if (offset < 0 || offset > storage.Length - ByteLength)
            throw new ArgumentException($"{type}{shape} needs {ByteLength} bytes from {offset}, the storage has {storage.Length}.", nameof(offset));
        _storage = storage;
        _offset = offset;
    }

    /// <summary>Element type.</summary>
    public DType DType { get; }

    /// <summary>Fixed shape.</summary>
    public Shape Shape { get; }

    /// <summary>Type and shape.</summary>
    public TensorType Type => new(DType, Shape);

    /// <summary>All lengths.</summary>
    public ImmutableArray<int> Dims => Shape.Fixed;

    /// <summary>How many elements.</summary>
    public int Length => ByteLength / DType.Size();

    /// <summary>How many bytes.</summary>
    public int ByteLength { get; }

    /// <summary>The bytes, little-endian.</summary>
    public Span<byte> Bytes => new(_storage, _offset, ByteLength);

    /// <summary>The elements of an F32 tensor.</summary>
    /// <exception cref="InvalidOperationException">The element type is another.</exception>
    public Span<float> Floats => As<float>();

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the element type (bool is stored as byte and may be read so).</exception>
    public Span<T> As<T>() where T : unmanaged
    {
        DType asked = DTypes.Of<T>();
        if (asked != DType && !(asked == DType.U8 && DType == DType.Bool))
            throw new InvalidOperationException($"The tensor holds {DType}, not {asked}.");
        return MemoryMarshal.Cast<byte, T>(Bytes);
    }

    /// <summary>A tensor that shares the elements under another shape of as many elements.</summary>
    public Tensor Reshape(Shape shape) => shape.Elements == Length
        ? new Tensor(DType, shape, _storage, _offset)
        : throw new ArgumentException($"{Shape} has {Length} elements, {shape} has {shape.Elements}.", nameof(shape));

    /// <summary>A copy with its own memory.</summary>
    public Tensor Clone()
    {
        var copy = new Tensor(DType, Shape);
        Bytes.CopyTo(copy.Bytes);
        return copy;
    }

    /// <summary>A tensor that holds a copy of the values.</summary>
    public static Tensor Of<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        var tensor = new Tensor(DTypes.Of<T>(), shape);
        if (values.Length != tensor.Length)
            throw new ArgumentException($"{shape} has {tensor.Length} elements, {values.Length} are given.", nameof(values));
        values.CopyTo(tensor.As<T>());
        return tensor;
    }

    /// <summary>A scalar.</summary>
    public static Tensor Scalar<T>(T value) where T : unmanaged => Of(Shape.Scalar, [value]);

    /// <summary>A whole number as a scalar of an integer type: the code that a scale is for, a zero point.</summary>
    /// <exception cref="OverflowException">The type does not hold the number.</exception>
    /// <exception cref="ArgumentException">The type holds no whole numbers of 8 to 64 bits.</exception>
    public static Tensor Scalar(DType type, long value) => type switch
    {
        DType.U8 => Scalar(checked((byte)value)),
        DType.I8 => Scalar(checked((sbyte)value)),
        DType.U16 => Scalar(checked((ushort)value)),
        DType.I16 => Scalar(checked((short)value)),
        DType.I32 => Scalar(checked((int)value)),
        DType.I64 => Scalar(value),
        _ => throw new ArgumentException($"{type} holds no whole numbers.", nameof(type)),
    };

    /// <summary>A vector.</summary>
    public static Tensor Vector<T>(params ReadOnlySpan<T> values) where T : unmanaged => Of(Shape.Of(values.Length), values);

    /// <summary>The elements of an integer or boolean tensor, widened.</summary>
    /// <exception cref="InvalidOperationException">The elements are not integers.</exception>
    public long[] ToInt64s() => DType switch
    {
        DType.I64 => As<long>().ToArray(),
        DType.I32 => Widen(As<int>(), v => v),
        DType.I16 => Widen(As<short>(), v => v),
        DType.I8 => Widen(As<sbyte>(), v => v),
        DType.U8 or DType.Bool => Widen(As<byte>(), v => v),
        DType.U16 => Widen(As<ushort>(), v => v),
        DType.U32 => Widen(As<uint>(), v => v),
        DType.U64 => Widen(As<ulong>(), v => checked((long)v)),
        _ => throw new InvalidOperationException($"The tensor holds {DType}, not integers."),
    };

    private static long[] Widen<T>(ReadOnlySpan<T> values, Func<T, long> widen)
    {
        var result = new long[values.Length];
        for (int i = 0; i < values.Length; i++) result[i] = widen(values[i]);
        return result;
    }

    private static int Bytesof(DType type, Shape shape)
    {
        long bytes = shape.Elements * type.Size();
        return bytes <= Array.MaxLength
            ? (int)bytes
            : throw new ArgumentException($"A tensor {type}{shape} of {bytes} bytes is over the limit of {Array.MaxLength} bytes.", nameof(shape));
    }
}
