namespace Pare.Compression.Data;

/// <summary>Random changes of training pictures. Draws follow from (seed, epoch, sample) alone.</summary>
/// <remarks>Pixels moved in from outside are 0 as stored (black), before preprocessing.</remarks>
public sealed record Augmentation
{
    /// <summary>No change.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>Moves the picture by a whole number of pixels, uniform in -n..n, along each axis; 0 to 64.</summary>
    public int ShiftPixels { get; init; }

    /// <summary>Pads the picture by n pixels on each side and cuts a random window of the old size out; 0 to 64. It adds to
    /// <see cref="ShiftPixels"/>.</summary>
    /// <remarks>He, Zhang, Ren, Sun, "Deep Residual Learning", CVPR 2016, section 4.2, with n = 4.</remarks>
    public int CropPadding { get; init; }

    /// <summary>Mirrors left and right with probability 1/2.</summary>
    public bool HorizontalFlip { get; init; }

    private bool IsNone => ShiftPixels == 0 && CropPadding == 0 && !HorizontalFlip;

    /// <summary>Which part of the picture a sample shows, by its 64 random bits: four fields of 15 bits, and the highest bit for the
    /// flip.</summary>
    internal Placement Draw(ulong bits)
    {
        if (IsNone)
            return default;
        int dy = Offset(bits, ShiftPixels) + Offset(bits >> 15, CropPadding);
        int dx = Offset(bits >> 30, ShiftPixels) + Offset(bits >> 45, CropPadding);
        return new Placement(dy, dx, HorizontalFlip && (bits >> 63) != 0);
    }

    internal void Validate(DataSet data)
    {
        if (ShiftPixels is < 0 or > 64 || CropPadding is < 0 or > 64)
            throw new RecipeException($"Augmentation: shift {ShiftPixels} and crop padding {CropPadding} must be 0 to 64 pixels.");
        if (!IsNone && data.SampleShape.Length != 3)
            throw new RecipeException(
                $"Augmentation needs pictures [C, H, W]; samples of '{data.Name}' are [{data.SampleShape[0]}]. Switch shift, crop and "
                + "flip off.");
    }

    // 15 bits over at most 129 values: no value is more than 1 % likelier than another (0.03 % for 9 values)
    private static int Offset(ulong bits, int most) => (int)((bits & 0x7FFF) * (ulong)(2 * most + 1) >> 15) - most;
}
