namespace Pare.Operators;

/// <summary>Resizing along one axis, as a table: which inputs each output is the weighted sum of.</summary>
internal sealed class ResizeAxis
{
    private ResizeAxis(int input, int output, int taps) =>
        (Input, Output, Taps, Index, Weight) = (input, output, taps, new int[output * taps], new double[output * taps]);

    /// <summary>Input length.</summary>
    public int Input { get; }

    /// <summary>Output length.</summary>
    public int Output { get; }

    /// <summary>Inputs for each output.</summary>
    public int Taps { get; }

    /// <summary>[Output, Taps]; -1 where the output lies outside of the input and is a value of its own.</summary>
    public int[] Index { get; }

    /// <summary>[Output, Taps].</summary>
    public double[] Weight { get; }

    /// <summary>The table of one axis.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="input">Input length.</param>
    /// <param name="output">Output length.</param>
    /// <param name="scale">Output length by input length, before rounding.</param>
    /// <param name="start">Start of the region of interest, 0 to 1.</param>
    /// <param name="end">End of the region of interest, 0 to 1.</param>
    public static ResizeAxis Of(Resize op, int input, int output, double scale, double start, double end)
    {
        if (op.Mode == Interpolation.Nearest)
        {
            var nearest = new ResizeAxis(input, output, 1);
            for (int y = 0; y < output; y++)
            {
                double x = Position(op.Coordinates, y, input, output, scale, start, end);
                nearest.Index[y] = Outside(op, x, input) ? -1 : Math.Clamp((int)Round(op.Rounding, x), 0, input - 1);
                nearest.Weight[y] = 1;
            }
            return nearest;
        }
        double stretch = op.Antialias ? Math.Min(scale, 1) : 1, reach = op.Mode == Interpolation.Linear ? 1 : 2;
        int first = (int)Math.Floor(-reach / stretch) + 1;
        var axis = new ResizeAxis(input, output, 2 - 2 * first);
        for (int y = 0; y < output; y++) axis.Fill(op, y, first, stretch, Position(op.Coordinates, y, input, output, scale, start, end));
        return axis;
    }

    /// <summary>to[o, y, i] = sum over taps of weight from[o, index, i]; outside it is the value.</summary>
    public double[] Apply(double[] from, int outer, int inner, double outside)
    {
        var to = new double[outer * Output * inner];
        for (int o = 0; o < outer; o++)
            for (int y = 0; y < Output; y++)
                for (int t = 0; t < Taps; t++)
                {
                    int index = Index[y * Taps + t], write = (o * Output + y) * inner, read = (o * Input + index) * inner;
                    double weight = Weight[y * Taps + t];
                    for (int i = 0; i < inner; i++)
                        if (index < 0) to[write + i] = outside;
                        else to[write + i] += weight * from[read + i];
                }
        return to;
    }

    /// <summary>The transpose of <see cref="Apply"/>: what a gradient with respect to its result is with respect to its input.</summary>
    public double[] ApplyTransposed(double[] from, int outer, int inner)
    {
        var to = new double[outer * Input * inner];
        for (int o = 0; o < outer; o++)
            for (int y = 0; y < Output; y++)
                for (int t = 0; t < Taps; t++)
                {
                    int index = Index[y * Taps + t], read = (o * Output + y) * inner, write = (o * Input + index) * inner;
                    for (int i = 0; i < inner && index >= 0; i++) to[write + i] += Weight[y * Taps + t] * from[read + i];
                }
        return to;
    }

    // Taps stand at floor(x) + first, ...; a filter stretched by 1 / stretch averages more of them where the output is smaller.
    private void Fill(Resize op, int y, int first, double stretch, double x)
    {
        int origin = (int)Math.Ceiling(x) - 1;
        double ratio = x - origin, sum = 0;
        for (int t = 0; t < Taps; t++)
        {
            int index = origin + first + t;
            double distance = Math.Abs(first + t - ratio) * stretch;
            double weight = op.Mode == Interpolation.Linear ? Math.Max(0, 1 - distance) : Cubic(distance, op.CubicCoefficient);
            if (op.ExcludeOutside && (index < 0 || index >= Input)) weight = 0;
            sum += weight;
            Weight[y * Taps + t] = weight;
            Index[y * Taps + t] = Outside(op, x, Input) ? -1 : Math.Clamp(index, 0, Input - 1);
        }
        for (int t = 0; t < Taps && sum != 0; t++) Weight[y * Taps + t] /= sum;
    }

    /// <summary>Keys' cubic convolution kernel at a distance of at least 0.</summary>
    public static double Cubic(double x, double a) =>
        x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;

    private static bool Outside(Resize op, double x, int input) => op.Coordinates == ResizeCoordinates.CropAndResize && (x < 0 || x > input - 1);

    private static double Round(NearestRounding rounding, double x) => rounding switch
    {
        NearestRounding.Floor => Math.Floor(x),
        NearestRounding.Ceil => Math.Ceiling(x),
        NearestRounding.RoundPreferCeil => Math.Floor(x + 0.5),
        _ => Math.Ceiling(x - 0.5),
    };

    private static double Position(ResizeCoordinates coordinates, int y, int input, int output, double scale, double start, double end)
    {
        double length = scale * input;
        switch (coordinates)
        {
            case ResizeCoordinates.AlignCorners:
                return length == 1 ? 0 : y * (input - 1) / (length - 1);
            case ResizeCoordinates.Asymmetric:
                return y / scale;
            case ResizeCoordinates.CropAndResize:
                return start * (input - 1) + (end - start) * (input - 1) * (length == 1 ? 0.5 : y / (length - 1));
            case ResizeCoordinates.PyTorchHalfPixel when length == 1:
                return 0;
            case ResizeCoordinates.TensorFlowHalfPixelForNearest:
                return (y + 0.5) / scale;
            case ResizeCoordinates.HalfPixelSymmetric:
                return input / 2.0 * (1 - output / length) + (y + 0.5) / scale - 0.5;
            default:
                return (y + 0.5) / scale - 0.5;
        }
    }
}
