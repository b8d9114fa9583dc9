namespace Pare.Kernels.Integer.Products;

/// <summary>Some output rows of one picture.</summary>
/// <param name="Picture">Which one.</param>
/// <param name="Top">The first row.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct Band(int Picture, int Top, int Rows);

/// <summary>The rows of a slice in bands, for foreach; allocates nothing.</summary>
/// <param name="first">The first row, counted over all pictures.</param>
/// <param name="end">The row behind the last.</param>
/// <param name="height">Rows of a picture.</param>
/// <param name="most">Most rows of a band.</param>
internal struct BandsOfSlice(int first, int end, int height, int most)
{
    private int _next = first;

    /// <summary>The band that <see cref="MoveNext"/> came to.</summary>
    public Band Current { get; private set; }

    /// <summary>Itself.</summary>
    public readonly BandsOfSlice GetEnumerator() => this;

    /// <summary>Goes to the next band; false where there is none.</summary>
    public bool MoveNext()
    {
        if (_next >= end) return false;
        (int picture, int top) = Math.DivRem(_next, height);
        Current = new Band(picture, top, Math.Min(most, Math.Min(end - _next, height - top)));
        _next += Current.Rows;
        return true;
    }
}
