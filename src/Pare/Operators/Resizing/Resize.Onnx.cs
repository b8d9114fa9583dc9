using System.Collections.Immutable;

namespace Pare.Operators;

public sealed partial record Resize
{
    private static readonly (string Name, ResizeCoordinates Value)[] CoordinateNames =
    [
        ("half_pixel", ResizeCoordinates.HalfPixel), ("half_pixel_symmetric", ResizeCoordinates.HalfPixelSymmetric),
        ("pytorch_half_pixel", ResizeCoordinates.PyTorchHalfPixel), ("align_corners", ResizeCoordinates.AlignCorners),
        ("asymmetric", ResizeCoordinates.Asymmetric), ("tf_crop_and_resize", ResizeCoordinates.CropAndResize),
        ("tf_half_pixel_for_nn", ResizeCoordinates.TensorFlowHalfPixelForNearest),
    ];

    private static readonly (string Name, NearestRounding Value)[] RoundingNames =
    [
        ("round_prefer_floor", NearestRounding.RoundPreferFloor), ("round_prefer_ceil", NearestRounding.RoundPreferCeil),
        ("floor", NearestRounding.Floor), ("ceil", NearestRounding.Ceil),
    ];

    private static readonly (string Name, AspectRatio Value)[] AspectNames =
        [("stretch", AspectRatio.Stretch), ("not_larger", AspectRatio.NotLarger), ("not_smaller", AspectRatio.NotSmaller)];

    private static readonly (string Name, Interpolation Value)[] ModeNames =
        [("nearest", Interpolation.Nearest), ("linear", Interpolation.Linear), ("cubic", Interpolation.Cubic)];

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Resize", Read, SinceOpset: 7);

    /// <summary>How Upsample, which opset 10 replaced, is read.</summary>
    public static OperatorSpec UpsampleSpec { get; } = new("Upsample", ReadOld, SinceOpset: 7);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset < 11)
        {
            WriteOld(w);
            return;
        }
        if (w.Opset < 13 && (!w.HasInput(1) || !w.HasInput(2))) w.Since(13, "Resize without the inputs roi or scales");
        if (Antialias || !Axes.IsEmpty || AspectRatio != AspectRatio.Stretch) w.Since(18, "Resize with antialias, axes or keep_aspect_ratio_policy");
        if (Coordinates == ResizeCoordinates.HalfPixelSymmetric) w.Since(19, "Resize with half_pixel_symmetric");
        if (Coordinates == ResizeCoordinates.TensorFlowHalfPixelForNearest && w.Opset >= 13)
            throw new UnsupportedException($"Resize with tf_half_pixel_for_nn exists in opsets 11 and 12 only; opset {w.Opset} cannot express it.");
        w.Text("mode", NameOf(ModeNames, Mode));
        if (Coordinates != ResizeCoordinates.HalfPixel) w.Text("coordinate_transformation_mode", NameOf(CoordinateNames, Coordinates));
        if (Rounding != NearestRounding.RoundPreferFloor) w.Text("nearest_mode", NameOf(RoundingNames, Rounding));
        if (AspectRatio != AspectRatio.Stretch) w.Text("keep_aspect_ratio_policy", NameOf(AspectNames, AspectRatio));
        if (Antialias) w.Flag("antialias", true);
        if (ExcludeOutside) w.Flag("exclude_outside", true);
        if (CubicCoefficient != -0.75f) w.Float("cubic_coeff_a", CubicCoefficient);
        if (ExtrapolationValue != 0) w.Float("extrapolation_value", ExtrapolationValue);
        w.IntList("axes", Axes);
    }

    private static Operator Read(OperatorReader r) => r.Opset < 11 ? ReadOld(r) : new Resize
    {
        Mode = Value(r, "mode", ModeNames),
        Coordinates = Value(r, "coordinate_transformation_mode", CoordinateNames),
        Rounding = Value(r, "nearest_mode", RoundingNames),
        AspectRatio = Value(r, "keep_aspect_ratio_policy", AspectNames),
        Antialias = r.Flag("antialias"),
        Axes = r.IntList("axes"),
        CubicCoefficient = r.Float("cubic_coeff_a", -0.75f),
        ExcludeOutside = r.Flag("exclude_outside"),
        ExtrapolationValue = r.Float("extrapolation_value", 0),
    };

    // Upsample of opsets 7 (scales are an attribute) to 9, and Resize of opset 10: inputs x, scales; the position is y / scale, and the
    // nearest element is the lower one, but the upper one where something gets smaller.
    private static Resize ReadOld(OperatorReader r)
    {
        ImmutableArray<float> scales = r.Floats("scales");
        if (!scales.IsDefault) r.SetInput(2, Pare.Tensor.Vector<float>([.. scales]));
        else r.MoveInput(1, 2);
        Interpolation mode = Value(r, "mode", ModeNames);
        return new Resize { Mode = mode, Coordinates = ResizeCoordinates.Asymmetric, Rounding = OldRounding(mode, r.Constant(2)) };
    }

    private void WriteOld(OperatorWriter w)
    {
        bool old = this == new Resize { Mode = Mode, Coordinates = ResizeCoordinates.Asymmetric, Rounding = OldRounding(Mode, w.Constant(2)) };
        if (!old || Mode == Interpolation.Cubic || w.HasInput(1) || !w.HasInput(2) || w.HasInput(3)) w.Since(11, "Resize in this form");
        if (w.Opset < 10)
        {
            if (w.Constant(2) is { } known && Shrinks(known)) w.Since(10, "Resize by scales under 1");
            w.Type("Upsample");
        }
        w.Text("mode", NameOf(ModeNames, Mode));
        if (w.Opset >= 9) w.MoveInput(2, 1);
        else if (w.TakeInput(2) is { } scales) w.Floats("scales", [.. new Reals(scales).ToArray().Select(v => (float)v)]);
    }

    private static NearestRounding OldRounding(Interpolation mode, Tensor? scales) =>
        mode != Interpolation.Nearest ? NearestRounding.RoundPreferFloor : scales is not null && Shrinks(scales) ? NearestRounding.Ceil : NearestRounding.Floor;

    private static bool Shrinks(Tensor scales) => new Reals(scales).ToArray().Any(v => v < 1);

    private static T Value<T>(OperatorReader r, string attribute, (string Name, T Value)[] names)
    {
        string found = r.Text(attribute, names[0].Name);
        foreach ((string name, T value) in names)
            if (name == found) return value;
        throw r.Fail($"attribute '{attribute}' is '{found}'; it must be one of {string.Join(", ", names.Select(n => n.Name))}.");
    }

    private static string NameOf<T>((string Name, T Value)[] names, T value) where T : struct, Enum => names.First(n => n.Value.Equals(value)).Name;
}
