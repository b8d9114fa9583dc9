using System.Collections.Immutable;
using System.Globalization;
using Pare.Compression.Settings;

namespace Pare.Compression.Search;

/// <summary>A setting and the values that it is to take.</summary>
/// <param name="Target">The setting.</param>
/// <param name="Values">The values, each once, all in the setting's range.</param>
public sealed record Sweep(SweptSetting Target, ImmutableArray<double> Values)
{
    /// <summary>Points of a range where nothing else is said.</summary>
    public const int UsualPoints = 4;

    /// <summary>The most values.</summary>
    public const int MostPoints = 1000;

    private const string To = "..";

    /// <summary>Reads "0.25..1", "width=0.25..1", "rewrite.width:width=0.25,0.5,1".</summary>
    /// <param name="text">[[METHOD:]NAME=]FROM..TO, or a list in the place of the range. Without a name the first number of the only step that has any is meant.</param>
    /// <param name="points">Values of a range, both ends included; null for <see cref="UsualPoints"/>.</param>
    /// <param name="spacing">How a range is spaced; null for linear.</param>
    /// <param name="draft">The recipe whose setting it is.</param>
    /// <remarks>Where the setting is an integer, values are rounded; those that are then equal count once.</remarks>
    /// <exception cref="RecipeException">The text is not of that form, there is no such number, or a value is out of its range.</exception>
    public static Sweep Parse(string text, int? points, SweepSpacing? spacing, RecipeDraft draft)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string? name = equals < 0 ? null : text[..equals].Trim(), method = null;
        if (name?.LastIndexOf(':') is { } colon and >= 0) (method, name) = (name[..colon].Trim(), name[(colon + 1)..].Trim());
        string values = text[(equals + 1)..].Trim();
        SweptSetting target = SweptSetting.Find(draft, method, name);
        int dots = values.IndexOf(To, StringComparison.Ordinal);
        if (dots < 0 && (points is not null || spacing is not null))
            throw new RecipeException($"'{values}' is a list, and a list says its values itself; a count and a spacing of points are about a range such as 0.25..1.");
        double[] all = dots < 0 ? [.. values.Split(',').Select(Number)]
            : Range(Number(values[..dots]), Number(values[(dots + To.Length)..]), points ?? UsualPoints, spacing ?? SweepSpacing.Linear);
        if (all.Length > MostPoints) throw new RecipeException($"There are {all.Length} values; at most {MostPoints} are tried.");
        if (IsInteger(target.Setting)) all = [.. all.Select(v => Math.Round(v, MidpointRounding.AwayFromZero))];
        foreach (double value in all.Prepend(all[^1])) // of a range the end, not a value on the way to it
            if (!(value >= target.Setting.Min && value <= target.Setting.Max))
                throw new RecipeException($"'{target.Name}' is {value.ToString(CultureInfo.InvariantCulture)}; it must be {target.Setting.Expected}.");
        return new Sweep(target, [.. all.Distinct()]);
    }

    /// <summary>A value as it is written in a recipe.</summary>
    public string Text(double value) => value.ToString(IsInteger(Target.Setting) ? "0" : "R", CultureInfo.InvariantCulture);

    /// <summary>The name of a value's trial: "width-0.25".</summary>
    public string NameOf(double value) => $"{Target.Name}-{Text(value)}";

    /// <summary>Puts a value in.</summary>
    public SettingEdit Edit(double value) => new(Target.Step, Target.Name, Text(value));

    /// <summary>The values of a range, both ends exact.</summary>
    private static double[] Range(double from, double to, int points, SweepSpacing spacing)
    {
        if (from > to) throw new RecipeException($"The range {Short(from)}{To}{Short(to)} runs backwards; write {Short(to)}{To}{Short(from)}.");
        if (points is < 2 or > MostPoints) throw new RecipeException($"A range has {points} points; expected 2 to {MostPoints}.");
        bool log = spacing == SweepSpacing.Log;
        if (log && from <= 0) throw new RecipeException($"The range {Short(from)}{To}{Short(to)} cannot be spaced by equal ratios; it must begin over 0.");
        // Digits that only come of binary fractions are cut off: 0.3, not 0.30000000000000004.
        return [.. Enumerable.Range(0, points).Select(i => i == 0 ? from : i == points - 1 ? to
            : log ? Cut(from * Math.Pow(to / from, i / (points - 1.0)), "G5") : Cut(from + i * (to - from) / (points - 1), "G12"))];
    }

    private static double Cut(double value, string digits) => double.Parse(value.ToString(digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsInteger(Setting setting) => setting.Type != typeof(double) && setting.Type != typeof(float);

    private static double Number(string text) => SettingsBinder.TryNumber(text.Trim(), out double value)
        ? value
        : throw new RecipeException($"'{text.Trim()}' is no number; expected a range such as 0.25..1, or a list such as 0.25,0.5,1, with the setting's name and '=' before it where several could be meant.");
}
