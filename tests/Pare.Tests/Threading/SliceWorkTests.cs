using Pare.Threading;

namespace Pare.Tests.Threading;

public class SliceWorkTests
{
    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(SliceWork.LeastNanoseconds, 10, 1)]
    [InlineData(SliceWork.LeastNanoseconds * 3.5, 10, 3)]
    [InlineData(1e12, 10, 10)]
    [InlineData(1e12, 0, 1)]
    public void Count_OfWork_IsWhatPays(double nanoseconds, int most, int expected) => SliceWork.Count(nanoseconds, most).ShouldBe(expected);
}
