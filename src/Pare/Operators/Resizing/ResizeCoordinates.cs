namespace Pare.Operators;

/// <summary>Which position of the input an element of a resized output looks at.</summary>
public enum ResizeCoordinates
{
    /// <summary>(y + 0.5) / scale - 0.5: pixels are areas.</summary>
    HalfPixel,
    /// <summary>As <see cref="HalfPixel"/>, with the same center where the output length was rounded.</summary>
    HalfPixelSymmetric,
    /// <summary>As <see cref="HalfPixel"/>, 0 where the output has one element.</summary>
    PyTorchHalfPixel,
    /// <summary>y (input - 1) / (output - 1): the corners are the same.</summary>
    AlignCorners,
    /// <summary>y / scale.</summary>
    Asymmetric,
    /// <summary>The corners are those of a region of interest; outside of the input is a value of its own.</summary>
    CropAndResize,
    /// <summary>(y + 0.5) / scale, of opsets 11 and 12 only.</summary>
    TensorFlowHalfPixelForNearest,
}
