namespace Pare.Operators;

/// <summary>Elements of any type, copied and compared by position.</summary>
internal static class Elements
{
    /// <summary>Copies neighbouring elements.</summary>
    public static void Copy(Tensor from, int source, Tensor to, int target, int count = 1)
    {
        int size = from.DType.Size();
        from.Bytes.Slice(source * size, count * size).CopyTo(to.Bytes[(target * size)..]);
    }

    /// <summary>The order of two elements of one tensor: below 0 where a comes first. NaN comes after every number.</summary>
    public static int Compare(Tensor x, int a, int b)
    {
        if (!Reals.Holds(x.DType))
        {
            long p = new Wholes(x)[a], q = new Wholes(x)[b];
            return x.DType == DType.U64 ? ((ulong)p).CompareTo((ulong)q) : p.CompareTo(q);
        }
        double left = new Reals(x)[a], right = new Reals(x)[b];
        return double.IsNaN(left) || double.IsNaN(right) ? double.IsNaN(left).CompareTo(double.IsNaN(right)) : left.CompareTo(right);
    }

    /// <summary>The position in an axis that an index names; negative ones count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside.</exception>
    public static int Index(long index, int length) => index >= -length && index < length
        ? (int)(index < 0 ? index + length : index)
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The index is outside an axis of {length}.");

    /// <summary>The only element of a tensor, as a real number.</summary>
    public static double Number(Tensor scalar) => Reals.Holds(scalar.DType) ? new Reals(scalar)[0] : new Wholes(scalar)[0];

    /// <summary>A scalar 0 of a type.</summary>
    public static Tensor Zero(DType type) => new(type, Shape.Scalar);
}
