using System.Globalization;
using System.Runtime.InteropServices;
using Pare.Operators;
using Xunit.Abstractions;

namespace Pare.Tests.Formats.Onnx;

/// <summary>ONNX's own node tests, on the scalar definitions.</summary>
public class NodeConformanceTests(ITestOutputHelper output)
{
    /// <summary>Fewer passing tests than this means that something is refused that was read before.</summary>
    private const int LeastPassed = 1;

    private const float RelativeTolerance = 1e-3f, AbsoluteTolerance = 1e-7f;

    [SharedDataFact(NodeTestArchive.File)]
    public void Evaluate_NodeTests_PassButForThoseListed()
    {
        NodeTestArchive archive = NodeTestArchive.Open();
        Dictionary<string, string> listed = Listed();
        var passed = new List<string>();
        var refused = new List<string>();
        var failed = new List<string>();
        foreach (string test in archive.Names)
            switch (Try(archive, test))
            {
                case (true, _): passed.Add(test); break;
                case (null, string why): refused.Add($"{test}: {why}"); break;
                case (false, string why): failed.Add($"{test}: {why}"); break;
            }
        output.WriteLine($"{archive.Names.Count()} node tests: {passed.Count} pass, {failed.Count} fail, {refused.Count} need operators or types that Pare lacks.");
        foreach (string line in failed.Concat(refused)) output.WriteLine(line);
        failed.Where(f => !listed.ContainsKey(f[..f.IndexOf(':')])).ShouldBeEmpty();
        listed.Keys.Where(passed.Contains).ShouldBeEmpty("These pass now: take them out of the list.");
        passed.Count.ShouldBeGreaterThanOrEqualTo(LeastPassed);
    }

    /// <summary>True: passes. Null: refused, and why. False: wrong, and how.</summary>
    private static (bool? Passed, string Why) Try(NodeTestArchive archive, string test)
    {
        try
        {
            Model model = OnnxFiles.Read(archive.Model(test), OperatorCatalog.Default);
            OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(model);
            foreach ((Tensor[] inputs, Tensor[] expected) in archive.DataSets(test))
            {
                Tensor[] found = ScalarRun.Run(model, model.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second));
                for (int i = 0; i < expected.Length; i++)
                    if (Difference(found[i], expected[i]) is { } difference) return (false, $"output {i}: {difference}");
            }
            return (true, "");
        }
        catch (UnsupportedException e)
        {
            return (null, e.Message.ReplaceLineEndings(" "));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (false, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }
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

    /// <summary>"test_name: reason" a line.</summary>
    private static Dictionary<string, string> Listed() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Formats", "Onnx", "node-tests-failing-by-design.txt"))
            .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1]);
}
