using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>Two channels: the level that defines the results.</summary>
internal readonly unsafe struct PairsScalar : IPairOps<int>
{
    public static int Lanes => 1;

    public static void Require() { }

    public static int Load(void* from) => *(int*)from;

    public static int Low(int a, int b) => (a & 0xFFFF) | b << 16;

    public static int High(int a, int b) => (a >>> 16) | (int)(b & 0xFFFF0000);

    public static int Dot(int sum, int picture, int weights) => DotScalar.Dot(sum, picture, weights);

    public static void Store(byte* to, int low, int high, float* factors, in ByteRange range)
    {
        to[0] = range.Round(low * factors[0]);
        to[1] = range.Round(high * factors[1]);
    }
}
