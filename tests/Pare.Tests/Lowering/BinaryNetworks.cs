using Pare.Operators;

namespace Pare.Tests.Lowering;

/// <summary>Parts of networks of signs.</summary>
internal static class BinaryNetworks
{
    public static string Sign(this ModelEditor e, string x) => e.Add(new Unary(UnaryFunctions.BinarySign), $"{x}.sign", x);

    /// <summary>A number for each channel of an image.</summary>
    public static string Row(this ModelEditor e, float scale)
    {
        const int Channels = 40;
        return e.SetWeight(e.FreshValue("row"), new Dense(Shape.Of(Channels, 1, 1), Enumerable.Range(0, Channels).Select(c => scale * (c % 2 == 0 ? 1 : -0.8f) * (1 + c % 7)).ToArray()));
    }
}
