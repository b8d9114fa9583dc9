namespace Pare.Tests;

public class DimTests
{
    [Fact]
    public void Arithmetic_LinearForms_StaySorted()
    {
        Dim n = Dim.Named("N"), h = Dim.Named("H");

        (h * 2 + n + 3 - h).ToString().ShouldBe("H + N + 3");
        (n - n).ShouldBe((Dim)0);
        Dim.Divide(n * 4 + 8, 4).ShouldBe(n + 2);
        Dim.Divide(n + 1, 2).ShouldBeNull();
        Dim.Multiply(n, h).ShouldBeNull();
        (n * 2 + 1).Bind(new Dictionary<string, long> { ["N"] = 5 }).Value.ShouldBe(11);
    }

    [Fact]
    public void Shape_NegativeLength_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => Shape.Of(2, -1));
}
