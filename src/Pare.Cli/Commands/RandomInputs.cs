namespace Pare.Cli.Commands;

/// <summary>Fills the inputs of a session with reproducible numbers.</summary>
internal static class RandomInputs
{
    /// <summary>Normal numbers for floats, zeros for everything else: integers may be indices.</summary>
    public static void Fill(Session session, ulong seed)
    {
        ulong stream = 0;
        foreach ((string name, TensorType type) in session.Plan.Lowered.Inputs)
        {
            Tensor input = session.Input(name);
            input.Bytes.Clear();
            if (type.DType != DType.F32) continue;
            var rng = new Rng(seed, stream++);
            foreach (ref float value in input.Floats) value = (float)rng.NextNormal();
        }
    }
}
