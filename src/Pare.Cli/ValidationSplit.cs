using System.Globalization;
using Pare.Compression.Data;

namespace Pare.Cli;

/// <summary>Which training samples are kept apart to choose by. It travels with the model, so that no later verb chooses by what was trained on.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">The seed that draws them.</param>
internal readonly record struct ValidationSplit(int Count, ulong Seed)
{
    /// <summary>The usual count.</summary>
    public const int Usual = 5000;

    private const string Key = "pare.validation";

    /// <summary>The usual count, or a tenth of a small set.</summary>
    public static int CountFor(DataSet data) => Math.Min(Usual, data.Count / 10);

    /// <summary>The split that the model was trained with, or null.</summary>
    public static ValidationSplit? Of(Model model) =>
        model.Metadata.Properties.GetValueOrDefault(Key)?.Split(',') is [var count, var seed]
        && int.TryParse(count, CultureInfo.InvariantCulture, out int n) && ulong.TryParse(seed, CultureInfo.InvariantCulture, out ulong s)
            ? new ValidationSplit(n, s)
            : null;

    /// <summary>The model with this split noted.</summary>
    public Model Mark(Model model) => model.WithMetadata(model.Metadata.With(Key, string.Create(CultureInfo.InvariantCulture, $"{Count},{Seed}")));
}
