namespace Pare.Operators;

public sealed partial record Attention
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Attention", r => new Attention
    {
        Causal = r.Flag("is_causal"),
        QueryHeads = r.Int32("q_num_heads", 0, least: 0),
        KeyHeads = r.Int32("kv_num_heads", 0, least: 0),
        Scale = r.Has("scale") ? r.Float("scale") : null,
        SoftCap = r.Float("softcap", 0),
        Scores = (AttentionScores)r.Int32("qk_matmul_output_mode", 0, least: 0, most: (int)AttentionScores.Probabilities),
        LeftWindow = r.Int32("left_window_size", -1, least: -1),
        RightWindow = r.Int32("right_window_size", -1, least: -1),
        SoftmaxType = r.Int32("softmax_precision", 0, least: 0),
    }, SinceOpset: 23);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(23, Name);
        if (w.Opset < 24 && w.HasInput(6)) w.Since(24, "Attention with numbers of valid keys");
        if (LeftWindow >= 0 || RightWindow >= 0) w.Since(25, "Attention with windows");
        if (Causal) w.Flag("is_causal", true);
        if (QueryHeads > 0) w.Int("q_num_heads", QueryHeads);
        if (KeyHeads > 0) w.Int("kv_num_heads", KeyHeads);
        if (Scale is { } scale) w.Float("scale", scale);
        if (SoftCap != 0) w.Float("softcap", SoftCap);
        if (Scores != AttentionScores.Raw) w.Int("qk_matmul_output_mode", (int)Scores);
        if (LeftWindow >= 0) w.Int("left_window_size", LeftWindow);
        if (RightWindow >= 0) w.Int("right_window_size", RightWindow);
        if (SoftmaxType > 0) w.Int("softmax_precision", SoftmaxType);
    }
}
