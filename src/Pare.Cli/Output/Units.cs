using System.Globalization;

namespace Pare.Cli.Output;

/// <summary>Numbers as people read them: one way for each quantity, in every table and line.</summary>
internal static class Units
{
    /// <summary>"1,724,320".</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1,724,320 B": bytes are never rounded, so that a ratio can be checked.</summary>
    public static string Bytes(long bytes) => Count(bytes) + " B";

    /// <summary>"39.2x".</summary>
    public static string Ratio(double ratio) =>
        ratio.ToString(ratio < 99.95 ? "0.0" : "#,##0", CultureInfo.InvariantCulture) + "x";

    /// <summary>"0.74 %" of the fraction 0.0074.</summary>
    public static string Percent(double fraction) => (fraction * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    /// <summary>"8.0 %" of the fraction 0.08, where a tenth of a percent says enough.</summary>
    public static string PercentShort(double fraction) => (fraction * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>"71.3" of 71,300,000,000: where the head says giga.</summary>
    public static string Giga(double value) => (value / 1e9).ToString(value < 9.95e9 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>"71.3 G" of 71,300,000,000 a second; the unit follows.</summary>
    public static string Rate(double value) => Giga(value) + " G";

    /// <summary>"1.23 ms": three digits in the unit that suits.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        >= 60 => $"{(int)time.TotalMinutes} min {time.Seconds} s",
        >= 1 => Digits(time.TotalSeconds) + " s",
        >= 1e-3 => Digits(time.TotalMilliseconds) + " ms",
        _ => Digits(time.TotalMicroseconds) + " us",
    };

    private static string Digits(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
