namespace Pare.Operators;

public sealed partial record Conv
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Conv", Read);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        WindowAttributes.Write(Window, w);
        if (Groups != 1) w.Int("group", Groups);
    }

    internal static Conv Read(OperatorReader r) => new() { Window = WindowAttributes.Read(r), Groups = r.Int32("group", 1, least: 1) };
}
