namespace Pare.Compression.Quantization;

/// <summary>Makes calibrators.</summary>
public static class Calibrators
{
    /// <summary>The share of numbers that <see cref="PercentileCalibrator"/> keeps unless told otherwise.</summary>
    public const double DefaultPercentile = 99.99;

    /// <summary>Makes a calibrator.</summary>
    /// <param name="method">Which.</param>
    /// <param name="format">What the numbers are to be quantized to.</param>
    /// <param name="percentile">For <see cref="CalibrationMethod.Percentile"/>: percent of the numbers that are kept.</param>
    public static ICalibrator Create(CalibrationMethod method, ActivationFormat format, double percentile = DefaultPercentile) => method switch
    {
        CalibrationMethod.Minmax => new MinMaxCalibrator(),
        CalibrationMethod.Average => new AverageCalibrator(),
        CalibrationMethod.Percentile => new PercentileCalibrator(format, percentile),
        CalibrationMethod.Entropy => new EntropyCalibrator(format),
        CalibrationMethod.Mse => new SquaredErrorCalibrator(format),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a calibration method."),
    };
}
