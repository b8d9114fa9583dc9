using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;
using Pare.Operators;
using Xunit.Abstractions;

namespace Pare.Tests.Formats.Onnx;

/// <summary>
/// ONNX's own node tests, on the scalar definitions and on plans. Which of them are in scope follows from rules
/// (<see cref="NodeTestScope"/>); those in scope that do not pass stand in node-tests-skipped.txt, each with its reason.
/// </summary>
public class NodeConformanceTests(ITestOutputHelper output)
{
    /// <summary>The share of the cases in scope that must pass, at least.</summary>
    private const double LeastShare = 0.9, LeastPlannedShare = 0.9;

    private const float RelativeTolerance = 1e-3f, AbsoluteTolerance = 1e-7f;

    private static readonly int[] OtherOpsets = [7, 9, 10, 11, 12, 13, 17, 18, 20, 21, 23, 27];

    [NodeTestsFact]
    public void Evaluate_NodeTests_PassButForThoseSkipped() => Check("scalar", Scalar, LeastShare);

    [NodeTestsFact]
    public void Run_NodeTests_PassButForThoseSkipped() => Check("plan", Planned, LeastPlannedShare);

    private void Check(string how, Func<Model, Dictionary<string, Tensor>, Tensor[], string?> run, double leastShare)
    {
        NodeTestArchive archive = NodeTestArchive.Open();
        ILookup<string, string> groups = archive.Names.ToLookup(
            t => NodeTestScope.OutOfScope(archive.Model(t).Proto()) is { } why ? $"out of scope: {why}" : NodeTestScope.GroupOf(t) is { } group ? $"apart: {group}" : "in scope", StringComparer.Ordinal);
        var skipped = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (IGrouping<string, string> group in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Dictionary<string, string?> results = group.Key.StartsWith("out", StringComparison.Ordinal) ? [] : group.ToDictionary(t => t, t => Try(archive, t, run));
            output.WriteLine($"{group.Key}: {group.Count()} cases{(results.Count > 0 ? $", {results.Count(r => r.Value is null)} pass" : "")}");
            if (group.Key == "in scope")
                foreach ((string test, string? why) in results)
                    if (why is not null) skipped[test] = why;
        }
        int inScope = groups["in scope"].Count(), passed = inScope - skipped.Count;
        output.WriteLine($"in scope {inScope}, passed {passed}, skipped {skipped.Count}: {(double)passed / inScope:P1}");
        HashSet<string> listed = Listed(how), elsewhere = how == "scalar" ? [] : Listed("scalar");
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, $"node-tests-skipped.{how}.txt"), skipped.Where(s => !elsewhere.Contains(s.Key)).Select(s => $"{how} {s.Key}: {Reason(s.Value)}"));

        // The list is about the newest release; in older ones more files are of opsets that Pare does not read.
        bool IsOld(string why) => !BackendTestFiles.IsListedRelease && why.Contains("; Pare reads 7 to 27.", StringComparison.Ordinal);
        skipped.Where(s => !listed.Contains(s.Key) && !elsewhere.Contains(s.Key) && !IsOld(s.Value)).Select(s => $"{s.Key}: {s.Value}").ShouldBeEmpty($"They fail and are not listed. {AppContext.BaseDirectory}node-tests-skipped.{how}.txt is what its lines of '{how}' should be.");
        if (BackendTestFiles.IsListedRelease) listed.Except(skipped.Keys).ShouldBeEmpty("They pass now, or are out of scope: take them out of the list.");
        ((double)passed / inScope).ShouldBeGreaterThanOrEqualTo(leastShare);
    }

    /// <summary>Null: it passes. Else why not.</summary>
    private static string? Try(NodeTestArchive archive, string test, Func<Model, Dictionary<string, Tensor>, Tensor[], string?> run)
    {
        try
        {
            foreach ((Tensor[] inputs, Tensor[] expected) in archive.DataSets(test))
            {
                Model model = Read(archive.Model(test).Proto(), inputs);
                if (ForeignNodes.Of(model) is { IsEmpty: false } foreign) return string.Join("; ", foreign.Select(n => ((ForeignOperator)n.Operator).Missing).Distinct());
                if (run(model, Named(archive.Model(test).Proto(), inputs), expected) is { } difference) return difference;
            }
            return null;
        }
        catch (UnsupportedException e)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>By the scalar definitions, as read and as written with other opsets.</summary>
    private static string? Scalar(Model model, Dictionary<string, Tensor> inputs, Tensor[] expected)
    {
        OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(model);
        if (Difference(ScalarRun.Run(model, inputs), expected) is { } difference) return difference;
        foreach (int opset in OtherOpsets)
            if (WriteAndRead(model, opset) is { } other && Difference(ScalarRun.Run(other, inputs), expected) is { } otherDifference)
                return $"written with opset {opset}: {otherDifference}";
        return null;
    }

    /// <summary>By a plan, which needs all shapes known.</summary>
    private static string? Planned(Model model, Dictionary<string, Tensor> inputs, Tensor[] expected)
    {
        if (model.Types.Values.Any(t => !t.Shape.IsFixed)) model = WithNumbersKnown(model, inputs);
        var session = new Session(model);
        foreach ((string name, _) in session.Plan.Lowered.Inputs) inputs[name].Bytes.CopyTo(session.Input(name).Bytes);
        session.Run();
        return Difference([.. model.Outputs.Select(session.Output)], expected);
    }

    /// <summary>Integers and vectors (scales ...), which these tests feed as inputs and shapes follow from, as constants.</summary>
    private static Model WithNumbersKnown(Model model, Dictionary<string, Tensor> inputs)
    {
        var editor = new ModelEditor { Metadata = model.Metadata };
        foreach ((string name, TensorType type) in model.Inputs)
            if (type.DType is DType.F32 or DType.F64 && type.Shape.Rank > 1) editor.AddInput(name, inputs[name].Type);
            else editor.SetConstant(name, inputs[name]);
        foreach ((string name, WeightEncoding weight) in model.Weights) editor.SetWeight(name, weight);
        foreach ((string name, Tensor constant) in model.Constants) editor.SetConstant(name, constant);
        foreach (Node node in model.Nodes) editor.Add(node);
        editor.SetOutputs(model.Outputs);
        return editor.Build();
    }

    /// <summary>As it is, or, where shapes depend on what these tests feed as inputs (axes, starts ...), with the integers as initializers.</summary>
    private static Model Read(ModelProto file, Tensor[] inputs)
    {
        try
        {
            return OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        }
        catch (ModelException)
        {
            foreach ((string name, Tensor value) in Named(file, inputs))
                if (value.DType is not (DType.F32 or DType.F64)) file.Graph.Initializer.Add(TensorFormatter.Inline(value, name));
            return OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        }
    }

    private static Dictionary<string, Tensor> Named(ModelProto file, Tensor[] inputs) =>
        file.Graph.Input.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal);

    /// <summary>Null where the opset cannot say what the model says.</summary>
    private static Model? WriteAndRead(Model model, int opset)
    {
        byte[] file;
        try
        {
            file = model.Write(opset, OperatorCatalog.Default);
        }
        catch (UnsupportedException)
        {
            return null;
        }
        return OnnxFiles.Read(file, OperatorCatalog.Default);
    }

    private static string? Difference(Tensor[] found, Tensor[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
            if (Difference(found[i], expected[i]) is { } difference) return $"output {i}: {difference}";
        return null;
    }

    private static string? Difference(Tensor found, Tensor expected)
    {
        if (!found.Type.Equals(expected.Type)) return $"it is {found.Type}, {expected.Type} was expected";
        if (expected.DType is not (DType.F32 or DType.F64)) return found.Bytes.SequenceEqual(expected.Bytes) ? null : "other values";
        for (int i = 0; i < expected.Length; i++)
        {
            double a = Number(found, i), b = Number(expected, i);
            bool same = a.Equals(b) || Math.Abs(a - b) <= AbsoluteTolerance + RelativeTolerance * Math.Abs(b);
            if (!same) return string.Create(CultureInfo.InvariantCulture, $"element {i} is {a}, {b} was expected");
        }
        return null;
    }

    private static double Number(Tensor tensor, int index) =>
        tensor.DType == DType.F32 ? tensor.Floats[index] : MemoryMarshal.Cast<byte, double>(tensor.Bytes)[index];

    /// <summary>What went wrong, in words that do not depend on opsets and names of nodes.</summary>
    private static string Reason(string why) =>
        why.Contains("uses opset", StringComparison.Ordinal) ? "a file of an opset before 7, the oldest that Pare reads"
        : why.Contains("(Dropout): its training mode", StringComparison.Ordinal) ? "Dropout in training mode, which draws random numbers"
        : why.Contains("is exported in training mode", StringComparison.Ordinal) ? "BatchNormalization in training mode; Pare reads networks for inference and makes its own training form"
        : why.Contains("depends on computed values", StringComparison.Ordinal) ? "how many results there are is computed; a plan fixes its memory before it runs"
        : why.Contains("is a weight, not computed", StringComparison.Ordinal) ? "the model computes nothing, its output is an initializer; a plan says so instead of copying it"
        : string.Join(", ", why.Split("; ").Select(w => w.StartsWith("operator ", StringComparison.Ordinal) ? $"Pare lacks {w.Split(' ')[1]}" : w));

    /// <summary>"scalar test_name: reason" for a case that does not pass at all, "plan test_name: reason" for one that only a plan does not run.</summary>
    private static HashSet<string> Listed(string how) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Formats", "Onnx", "node-tests-skipped.txt"))
            .Where(l => l.StartsWith(how + " ", StringComparison.Ordinal)).Select(l => l[(how.Length + 1)..].Split(": ", 2)[0]).ToHashSet(StringComparer.Ordinal);
}
