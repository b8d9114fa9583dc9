namespace Pare.Kernels.Bits;

/// <summary>Some classes of pixels, in a vector.</summary>
internal readonly struct PlaneGroup
{
    /// <summary>Which group.</summary>
    public required int Group { get; init; }

    /// <summary>Where its limits lie, from the first of an output on.</summary>
    public required int Limits { get; init; }

    /// <summary>Where its table lies, in bytes.</summary>
    public required int Table { get; init; }

    /// <summary>Where the table's last vector lies, which has all pixels of the group, in bytes from the first.</summary>
    public required int Last { get; init; }
}
