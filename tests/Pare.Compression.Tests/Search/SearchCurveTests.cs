using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Search;

namespace Pare.Compression.Tests.Search;

public class SearchCurveTests
{
    [Fact]
    public void Saturation_IsTheCheapestWithinTheDrop()
    {
        // of 1000 samples: 10 errors are 1 percentage point
        SearchCurve curve = SearchFakes.Curve(20, (90, 100), (26, 200), (25, 300), (19, 400), (20, 1000));
        curve.Saturation(SearchCost.Macs, 0.5)!.Value.ShouldBe(2); // exactly half a point is within
        curve.Saturation(SearchCost.Macs, 0.6)!.Value.ShouldBe(1);
        curve.Saturation(SearchCost.Macs, 0)!.Value.ShouldBe(3);
        curve.Saturation(SearchCost.Macs, 100)!.Value.ShouldBe(0);
        curve.Drop(curve.Points[0]).ShouldBe(7, 1e-9);
    }

    [Fact]
    public void Saturation_OfNone_IsNullAndTheFewestErrorsRemain()
    {
        SearchCurve curve = SearchFakes.Curve(20, (90, 100), (-1, 0), (40, 300), (40, 200));
        curve.Saturation(SearchCost.Macs, 0.5).ShouldBeNull();
        curve.FewestErrors(SearchCost.Macs)!.Value.ShouldBe(3);
        SearchFakes.Curve(20, (-1, 0)).FewestErrors(SearchCost.Macs).ShouldBeNull();
        SearchFakes.Curve(20, (-1, 0)).Saturation(SearchCost.Macs, 100).ShouldBeNull();
    }

    [Fact]
    public void Saturation_OfEquallyCheapPoints_IsTheBetterThenTheFirst() =>
        SearchFakes.Curve(20, (22, 100), (21, 100), (21, 100)).Saturation(SearchCost.Macs, 0.5)!.Value.ShouldBe(1);

    [Fact]
    public void NaturalCost_IsBytesWhereMacsAreAllTheSame()
    {
        SearchFakes.Curve(20, (22, 100), (21, 200)).NaturalCost.ShouldBe(SearchCost.Macs);
        SearchFakes.Curve(20, (22, 100), (21, 100), (-1, 0)).NaturalCost.ShouldBe(SearchCost.Bytes);
    }

    [Fact]
    public void Pareto_OfAKnownCurve_IsItsLowerLeftEdge() =>
        SearchFakes.Curve(20, (50, 100), (50, 90), (30, 200), (30, 200), (31, 300), (-1, 1), (10, 900)).Pareto(SearchCost.Macs).Select(p => p.Value).ShouldBe([1, 2, 3, 6]);

    [Fact]
    public void Pareto_OfAnyCurve_BeatsAllOthersAndHoldsTheSaturationPoint() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<byte>>(), ArbMap.Default.ArbFor<byte>(), (all, drop) =>
        {
            SearchCurve curve = SearchFakes.Curve(20, [.. all.Get.Select(b => ((long)(b >> 4) * 10, (long)(b & 15)))]);
            var pareto = curve.Pareto(SearchCost.Macs);
            foreach (SearchPoint point in curve.Points)
                pareto.ShouldContain(p => p.Result.Measure!.Macs <= point.Result.Measure!.Macs && p.Result.Measure.Validation.Errors <= point.Result.Measure.Validation.Errors);
            if (curve.Saturation(SearchCost.Macs, drop / 10.0) is { } saturation) pareto.ShouldContain(saturation);
        }).QuickCheckThrowOnFailure();
}
