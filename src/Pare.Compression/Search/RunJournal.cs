using System.Text.Json;

namespace Pare.Compression.Search;

/// <summary>The results of a search, in a file with a line of JSON each: a line is on the disk before the next trial begins.</summary>
/// <remarks>A line that a crash tore off is dropped when the journal is opened again; its trial has to run again.</remarks>
public sealed class RunJournal : IDisposable
{
    private const byte NewLine = (byte)'\n';
    private readonly FileStream _file;
    private readonly List<TrialResult> _results = [];

    private RunJournal(FileStream file) => _file = file;

    /// <summary>The results, in the order in which they came.</summary>
    public IReadOnlyList<TrialResult> Results => _results;

    /// <summary>Opens the journal, or begins one where there is none. It is this search's alone until it is disposed.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="ModelException">A line that is not the last is no result, or of a version that is not known.</exception>
    /// <exception cref="IOException">The file cannot be written, or another search has it open.</exception>
    public static RunJournal Open(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"The journal '{path}' cannot be opened; another search may be writing it. {e.Message}", e);
        }
        var journal = new RunJournal(file);
        try
        {
            journal.ReadAll(path);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The last result of a trial, or null.</summary>
    public TrialResult? Find(ContentHash trial) => _results.LastOrDefault(r => r.Trial == trial);

    /// <summary>Adds a result: the whole line is on the disk when this returns.</summary>
    public void Append(TrialResult result)
    {
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(result, JournalJson.Default.TrialResult), NewLine]);
        _file.Flush(flushToDisk: true);
        _results.Add(result);
    }

    /// <summary>Requires that all results are of one model and one data set, and that none is another trial of a name in <paramref name="trials"/>.</summary>
    /// <exception cref="RecipeException">Some are not: the folder is of another search.</exception>
    public void Require(IReadOnlyList<Trial> trials)
    {
        Dictionary<string, Trial> byName = trials.DistinctBy(t => t.Recipe.Name).ToDictionary(t => t.Recipe.Name, StringComparer.Ordinal);
        foreach (TrialResult result in _results)
        {
            string? other = result.Model != trials[0].Model ? "of another model"
                : result.Data != trials[0].Data ? "of other data, or of another validation split"
                : byName.TryGetValue(result.Name, out Trial? trial) && trial.Hash != result.Trial ? $"of other settings ('{result.Name}' is there, by another recipe or seed)"
                : null;
            if (other is not null) throw new RecipeException($"The journal '{_file.Name}' is {other}. Repeat the command that began it, or name another folder.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadAll(string path)
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        int start = 0;
        for (int line = 1; start < bytes.Length; line++)
        {
            int length = bytes.AsSpan(start).IndexOf(NewLine), next = length < 0 ? bytes.Length : start + length + 1;
            try
            {
                _results.Add(Read(bytes.AsSpan(start, (length < 0 ? bytes.Length : start + length) - start), path, line));
            }
            catch (JsonException) when (next == bytes.Length)
            {
                break; // torn
            }
            catch (JsonException e)
            {
                throw new ModelException($"'{path}', line {line}: this is no result of a trial: {e.Message}", e);
            }
            start = next;
        }
        _file.SetLength(start);
        _file.Position = start;
        if (start > 0 && bytes[start - 1] != NewLine) _file.WriteByte(NewLine);
    }

    private static TrialResult Read(ReadOnlySpan<byte> line, string path, int number)
    {
        TrialResult? result = JsonSerializer.Deserialize(line, JournalJson.Default.TrialResult);
        if (result is not { Version: TrialResult.CurrentVersion })
            throw new ModelException($"'{path}', line {number}: the result has the version {result?.Version.ToString() ?? "null"}; {TrialResult.CurrentVersion} is read.");
        return result.Trial.ToString().Length > 0 ? result : throw new JsonException("The trial's hash is missing.");
    }
}
