namespace Pare.Operators;

public sealed partial record ConvTranspose
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("ConvTranspose", r => new ConvTranspose
    {
        Window = WindowAttributes.Read(r),
        Groups = r.Int32("group", 1, least: 1),
        OutputPadding = r.IntList("output_padding"),
        OutputLengths = r.IntList("output_shape"),
    });

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        WindowAttributes.Write(Window, w);
        if (Groups != 1) w.Int("group", Groups);
        w.IntList("output_padding", OutputPadding);
        w.IntList("output_shape", OutputLengths);
    }
}
