using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>What is measured.</summary>
internal sealed record SpeedOptions
{
    /// <summary>The parts there are.</summary>
    public static readonly string[] AllParts = ["inference", "int8", "mobile", "scaling", "first", "allocation", "training", "sparse"];

    public const string Usage =
        "run.sh [--only PART,...] [--networks NAME,...] [--threads 1,2] [--batch 1,32] [--rounds N] [--table FILE]\n"
        + "Parts: inference, int8 (batch 1), mobile (ShuffleNetV1 0.5x against AlexNet), scaling, first (cold start and memory; also: cold, memory), allocation, training, sparse (weights with 90 and 95 % zeros).\n"
        + "Networks: of the chosen parts, or any of the catalog: mobilenet-v2 or \"mobilenet-v1:width=0.5:resolution=128\".";

    public string[] Parts { get; private init; } = AllParts;

    public string[] Networks { get; private init; } = [];

    public int[] Threads { get; private init; } = [1, 2];

    public int[] Batches { get; private init; } = [1, 32];

    public int Rounds { get; private init; } = 7;

    public string? Table { get; private init; }

    /// <summary>ONNX Runtime's library.</summary>
    public string Library { get; private init; } = "";

    /// <summary>The program that runs it.</summary>
    public string OrtWorker { get; private init; } = "";

    /// <summary>The interpreter that has PyTorch, and the script.</summary>
    public string[] Torch { get; private init; } = [];

    /// <summary>The program of users.</summary>
    public string PareProgram { get; private init; } = "";

    /// <summary>Which source is measured.</summary>
    public string Commit { get; private init; } = "";

    /// <summary>The networks of a part: its own, or what the user named.</summary>
    public IEnumerable<Network> Choose(IEnumerable<Network> own) => Networks.Length == 0 ? own : Networks.Select(n => Network.Parse(n.Replace(':', ',')));

    /// <summary>Whether the user asked for all that a part has.</summary>
    public bool IsWhole => Networks.Length == 0;

    public static SpeedOptions Parse(IReadOnlyList<string> words)
    {
        var options = new SpeedOptions();
        for (int i = 0; i < words.Count; i += 2)
        {
            if (i + 1 == words.Count) throw new ArgumentException($"{words[i]} needs a value.");
            string value = words[i + 1];
            options = words[i] switch
            {
                "--only" => options with { Parts = [.. value.Split(',').Select(PartOf).Distinct()] },
                "--networks" => options with { Networks = value.Split(',') },
                "--threads" => options with { Threads = Numbers(value) },
                "--batch" => options with { Batches = Numbers(value) },
                "--rounds" => options with { Rounds = Numbers(value)[0] },
                "--table" => options with { Table = value },
                "--library" => options with { Library = value },
                "--ort-worker" => options with { OrtWorker = value },
                "--torch" => options with { Torch = value.Split(' ') },
                "--pare" => options with { PareProgram = value },
                "--commit" => options with { Commit = value },
                _ => throw new ArgumentException($"There is no option {words[i]}.\n{Usage}"),
            };
        }
        return options;
    }

    private static string PartOf(string word) =>
        word is "cold" or "memory" ? "first" : AllParts.Contains(word) ? word : throw new ArgumentException($"There is no part '{word}'.\n{Usage}");

    private static int[] Numbers(string value) => [.. value.Split(',').Select(n =>
        int.TryParse(n, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : throw new ArgumentException($"'{n}' is no positive number.\n{Usage}"))];
}
