using Pare.Operators;
using Pare.Runtime;

namespace Pare.Tests.Runtime;

public sealed class RunTimedTests
{
    private static Session Make()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(64, 64)));
        editor.Add(new Node("view", new Flatten(), ["x"], ["flat"]));
        editor.Add(new Node("exp", new Unary(UnaryFunctions.All.Single(f => f.Name == "Exp")), ["flat"], ["e"]));
        editor.Add(new Node("tanh", new Unary(UnaryFunctions.All.Single(f => f.Name == "Tanh")), ["e"], ["y"]));
        editor.AddOutput("y");
        var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Threads = 1 }));
        for (int i = 0; i < session.Input("x").Length; i++) session.Input("x").Floats[i] = i / 4096f - 0.5f;
        return session;
    }

    [Fact]
    public void RunTimed_GivesTheOutputsOfRunAndATimeForEachStepThatWorks()
    {
        Session session = Make();
        session.Run();
        float[] expected = session.Output("y").Floats.ToArray();
        session.Output("y").Floats.Clear();
        var ticks = new long[session.Plan.Steps.Length];
        ticks.AsSpan().Fill(-1);
        session.RunTimed(ticks);
        session.Output("y").Floats.ToArray().ShouldBe(expected);
        for (int i = 0; i < ticks.Length; i++)
        {
            if (session.Plan.Steps[i].Node.Operator.IsView) ticks[i].ShouldBe(0);
            else ticks[i].ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void RunTimed_WithoutANumberForEachStep_IsRefused()
    {
        Session session = Make();
        Should.Throw<ArgumentException>(() => session.RunTimed(new long[session.Plan.Steps.Length + 1])).Message.ShouldContain("steps");
    }
}
