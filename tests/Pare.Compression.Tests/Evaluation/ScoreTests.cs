using Pare.Compression.Evaluation;

namespace Pare.Compression.Tests.Evaluation;

public class ScoreTests
{
    [Fact]
    public void Count_TiesAndNaN_FirstOfEqualsWinsAndNaNIsNeverRight()
    {
        var score = new Score();
        score.Count([1, 1, 0], [0], 3);
        score.Errors.ShouldBe(0);
        score.Count([1, 1, 0], [1], 3);
        score.Errors.ShouldBe(1);
        score.Count([float.NaN, float.NaN, float.NaN], [0], 3);
        score.Errors.ShouldBe(2);
        score.Count([0, float.NaN, 0], [0], 3);
        score.Errors.ShouldBe(3);
        score.Samples.ShouldBe(4);
    }

    [Fact]
    public void Count_RankOfLabel_DecidesTopFive()
    {
        var score = new Score();
        float[] row = [9, 8, 7, 6, 5, 4, 3];
        for (int label = 0; label < 7; label++) score.Count(row, [label], 7);
        score.Errors.ShouldBe(6);
        score.TopFiveErrors.ShouldBe(2);
    }

    [Fact]
    public void AddLoss_LogitsAndProbabilities_AgreeAndLargeLogitsDoNotOverflow()
    {
        Score logits = new(), probabilities = new();
        float[] row = [1, 2, 3];
        double sum = row.Sum(x => Math.Exp(x));
        logits.AddLoss(row, [0], 3, probabilities: false);
        probabilities.AddLoss([.. row.Select(x => (float)(Math.Exp(x) / sum))], [0], 3, probabilities: true);
        logits.Loss.ShouldBe(Math.Log(sum) - 1, 1e-9);
        probabilities.Loss.ShouldBe(logits.Loss, 1e-6);
        var large = new Score();
        large.AddLoss([1000, 0], [1], 2, probabilities: false);
        large.Loss.ShouldBe(1000, 1e-6);
    }
}
