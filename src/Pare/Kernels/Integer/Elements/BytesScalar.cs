using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Elements;

/// <summary>One integer: the level that defines the results.</summary>
internal readonly unsafe struct BytesScalar : IByteOps<int>
{
    public static int Lanes => 1;

    public static void Require() { }

    public static int Create(int value) => value;

    public static int Load(byte* from) => *from;

    public static int Add(int a, int b) => a + b;

    public static int Subtract(int a, int b) => a - b;

    public static int Xor(int a, int b) => a ^ b;

    public static int Max(int a, int b) => Math.Max(a, b);

    public static void Store(byte* to, int values) => *to = (byte)values;

    public static void StoreScaled(byte* to, int values, float factor, in ByteRange range) => *to = range.Round(values * factor);

    // Floats of their own: each product is rounded before the sum.
    public static void StoreSum(byte* to, int a, float factorA, int b, float factorB, in ByteRange range)
    {
        float first = a * factorA, second = b * factorB;
        *to = range.Round(first + second);
    }

    public static void StoreProduct(byte* to, int a, int b, float factor, in ByteRange range) => *to = range.Round(a * b * factor);
}
