namespace Pare.Peers.Strangers;

/// <summary>How far outputs are apart: max |a - b| / max |b| of the worst output; whole numbers must agree.</summary>
internal static class Differences
{
    public static double Of(IReadOnlyList<Tensor> found, IReadOnlyList<Tensor> expected)
    {
        if (found.Count != expected.Count) throw new InvalidDataException($"{found.Count} outputs, {expected.Count} were expected.");
        double worst = 0;
        for (int i = 0; i < found.Count; i++) worst = Math.Max(worst, Of(found[i], expected[i], i)); // Math.Max passes NaN on
        return worst;
    }

    private static double Of(Tensor found, Tensor expected, int output)
    {
        if (!found.Type.Equals(expected.Type)) throw new InvalidDataException($"Output {output} is {found.Type}, {expected.Type} was expected.");
        if (found.DType is not (DType.F32 or DType.F64)) return found.Bytes.SequenceEqual(expected.Bytes) ? 0 : double.PositiveInfinity;
        double difference = 0, largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            (double a, double b) = found.DType == DType.F32 ? (found.Floats[i], expected.Floats[i]) : (found.As<double>()[i], expected.As<double>()[i]);
            difference = Math.Max(difference, a.Equals(b) ? 0 : Math.Abs(a - b));
            largest = Math.Max(largest, Math.Abs(b));
        }
        return difference == 0 ? 0 : difference / largest;
    }
}
