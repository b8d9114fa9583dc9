using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>Brings channel b of group a to the place b g + a: [N, g C/g, ...] -> [N, g, C/g, ...] -> [N, C/g, g, ...] -> [N, C, ...].</summary>
internal static class ChannelShuffle
{
    /// <summary>Adds the three nodes.</summary>
    /// <param name="splice">Takes them.</param>
    /// <param name="value">What is shuffled.</param>
    /// <param name="groups">g.</param>
    /// <param name="shape">The value's shape; at most one spatial length may be open without a node that asks for it.</param>
    public static string Add(LayerSplice splice, string value, int groups, Shape shape)
    {
        long channels = shape[1].Value;
        string split = splice.Add(new Reshape(), "shuffle.split", value, splice.Integers("shuffle.split.shape", 0, groups, channels / groups, -1));
        string turned = splice.Add(new Transpose { Order = [0, 2, 1, 3] }, "shuffle.turn", split);
        long[] wish = [0, channels, .. shape.Skip(2).Select(d => d.IsKnown ? d.Constant : -1)];
        string to = wish.Count(d => d == -1) <= 1
            ? splice.Integers("shuffle.shape", wish)
            : splice.Add(new ShapeOf(), "shuffle.shape", value);
        return splice.Add(new Reshape(), "shuffle", turned, to);
    }
}
