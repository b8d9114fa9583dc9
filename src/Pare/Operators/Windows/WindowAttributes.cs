namespace Pare.Operators;

/// <summary>The attributes that all window operators share in files.</summary>
internal static class WindowAttributes
{
    public static Window Read(OperatorReader r) => new(
        r.IntList("kernel_shape"), r.IntList("strides"), Dilations(r), r.IntList("pads"),
        r.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "" => AutoPad.Explicit,
            "SAME_UPPER" => AutoPad.SameUpper,
            "SAME_LOWER" => AutoPad.SameLower,
            "VALID" => AutoPad.Valid,
            var other => throw r.Fail($"attribute 'auto_pad' is '{other}'; NOTSET, SAME_UPPER, SAME_LOWER or VALID is needed."),
        },
        r.Flag("ceil_mode"));

    /// <summary>Writes the window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="w">The file's node.</param>
    /// <param name="dilationsSince">First opset whose form of the operator has dilations; without it dilations of 1 are left out.</param>
    /// <param name="ceilSince">First opset whose form of the operator has ceil_mode; 0 where none has.</param>
    public static void Write(Window window, OperatorWriter w, int dilationsSince = 1, int ceilSince = 1)
    {
        w.IntList("kernel_shape", window.Kernel);
        w.IntList("strides", window.Strides);
        if (w.Opset >= dilationsSince) w.IntList("dilations", window.Dilations);
        else if (window.Dilations.Any(d => d != 1)) w.Since(dilationsSince, "A dilated window");
        w.IntList("pads", window.Pads);
        if (window.AutoPad != AutoPad.Explicit) w.Text("auto_pad", Name(window.AutoPad));
        if (!window.CeilMode) return;
        w.Since(ceilSince, "ceil_mode");
        w.Flag("ceil_mode", true);
    }

    // Older opsets have no dilations, so that a list of ones is the same as none.
    private static ValueList<int> Dilations(OperatorReader r) => r.IntList("dilations") is var list && !list.AsSpan().ContainsAnyExcept(1) ? [] : list;

    private static string Name(AutoPad pad) => pad switch
    {
        AutoPad.SameUpper => "SAME_UPPER",
        AutoPad.SameLower => "SAME_LOWER",
        AutoPad.Valid => "VALID",
        _ => "NOTSET",
    };
}
