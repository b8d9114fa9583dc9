using Pare.Kernels.Loops;

namespace Pare.Kernels.Integer.Elements;

/// <summary>How two operands are repeated to the shape of their result: one of them is whole, the other may repeat, as <see cref="BroadcastPattern"/> says, in each picture.</summary>
/// <param name="Count">Numbers of the result.</param>
/// <param name="Exchanges">Operand 1 is the whole one.</param>
/// <param name="PerPicture">Numbers of a picture, within which the pattern holds.</param>
/// <param name="Other">How the other repeats.</param>
internal sealed record BytePairShape(long Count, bool Exchanges, long PerPicture, BroadcastPattern Other)
{
    /// <summary>One number of the other operand meets a whole run.</summary>
    public bool IsOne => Other.Inner > 1 || Other.Middle == 1;

    /// <summary>Numbers that one number, or as many side by side, of the other operand meet.</summary>
    public int RunLength => Other.Inner > 1 ? Other.Inner : Other.Middle == 1 ? Other.Outer : Other.Middle;

    /// <summary>Where the other operand begins for a run.</summary>
    public long OtherOf(long run)
    {
        long runs = PerPicture / RunLength;
        (long picture, run) = Math.DivRem(run, runs);
        return picture * Other.Middle + (Other.Inner > 1 ? run % Other.Middle : 0);
    }

    /// <summary>The way of two operands, or null where both repeat or one varies along axes that do not lie side by side.</summary>
    public static BytePairShape? Of(Shape a, Shape b, Shape y)
    {
        if (y.Elements == 0) return null;
        if (Of(a, b, y, y.Elements) is { } all) return all;
        // A number for each channel of each picture.
        return y.Rank > 1 && a.Rank == y.Rank && b.Rank == y.Rank && a[0] == y[0] && b[0] == y[0]
            ? Of(a.With(0, 1), b.With(0, 1), y.With(0, 1), y.Elements) : null;
    }

    private static BytePairShape? Of(Shape a, Shape b, Shape part, long count)
    {
        if (BroadcastPattern.Of(a, part) is not { } left || BroadcastPattern.Of(b, part) is not { } right) return null;
        if (left.IsFull) return new BytePairShape(count, false, part.Elements, right);
        return right.IsFull ? new BytePairShape(count, true, part.Elements, left) : null;
    }
}
