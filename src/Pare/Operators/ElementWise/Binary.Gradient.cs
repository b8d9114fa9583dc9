namespace Pare.Operators;

public sealed partial record Binary
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient(), a = s.Node.Input(0), b = s.Node.Input(1), y = s.Node.Outputs[0];
        switch (Function.Name)
        {
            case "Add":
                Give(s, 0, () => dy);
                Give(s, 1, () => dy);
                break;
            case "Sub":
                Give(s, 0, () => dy);
                Give(s, 1, () => s.Add(new Unary(UnaryFunctions.Neg), dy));
                break;
            case "Mul":
                Give(s, 0, () => Times(s, dy, b));
                Give(s, 1, () => Times(s, dy, a));
                break;
            case "Div": // d(a / b) = da / b - (a / b) / b db
                Give(s, 0, () => s.Add(new Binary(BinaryFunctions.Div), dy, b));
                Give(s, 1, () => s.Add(new Unary(UnaryFunctions.Neg), s.Add(new Binary(BinaryFunctions.Div), Times(s, dy, y), b)));
                break;
            case "Pow": // d(a^b) = b a^(b-1) da + a^b log(a) db
                if (s.Type(0).DType != s.Type(1).DType) s.Refuse();
                Give(s, 0, () => Times(s, dy, Times(s, b, s.Add(this, a, s.Add(new Binary(BinaryFunctions.Sub), b, s.Number(1))))));
                Give(s, 1, () => Times(s, dy, Times(s, y, s.Add(new Unary(UnaryFunctions.Log), a))));
                break;
            case "PRelu": // d(x < 0 ? slope x : x)
                Give(s, 0, () => Times(s, dy, s.Add(new Binary(PReluFunctions.Factor), a, b)));
                Give(s, 1, () => s.Add(new Binary(PReluFunctions.Negative), dy, a));
                break;
            default:
                s.Refuse();
                break;
        }
    }

    private static void Give(GradientScope s, int input, Func<string> gradient)
    {
        if (s.Needs(input)) s.BroadcastGradient(input, gradient());
    }

    private static string Times(GradientScope s, string a, string b) => s.Add(new Binary(BinaryFunctions.Mul), a, b);
}
