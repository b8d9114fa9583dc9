using System.Collections.Immutable;
using System.Globalization;

namespace Pare.Compression.Data;

/// <summary>How stored samples become the input of a model: (x * scale - mean) / std, then the layout. It travels in the model's
/// metadata.</summary>
/// <remarks>Channels are the first axis of a sample: C of [C, H, W], each number of [D]. All arithmetic is in single precision, in the
/// order written.</remarks>
public sealed record Preprocessing
{
    private const string ScaleKey = "pare.scale", MeanKey = "pare.mean", StdKey = "pare.std", LayoutKey = "pare.layout", RangeKey = "pare.range";
    private const int SamplesSeen = 256;

    /// <summary>Multiplies the stored values first. 1/255 by default, which brings bytes to 0..1.</summary>
    public float Scale { get; init; } = 1 / 255f;

    /// <summary>Subtracted next: one number a channel, one for all channels, or empty for none.</summary>
    public ImmutableArray<float> Mean { get; init; } = [];

    /// <summary>Divides last, each above 0: one number a channel, one for all channels, or empty for none.</summary>
    public ImmutableArray<float> Std { get; init; } = [];

    /// <summary>"nchw" (channels before rows, as stored) or "nhwc" (channels last).</summary>
    public string Layout { get; init; } = "nchw";

    /// <summary>What the model was trained on, after preprocessing; null where it is not known, and then nothing is checked.</summary>
    public InputRange? Trained { get; init; }

    /// <summary>What a data set gets where the user says nothing: 1/255 for bytes, 1 for floats.</summary>
    public static Preprocessing DefaultFor(DataSet data) => new() { Scale = data.IsBytes ? 1 / 255f : 1 };

    /// <summary>Reads what <see cref="ToMetadata"/> wrote; null where the metadata has no <c>pare.scale</c>.</summary>
    /// <exception cref="ModelException">A value is not what it should be.</exception>
    public static Preprocessing? FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(ScaleKey, out string? scale))
            return null;
        string range = metadata.GetValueOrDefault(RangeKey, "");
        bool exact = range.EndsWith(",exact", StringComparison.Ordinal);
        float[] ends = Numbers(RangeKey, exact ? range[..^6] : range);
        if (ends.Length is not (0 or 2) || (ends.Length == 2 && ends[1] < ends[0]))
            throw new ModelException(
                $"The model's metadata has '{RangeKey}' = '{range}'; expected the smallest and the largest input, such as '0,1,exact'.");
        var read = new Preprocessing
        {
            Scale = Numbers(ScaleKey, scale) is [var one] ? one : throw new ModelException(
                $"The model's metadata has '{ScaleKey}' = '{scale}'; expected one number."),
            Mean = [.. Numbers(MeanKey, metadata.GetValueOrDefault(MeanKey, ""))],
            Std = [.. Numbers(StdKey, metadata.GetValueOrDefault(StdKey, ""))],
            Layout = metadata.GetValueOrDefault(LayoutKey, "nchw"),
            Trained = ends is [var min, var max] ? new InputRange(min, max, exact) : null,
        };
        return read.Fault() is { } fault ? throw new ModelException($"The model's metadata on preprocessing is wrong: {fault}") : read;
    }

    /// <summary>This as metadata: <c>pare.scale</c>, <c>pare.mean</c>, <c>pare.std</c>, <c>pare.layout</c>, <c>pare.range</c>; what is
    /// empty is left out.</summary>
    public ImmutableDictionary<string, string> ToMetadata()
    {
        var metadata = ImmutableDictionary.CreateBuilder<string, string>();
        metadata[ScaleKey] = Text([Scale]);
        metadata[LayoutKey] = Layout;
        if (Mean.Length > 0)
            metadata[MeanKey] = Text(Mean);
        if (Std.Length > 0)
            metadata[StdKey] = Text(Std);
        if (Trained is { } range)
            metadata[RangeKey] = Text([range.Min, range.Max]) + (range.Exact ? ",exact" : "");
        return metadata.ToImmutable();
    }

    /// <summary>The shape of one input: the sample's, or [H, W, C] of [C, H, W] where the layout is nhwc.</summary>
    public ImmutableArray<int> InputShape(DataSet data) => ChannelsLast(data) ? [data.SampleShape[1], data.SampleShape[2], data.SampleShape[0]] : data.SampleShape;

    /// <summary>Preprocesses one sample. For many, use a <see cref="BatchLoader"/>.</summary>
    /// <param name="data">The set.</param>
    /// <param name="index">Its sample.</param>
    /// <param name="destination">At least <see cref="DataSet.SampleLength"/> numbers; takes the sample in <see cref="InputShape"/>.</param>
    /// <exception cref="RecipeException">The settings do not fit the sample's channels.</exception>
    public void Apply(DataSet data, int index, Span<float> destination) => new SampleWriter(data, this).Write(index, default, destination);

    /// <summary>The range of inputs that this makes of a data set: exact for bytes that use their range, else as seen in up to 256 samples
    /// spread over the set.</summary>
    /// <exception cref="RecipeException">The settings do not fit the sample's channels.</exception>
    public InputRange RangeOf(DataSet data)
    {
        Validate(data);
        var raw = new float[data.SampleLength];
        int channels = data.SampleShape[0], plane = raw.Length / channels, seen = Math.Min(SamplesSeen, data.Count);
        float min = float.PositiveInfinity, max = float.NegativeInfinity, rawMax = float.NegativeInfinity;
        for (int s = 0; s < seen; s++)
        {
            data.Read((int)((long)s * data.Count / seen), raw);
            for (int i = 0; i < raw.Length; i++)
            {
                float value = Map(raw[i], i / plane);
                (min, max, rawMax) = (MathF.Min(min, value), MathF.Max(max, value), MathF.Max(rawMax, raw[i]));
            }
        }

        // Bytes that stay in the lower half are no ordinary pictures (0 and 1, say): there only what was seen counts.
        bool exact = data.IsBytes && rawMax > 127;
        for (int c = 0; c < channels && exact; c++)
        {
            (float black, float white) = (Map(0, c), Map(255, c));
            (min, max) = (MathF.Min(min, MathF.Min(black, white)), MathF.Max(max, MathF.Max(black, white)));
        }

        return new InputRange(min, max, exact);
    }

    /// <summary>This, with <see cref="Trained"/> set to the range that it makes of the training data.</summary>
    public Preprocessing TrainedOn(DataSet data) => this with { Trained = RangeOf(data) };

    /// <summary>Notices inputs that are not what the model was trained on, such as 0..255 where 0..1 was.</summary>
    /// <param name="data">What is about to be fed.</param>
    /// <exception cref="DataException">The ranges do not fit; the message names both, and the options to pass.</exception>
    /// <exception cref="RecipeException">The settings do not fit the sample's channels.</exception>
    public void Check(DataSet data)
    {
        InputRange fed = RangeOf(data);
        if (Trained is not { } trained || fed.Fits(trained))
            return;
        float width = fed.Max - fed.Min;
        string suggestion = width > 0 ? FormattableString.Invariant($"--scale {Scale * (trained.Max - trained.Min) / width:G6}") : "--scale";
        throw new DataException(FormattableString.Invariant(
            $"Data '{data.Name}': inputs are {fed} after preprocessing, but the model was trained on {trained}. Pass {suggestion} (now {Scale:G6}), ")
            + $"or correct --mean (now {(Mean.Length == 0 ? "none" : Text(Mean))}) and --std (now {(Std.Length == 0 ? "none" : Text(Std))}).");
    }

    /// <summary>Equal settings, number for number.</summary>
    public bool Equals(Preprocessing? other) =>
        other is not null && Scale.Equals(other.Scale) && Layout == other.Layout && Nullable.Equals(Trained, other.Trained)
        && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan()) && Std.AsSpan().SequenceEqual(other.Std.AsSpan());

    /// <summary>Agrees with <see cref="Equals(Preprocessing?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Scale, Layout, Trained, Mean.Length, Std.Length);

    /// <summary>The definition: one stored value of one channel.</summary>
    internal float Map(float value, int channel) => (value * Scale - MeanOf(channel)) / StdOf(channel);

    internal float MeanOf(int channel) => Mean.Length == 0 ? 0 : Mean[Mean.Length == 1 ? 0 : channel];

    internal float StdOf(int channel) => Std.Length == 0 ? 1 : Std[Std.Length == 1 ? 0 : channel];

    internal bool ChannelsLast(DataSet data) => Layout == "nhwc" && data.SampleShape.Length == 3;

    internal void Validate(DataSet data)
    {
        int channels = data.SampleShape[0];
        string? fault = Fault()
            ?? Count("--mean", Mean.Length, channels)
            ?? Count("--std", Std.Length, channels);
        if (fault is not null)
            throw new RecipeException($"Preprocessing of data '{data.Name}': {fault}");
    }

    private static string? Count(string option, int given, int channels) =>
        given <= 1 || given == channels ? null : $"{option} has {given} numbers; expected 1 or {channels}, one a channel.";

    private string? Fault() =>
        !float.IsFinite(Scale) || Scale == 0 ? $"--scale is {Scale}; expected a finite number that is not 0."
        : !Mean.All(float.IsFinite) ? $"--mean is {Text(Mean)}; expected finite numbers."
        : !Std.All(s => float.IsFinite(s) && s > 0) ? $"--std is {Text(Std)}; expected finite numbers above 0."
        : Layout is not ("nchw" or "nhwc") ? $"--layout is '{Layout}'; expected nchw or nhwc."
        : null;

    private static string Text(ImmutableArray<float> numbers) => string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));

    private static float[] Numbers(string key, string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !float.IsFinite(numbers[i]))
                throw new ModelException($"The model's metadata has '{key}' = '{text}'; expected finite numbers, separated by commas.");
        }

        return numbers;
    }
}
