using Pare.Compression.Rewriting;

namespace Pare.Compression.Methods;

/// <summary>The weights that a chain of convolutions starts from: together the small kernel that the first would be by itself.</summary>
/// <param name="First">The first link's weight, [middle, ...].</param>
/// <param name="Out">[outputs, middle]: makes the outputs of what the first makes; null where it makes them itself.</param>
internal sealed record ChainStart(float[] First, double[]? Out)
{
    /// <summary>Makes the start.</summary>
    /// <param name="kernel">[outputs, length], the small kernel.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="middle">Channels within the chain; where fewer than the outputs, the leading combinations of them.</param>
    public static ChainStart Of(float[] kernel, int outputs, int middle)
    {
        if (middle == outputs) return new ChainStart(kernel, null);
        int length = kernel.Length / outputs;
        double[] rows = Array.ConvertAll(kernel, v => (double)v), vectors = Leading.Vectors(Leading.Gram(rows, outputs), outputs, middle);
        var first = new float[middle * length];
        for (int m = 0; m < middle; m++)
            for (int i = 0; i < length; i++)
            {
                double sum = 0;
                for (int o = 0; o < outputs; o++) sum += vectors[m * outputs + o] * rows[o * length + i];
                first[m * length + i] = (float)sum;
            }
        return new ChainStart(first, vectors);
    }

    /// <summary>A later link: one tap in the middle, which passes each channel on; the last link makes the outputs.</summary>
    public float[] PassOn(Shape shape, bool last, int groups)
    {
        int outputs = shape.Fixed[0], inputs = shape.Fixed[1], taps = (int)(shape.Elements / outputs / inputs), centre = 0;
        for (int axis = 2; axis < shape.Rank; axis++) centre = centre * shape.Fixed[axis] + SmallerWindow.Offset(shape.Fixed[axis], 1);
        var values = new float[shape.Elements];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
            {
                int channel = o / (outputs / groups) * inputs + i;
                double factor = last && Out is not null ? Out[channel * outputs + o] : channel == o ? 1 : 0;
                values[(o * inputs + i) * taps + centre] = (float)factor;
            }
        return values;
    }
}
